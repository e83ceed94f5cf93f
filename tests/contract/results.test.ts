import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Job, ResultViewInput } from '../../engine/contract/index.ts';
import type { EngineClient } from '../../engine/launcher.ts';
import { endOf, failure } from './calls.ts';
import { failedRows, filters, hostile, rows, type Row } from './results-rows.ts';
import { newFolder, transports, type Connected } from './transports.ts';

const model = join(import.meta.dirname, '../fixtures/models/valid/softmax.onnx');
describe.each(transports)('results through $name', ({ connect }) => {
  const folder = newFolder();
  let connected: Connected;
  let client: EngineClient;
  let run: string;

  beforeAll(async () => {
    connected = await connect();
    client = connected.client;
    const started = await client.runs.start({
      models: [{ grant: await granted(model) }],
      data: [await granted(write('one.csv', rows.slice(0, 100))), await granted(write('two.csv', rows.slice(100)))],
      roles: { id: 'id', label: 'label', keep: ['region', 'age', 'day', 'flag', hostile] },
    });
    run = started.run;
    expect(await ended(started.job)).toMatchObject({ status: 'done' });
  });

  afterAll(async () => {
    await connected.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function write(name: string, some: readonly Row[]): string {
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    const head = ['id', 'a', 'b', 'c', 'd', 'region', 'age', 'day', 'flag', 'label', hostile].map(quoted);
    const lines = some.map((row) =>
      [row.id, row.a, '1', '0.5', '2', row.region, row.age, row.day, row.flag, row.label, row.note].map((cell) =>
        cell === '' ? '' : quoted(cell),
      ),
    );
    const path = join(folder, name);
    writeFileSync(path, [head, ...lines].map((cells) => `${cells.join(',')}\n`).join(''));
    return path;
  }

  async function granted(path: string): Promise<string> {
    return (await connected.host.files.grantInput({ path })).grant;
  }

  const ended = (job: string): Promise<Job> => endOf(client, job);

  /** All rows of a view by pages of a size that does not divide them. */
  async function everything(view: ResultViewInput): Promise<{ indices: number[]; rows: unknown[][] }> {
    const all: { indices: number[]; rows: unknown[][] } = { indices: [], rows: [] };
    for (;;) {
      const page = await client.results.page({ run, view, offset: all.rows.length, limit: 37 });
      all.indices.push(...page.indices);
      all.rows.push(...page.rows);
      if (all.rows.length >= page.rowsMatching) return all;
    }
  }

  test('says what there is to see: columns with their roles, types and filters, rows, failures', async () => {
    const opened = await client.results.open({ run });
    expect(opened).toMatchObject({ rows: 250, failed: failedRows, rowsPlanned: 250, complete: true, pictures: false });
    expect(opened.versions).toEqual([{ name: 'softmax@1', task: 'classification', judged: true }]);
    expect(opened.columns.map(({ name, role, type }) => `${role} ${name} ${type}`)).toEqual([
      'id id text',
      'file file text',
      'row row integer',
      'prediction prediction integer',
      'confidence confidence number',
      'probability probability_0 number',
      'probability probability_1 number',
      'probability probability_2 number',
      'label label integer',
      'kept region text',
      'kept age integer',
      'kept day date',
      'kept flag boolean',
      `kept ${hostile} text`,
      'error error text',
    ]);
  });

  test('gives pages in the order of the input, each row with its number in the run', async () => {
    const { indices, rows: found } = await everything({ columns: ['id', 'file', 'row'] });
    expect(indices).toEqual(rows.map((_, index) => index));
    expect(found).toEqual(
      rows.map(({ id }, index) => [id, index < 100 ? 'one.csv' : 'two.csv', index < 100 ? index + 1 : index - 99]),
    );
    expect(await client.results.page({ run, offset: 9999 })).toMatchObject({ rows: [], rowsMatching: 250 });
  });

  test.each(filters)('filters by %s', async (_, filter, holds) => {
    const view = { filters: Array.isArray(filter) ? filter : [filter], columns: ['id'] };
    const expected = rows.flatMap((row, index) => (holds(row, index) ? [index] : []));
    expect((await everything(view)).indices).toEqual(expected);
  });

  test('filters by right and wrong; rows without a prediction are neither', async () => {
    const columns = ['prediction', 'label'];
    const right = await everything({ filters: [{ kind: 'right', right: true }], columns });
    const wrong = await everything({ filters: [{ kind: 'right', right: false }], columns });
    expect(right.rows.every(([prediction, label]) => String(prediction) === label)).toBe(true);
    expect(wrong.rows.every(([prediction, label]) => String(prediction) !== label)).toBe(true);
    expect(right.rows.length).toBeGreaterThan(0);
    expect(right.rows.length + wrong.rows.length).toBe(rows.length - failedRows);
  });

  test('finds a text in any text column, as a filter of the view', async () => {
    const { rows: found } = await everything({ search: 'NOTE 24', columns: ['id'] });
    const expected = rows.filter((row) => row.note.includes('note 24'));
    expect(found).toEqual(expected.map(({ id }) => [id]));
  });

  test('sorts kept text as the numbers that it stands for, missing last, equal ones in the order of the input', async () => {
    const { indices } = await everything({ sort: [{ column: 'age', descending: true }], columns: ['id', 'age'] });
    const rank = (index: number): number => (rows[index]!.age === '' ? Infinity : -Number(rows[index]!.age));
    const expected = rows
      .map((_, index) => index)
      .toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)) || a - b);
    expect(indices).toEqual(expected);
    const both = await everything({
      sort: [{ column: 'flag' }, { column: 'confidence', descending: true }],
      filters: [{ kind: 'failed', failed: false }],
      columns: ['flag', 'confidence'],
    });
    const ordered = both.rows.toSorted(
      (a, b) => String(a[0]).localeCompare(String(b[0])) || Number(b[1]) - Number(a[1]),
    );
    expect(both.rows).toEqual(ordered);
  });

  test('counts values, bins and missing cells over the filtered rows', async () => {
    const view: ResultViewInput = { filters: [{ kind: 'text', column: 'region', is: 'equals', value: 'south' }] };
    const south = rows.filter((row) => row.region === 'south');
    const { columns } = await client.results.summary({
      run,
      view,
      columns: ['prediction', 'confidence', 'age', 'flag'],
      bins: 10,
    });
    const [prediction, confidence, age, flag] = columns;
    const failed = south.filter((row) => row.a === 'oops').length;
    expect(prediction).toMatchObject({ kind: 'values', rows: south.length, missing: failed });
    expect(confidence).toMatchObject({ kind: 'numbers', missing: failed, other: 0 });
    if (prediction?.kind !== 'values' || confidence?.kind !== 'numbers' || age?.kind !== 'numbers')
      throw new Error('kinds');
    expect(prediction.top.reduce((sum, { count }) => sum + count, 0)).toBe(south.length - failed);
    expect([confidence.bins[0]!.from, confidence.bins.at(-1)!.to]).toEqual([0, 1]);
    const ages = south.filter((row) => row.age !== '').map((row) => Number(row.age));
    expect([age.min, age.max]).toEqual([Math.min(...ages), Math.max(...ages)]);
    for (const { from, to, count } of age.bins) {
      const isLast = to === age.max;
      expect(count).toBe(ages.filter((each) => each >= from && (isLast ? each <= to : each < to)).length);
    }
    expect(flag).toMatchObject({ kind: 'values', missing: 0, top: [{ value: 'true', count: south.length }] });
  });

  test('groups with failures, mean confidence and accuracy', async () => {
    const { groups, total } = await client.results.group({ run, by: 'region', limit: 3 });
    expect([total, groups.length]).toEqual([4, 3]);
    const all = await everything({ columns: ['region', 'prediction', 'label', 'confidence'] });
    for (const group of groups) {
      const mine = all.rows.filter(([region]) => region === group.value);
      const scored = mine.filter(([, prediction]) => prediction !== null);
      const right = scored.filter(([, prediction, label]) => String(prediction) === label).length;
      expect(group).toMatchObject({
        rows: mine.length,
        failed: mine.length - scored.length,
        accuracy: [{ right, of: scored.length }],
      });
      const mean = scored.reduce((sum, row) => sum + Number(row[3]), 0) / scored.length;
      expect(group.confidence[0]).toBeCloseTo(mean, 5);
    }
  });

  test('shows a row from its cells through the tensors to the output', async () => {
    const row = await client.results.row({ run, index: 120 });
    expect(row).toMatchObject({ index: 120, file: 'two.csv', row: 21 });
    if (row.input.kind !== 'cells') throw new Error(row.input.kind);
    const cells = new Map(row.input.cells.map(({ column, value }) => [column, value]));
    expect([cells.get('id'), cells.get('b'), cells.get(hostile)]).toEqual(['r120', '1', 'note 120']);
    const [step] = row.steps;
    expect(step).toMatchObject({ version: 'softmax@1', error: null });
    expect(step!.inputs[0]!.values).toEqual([
      { from: 'a', value: 0 },
      { from: 'b', value: 1 },
      { from: 'c', value: 0.5 },
      { from: 'd', value: 2 },
    ]);
    const probabilities = row.output
      .filter(({ column }) => column.startsWith('probability_'))
      .map(({ value }) => value);
    expect(step!.outputs[0]!.values.map(({ value }) => value)).toEqual(probabilities);
    const failed = await client.results.row({ run, index: 3 });
    expect(failed.steps[0]).toMatchObject({ outputs: [], error: 'a is "oops", a number was expected' });
  });

  test('cuts long cells with a mark, and gives them whole in parts', async () => {
    const page = await client.results.page({ run, offset: 198, limit: 5, view: { columns: ['id', hostile] } });
    expect(page.cut).toEqual([[2, 1]]);
    expect(String(page.rows[2]![1])).toHaveLength(2000);
    const wide = await client.results.row({ run, index: 200 });
    expect(JSON.stringify(wide).length).toBeLessThan(256_000);
    expect(wide.output.filter(({ cut }) => cut).map(({ column }) => column)).toEqual([hostile]);
    let text = '';
    for (;;) {
      const part = await client.results.cell({ run, index: 200, column: hostile, from: text.length });
      expect(part.length).toBe(300_000);
      if (part.text === '') break;
      text += part.text;
    }
    expect(text).toBe(rows[200]!.note);
  });

  test('searches as a stream, in the order of the input, and stops at an abort', async () => {
    const hits: number[] = [];
    let scanned = 0;
    for await (const event of await client.results.search({ run, text: 'Note 1' })) {
      hits.push(...event.hits.map(({ index }) => index));
      scanned = event.scanned;
    }
    expect(hits).toEqual(rows.flatMap(({ note }, index) => (note.includes('note 1') ? [index] : [])));
    expect(scanned).toBe(250);
    const few = await client.results.search({ run, text: 'note', most: 5 });
    const events = [];
    for await (const event of few) events.push(event);
    expect(events.at(-1)).toMatchObject({ more: true });
    expect(events.flatMap((event) => event.hits)).toHaveLength(5);
    const stop = new AbortController();
    stop.abort();
    const stopped = async (): Promise<void> => {
      for await (const _ of await client.results.search({ run, text: 'note' }, { signal: stop.signal }));
    };
    await expect(stopped()).rejects.toThrow();
    expect(await client.results.page({ run, limit: 1 })).toMatchObject({ rowsMatching: 250 });
  });

  test('writes SQL that gives the same rows in a DuckDB of its own', async () => {
    const view: ResultViewInput = {
      filters: [
        { kind: 'range', column: 'age', min: 20 },
        { kind: 'in', column: 'region', values: ['East', 'north', null] },
        { kind: 'right', right: false },
        { kind: 'text', column: hostile, is: 'contains', value: 'NOTE' },
      ],
      sort: [{ column: 'age', descending: true }, { column: 'id' }],
      columns: ['id', 'age', hostile],
    };
    const { sql, pandas, polars } = await client.results.sql({ run, view });
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    // A page is told names from the workspace on, and that they are.
    const reader = await connection.runAndReadAll(sql.replaceAll("'runs/", `'${join(connected.workspace, 'runs')}/`));
    connection.closeSync();
    instance.closeSync();
    expect(reader.columnNames()).toEqual(['id', 'age', hostile]);
    const { rows: found } = await everything(view);
    expect(found.length).toBeGreaterThan(10);
    expect(reader.getRows()).toEqual(found);
    for (const code of [pandas, polars]) expect(code).toContain(JSON.stringify(hostile));
  });

  test('exports the view: its rows, its order, its columns', async () => {
    const view: ResultViewInput = {
      filters: [
        { kind: 'failed', failed: false },
        { kind: 'boolean', column: 'flag', value: true },
      ],
      sort: [{ column: 'age', descending: true }],
      columns: ['id', 'age', 'region'],
    };
    const { rows: expected } = await everything(view);
    for (const format of ['csv', 'jsonl', 'parquet', 'xlsx'] as const) {
      const path = join(folder, `view.${format}`);
      const { grant } = await connected.host.files.grantOutput({ path, overwrite: true });
      const job = await client.results.export({ run, view, grant, format });
      expect(await ended(job.job)).toMatchObject({ status: 'done', progress: { done: expected.length } });
      expect(existsSync(path)).toBe(true);
    }
    const csv = readFileSync(join(folder, 'view.csv'), 'utf8').trimEnd().split('\n');
    expect(csv).toEqual(['id,age,region', ...expected.map((row) => row.map((cell) => cell ?? '').join(','))]);
    const lines = readFileSync(join(folder, 'view.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { age: number | null }).age)).toEqual(
      expected.map((row) => (row[1] === null ? null : Number(row[1]))),
    );
  });

  const refused: [string, string, (on: EngineClient) => Promise<unknown>][] = [
    ['an unknown run', 'NOT_FOUND', (on) => on.results.open({ run: "' OR 1=1" })],
    ['an unknown column', 'NOT_FOUND', (on) => on.results.page({ run, view: { columns: ['__proto__'] } })],
    [
      'an unknown column to sort by',
      'NOT_FOUND',
      (on) => on.results.page({ run, view: { sort: [{ column: '1; DROP' }] } }),
    ],
    [
      'a filter that does not suit the column',
      'USAGE',
      (on) => on.results.page({ run, view: { filters: [{ kind: 'range', column: 'region', min: 1 }] } }),
    ],
    [
      'a search in a view of an unknown column',
      'NOT_FOUND',
      (on) => on.results.search({ run, text: 'x', view: { columns: ['nobody'] } }),
    ],
    ['a row that is not there', 'NOT_FOUND', (on) => on.results.row({ run, index: 250 })],
    ['a grant that nobody gave', 'NOT_FOUND', (on) => on.results.export({ run, grant: 'none', format: 'csv' })],
    [
      'a version that is not there',
      'NOT_FOUND',
      (on) => on.results.page({ run, view: { filters: [{ kind: 'right', right: true, version: 7 }] } }),
    ],
  ];
  test.each(refused)('refuses %s in words', async (_, code, call) => {
    expect(await failure(call(client))).toMatchObject({ code: 'PROBLEM', data: { code } });
  });

  test('shows a row whose file has changed with the reason in place of its input', async () => {
    const path = join(folder, 'one.csv');
    const before = readFileSync(path);
    writeFileSync(path, `${before.toString()}more\n`);
    const row = await client.results.row({ run, index: 5 });
    expect(row.output[0]).toEqual({ column: 'id', value: 'r5', cut: false });
    expect(row.input).toMatchObject({ kind: 'problem', problem: { code: 'FILE_CHANGED' } });
    expect(row.steps).toEqual([]);
  });
});
