import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { router } from '../../../engine/api/index.ts';
import { filterWords, ResultView, type Job, type ResultFilter } from '../../../engine/contract/index.ts';
import { openEngine, type Engine } from '../../../engine/index.ts';
import { unzipped } from './unzipped.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/models/valid');
const digits = join(import.meta.dirname, '../../../resources/samples/digits');

describe('results of a run', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'drydock-results-')));
  let engine: Engine;
  let run: string;

  beforeAll(async () => {
    mkdirSync(join(folder, 'workspace'));
    engine = await openEngine(join(folder, 'workspace'));
    run = await scored(['softmax.onnx'], [0, 40, 80], {
      id: 'id',
      keep: ['file_row_number', 'filename', 'file', 'text'],
    });
  });

  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Three files of 40 rows: a shard each. Names of columns that DuckDB gives to columns of its own are among them. */
  async function scored(models: string[], starts: number[], roles: object): Promise<string> {
    const { client } = engine;
    const grant = async (path: string): Promise<string> => (await client.files.grantInput({ path })).grant;
    const data = starts.map((start) => {
      const path = join(folder, `from-${start}.csv`);
      const lines = Array.from({ length: 40 }, (_, row) => {
        const index = start + row;
        return `r${index},${index % 5},1,${index % 3},2,own ${index},name ${index},kept ${index},"=SUM(A1) \uFFFF _x0041_ ${index}"`;
      });
      writeFileSync(path, `id,a,b,c,d,file_row_number,filename,file,text\n${lines.join('\n')}\n`);
      return path;
    });
    const started = await client.runs.start({
      models: await Promise.all(models.map(async (name) => ({ grant: await grant(join(fixtures, name)) }))),
      data: await Promise.all(data.map(grant)),
      roles,
    });
    expect(await ended(started.job)).toMatchObject({ status: 'done', problem: null });
    return started.run;
  }

  async function ended(job: string): Promise<Job> {
    let last: Job | undefined;
    for await (const each of await engine.client.jobs.watch({ job })) last = each;
    return last!;
  }

  test('keep columns apart that have the names of columns of DuckDB', async () => {
    const { columns } = await engine.client.results.open({ run });
    const keyOf = (name: string): string => columns.filter((column) => column.name === name).at(-1)!.column;
    const view = { columns: ['id', 'file', keyOf('file'), keyOf('filename'), keyOf('file_row_number')] };
    const page = await engine.client.results.page({ run, view, offset: 41, limit: 1 });
    expect(page.rows).toEqual([['r41', 'from-40.csv', 'kept 41', 'name 41', 'own 41']]);
    const sorted = await engine.client.results.page({
      run,
      view: { ...view, sort: [{ column: 'row', descending: true }] },
      limit: 2,
    });
    expect(sorted.indices).toEqual([39, 79]);
  });

  test('are seen while shards are missing; numbers of rows stay as they are when those come', async () => {
    const { catalog } = engine.parts.workspace;
    const partial = await scored(['softmax.onnx'], [0, 40, 80], { id: 'id' });
    const shard = catalog.get<{ shard: number } & Record<string, unknown>>(
      'SELECT * FROM run_shards WHERE run = ? AND shard = 1',
      partial,
    )!;
    catalog.write(() => catalog.run('DELETE FROM run_shards WHERE run = ? AND shard = 1', partial));
    const { client } = engine;
    const before = await client.results.open({ run: partial });
    expect(before).toMatchObject({ rows: 80, rowsPlanned: 120, complete: false });
    const view = { columns: ['id'], sort: [{ column: 'row', descending: true }] };
    const first = await client.results.page({ run: partial, view, limit: 3 });
    expect([first.indices, first.rows, first.rowsTotal]).toEqual([[39, 119, 38], [['r39'], ['r119'], ['r38']], 80]);
    await expect(client.results.row({ run: partial, index: 50 })).rejects.toMatchObject({
      data: { code: 'NOT_FOUND' },
    });
    expect(await client.results.row({ run: partial, index: 100 })).toMatchObject({ file: 'from-80.csv', row: 21 });
    const names = Object.keys(shard);
    catalog.write(() =>
      catalog.run(
        `INSERT INTO run_shards (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
        ...(Object.values(shard) as (string | number)[]),
      ),
    );
    const after = await client.results.open({ run: partial });
    expect(after).toMatchObject({ rows: 120, complete: true });
    expect(after.revision).toBeGreaterThan(before.revision);
    const second = await client.results.page({ run: partial, view, limit: 3 });
    expect(second.indices).toEqual([39, 79, 119]);
  });

  test('are answered by a new process when the old one has been killed', async () => {
    const { results } = engine.client;
    await results.page({ run, limit: 1 });
    const first = engine.parts.results.processOf(run)!;
    process.kill(first, 'SIGKILL');
    const view = { filters: [{ kind: 'text' as const, column: 'id', is: 'equals' as const, value: 'r7' }] };
    let page = await results.page({ run, view }).catch((error: { data: { code: string } }) => error.data.code);
    // The question may have been on its way into the dying process: then it is told so, and asked again.
    if (page === 'WORKER_DIED') page = await results.page({ run, view });
    expect(page).toMatchObject({ indices: [7], rowsMatching: 1 });
    expect(engine.parts.results.processOf(run)).not.toBe(first);
  });

  test('of several versions stand side by side, each with its confidence', async () => {
    const both = await scored(['softmax.onnx', 'logistic_zipmap_text.onnx'], [0], { id: 'id', label: 'filename' });
    const { columns, versions } = await engine.client.results.open({ run: both });
    expect(versions.map(({ name }) => name)).toEqual(['softmax@1', 'logistic_zipmap_text@1']);
    expect(columns.filter(({ role }) => role === 'confidence').map(({ version }) => version)).toEqual([0, 1]);
    const { groups } = await engine.client.results.group({ run: both, by: 'row', limit: 1 });
    expect(groups[0]!.accuracy.every((each) => each?.of === 1 && each.right === 0)).toBe(true);
    expect(groups[0]!.confidence.every((each) => each !== null && each > 0)).toBe(true);
    expect((await engine.client.results.row({ run: both, index: 0 })).steps).toHaveLength(2);
  });

  test('go into a workbook as text that is no formula, with characters as Excel writes them', async () => {
    const path = join(folder, 'book.xlsx');
    const { grant } = await engine.client.files.grantOutput({ path });
    const columns = ['text', 'confidence', 'row'];
    const job = await engine.client.results.export({ run, view: { columns }, grant, format: 'xlsx' });
    expect(await ended(job.job)).toMatchObject({ status: 'done' });
    const parts = await unzipped(path);
    const sheet = [...parts].find(([name]) => name.includes('worksheets/'))![1];
    expect(sheet).not.toContain('<f>');
    expect([...parts.values()].join('\n')).toContain('=SUM(A1) _xFFFF_ _x005F_x0041_ 119');
    expect(sheet.match(/<row /g)).toHaveLength(121);
  });

  test('leave no file when their export is cancelled', async () => {
    const path = join(folder, 'never.csv');
    const { grant } = await engine.client.files.grantOutput({ path });
    const job = await engine.client.results.export({ run, grant, format: 'csv' });
    await engine.client.jobs.cancel({ job: job.job });
    expect((await ended(job.job)).status).toBe('cancelled');
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  test('show no paths to a page, neither in code nor in a reason', async () => {
    const page = createRouterClient(router, { context: { engine: engine.parts, audience: 'page', share: null } });
    const code = await page.results.sql({ run });
    expect(code.sql).toContain(`'runs/${run}/shards/*.parquet'`);
    expect(code.notes).toContain('Paths begin in the workspace folder: run it there.');
    rmSync(join(folder, 'from-0.csv'));
    const row = await page.results.row({ run, index: 1 });
    expect(row.input).toMatchObject({ kind: 'problem', problem: { code: 'FILE_MISSING' } });
    expect(JSON.stringify([code, row])).not.toContain(folder);
  });

  test('of pictures name the picture of a row, as long as it is the same', async () => {
    const { client } = engine;
    const pictures = join(folder, 'pictures');
    mkdirSync(pictures);
    const source = readdirSync(digits, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.png'));
    for (const [index, name] of source.slice(0, 3).entries())
      writeFileSync(join(pictures, `${index}.png`), readFileSync(join(digits, name)));
    const model = readdirSync(digits, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('.onnx'))!;
    const grant = async (path: string): Promise<string> => (await client.files.grantInput({ path })).grant;
    const started = await client.runs.start({
      models: [{ grant: await grant(join(digits, model)) }],
      data: [await grant(pictures)],
    });
    await ended(started.job);
    const row = await client.results.row({ run: started.run, index: 2 });
    expect(row.input).toEqual({ kind: 'picture', name: '2.png', index: 2 });
    expect(row.steps[0]!.inputs[0]!.elements).toBe(64);
    const picture = await engine.parts.results.pictureOf(started.run, 2);
    expect(picture.path).toBe(join(pictures, '2.png'));
    writeFileSync(picture.path, 'another');
    await expect(engine.parts.results.pictureOf(started.run, 2)).rejects.toMatchObject({
      problem: { code: 'FILE_CHANGED' },
    });
    await expect(engine.parts.results.pictureOf(run, 2)).rejects.toMatchObject({ problem: { code: 'NOT_FOUND' } });
  });
});

describe('a filter in words', () => {
  const words: [ResultFilter, string][] = [
    [{ kind: 'text', column: 'r', is: 'contains', value: 'x', matchCase: false }, 'Region contains x'],
    [{ kind: 'in', column: 'r', values: ['north'], not: false }, 'Region = north'],
    [{ kind: 'in', column: 'r', values: [null], not: true }, 'Region != missing'],
    [{ kind: 'in', column: 'r', values: ['a', 'b', 'c', 'd'], not: false }, 'Region one of a, b, c and 1 more'],
    [{ kind: 'range', column: 'r', min: 0.5, max: 0.6, below: true }, '0.5 <= Region < 0.6'],
    [{ kind: 'range', column: 'r', min: null, max: 3, below: false }, 'Region <= 3'],
    [{ kind: 'range', column: 'r', min: 3, max: 3, below: false }, 'Region = 3'],
    [{ kind: 'missing', column: 'r', missing: false }, 'Region is not missing'],
    [{ kind: 'failed', failed: true, version: null }, 'failed'],
    [{ kind: 'right', right: false, version: 1 }, 'wrong in version 2 of the run'],
  ];
  test.each(words)('%j', (filter, expected) => {
    expect(filterWords(filter, () => 'Region')).toBe(expected);
  });

  test('is part of a view that has a default for everything', () => {
    expect(ResultView.parse({})).toEqual({ filters: [], search: '', sort: [], columns: null });
    expect(ResultView.safeParse({ filters: [{ kind: 'range', column: 'a', min: "1'; DROP" }] }).success).toBe(false);
    expect(ResultView.safeParse({ filters: [{ kind: 'sql', column: 'a' }] }).success).toBe(false);
  });
});
