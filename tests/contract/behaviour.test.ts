import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getEventMeta, isDefinedError } from '@orpc/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Job } from '../../engine/contract/index.ts';
import type { EngineClient } from '../../engine/launcher.ts';
import { model as modelFile, node, value } from '../unit/models/model-builder.ts';
import { endOf, failure } from './calls.ts';
import { newFolder, transports, type Connected } from './transports.ts';

const fixtures = join(import.meta.dirname, '../fixtures/models');

describe.each(transports)('the contract through $name', ({ connect }) => {
  const folder = newFolder();
  let connected: Connected;
  let client: EngineClient;
  let host: EngineClient;

  beforeAll(async () => {
    connected = await connect();
    client = connected.client;
    host = connected.host;
  });

  afterAll(async () => {
    await connected.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function granted(path: string): Promise<string> {
    return (await host.files.grantInput({ path })).grant;
  }

  function writeRows(name: string, lines: string[]): string {
    const path = join(folder, name);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  }

  async function startRun(model: string, data: string) {
    return client.runs.start({
      models: [{ grant: await granted(join(fixtures, model)) }],
      data: [await granted(data)],
    });
  }

  const ended = (job: string): Promise<Job> => endOf(client, job);

  test('refuses with a typed error that holds code, sentence, subject and next step', async () => {
    const error = await failure(client.models.get({ ref: 'nobody@3' }));
    expect(isDefinedError(error)).toBe(true);
    expect([error.code, error.status]).toEqual(['PROBLEM', 422]);
    expect(error.data).toEqual({
      code: 'NOT_FOUND',
      message: 'There is no model nobody, and no file of that name.',
      subject: 'nobody',
      hint: expect.any(String),
    });
    expect(error.message).toBe('There is no model nobody, and no file of that name.');
  });

  const unknown: [string, (client: EngineClient, host: EngineClient) => Promise<unknown>][] = [
    ['run', (on) => on.runs.get({ run: 'run-000000000000' })],
    ['run to resume', (on) => on.runs.resume({ run: "' OR 1=1 --" })],
    ['run with rows', (on) => on.runs.rows({ run: '__proto__' })],
    [
      'run to export',
      async (on, host) =>
        on.runs.export({
          run: 'none',
          format: 'csv',
          grant: (await host.files.grantOutput({ path: join(folder, 'none.csv') })).grant,
        }),
    ],
    ['job', (on) => on.jobs.get({ job: 'constructor' })],
    ['job to watch', async (on) => (await on.jobs.watch({ job: 'job-none' })).next()],
    ['job to cancel', (on) => on.jobs.cancel({ job: '' })],
    ['digest', (on) => on.models.get({ ref: 'sha256:00000000' })],
    ['model to delete', (on) => on.models.delete({ model: '__proto__' })],
    ['model of an alias', (on) => on.aliases.delete({ model: 'none', alias: 'champion' })],
    ['grant of data', (on) => on.data.preview({ data: ['grant-none'] })],
    ['grant of a model', (on) => on.models.import({ grant: 'grant-none' })],
    [
      'grant of an output',
      (on) => on.runs.start({ models: [{ ref: 'x' }], data: ['x'], output: { grant: 'grant-none', format: 'csv' } }),
    ],
  ];
  test.each(unknown)('does not find an unknown %s', async (_, call) => {
    const error = await failure(call(client, host));
    expect(error).toMatchObject({ code: 'PROBLEM', data: { code: 'NOT_FOUND' } });
  });

  test('does not take a grant to read for one to write', async () => {
    const grant = await granted(writeRows('in.csv', ['a', '1']));
    const call = client.runs.start({ models: [{ ref: 'x' }], data: [grant], output: { grant, format: 'csv' } });
    expect(await failure(call)).toMatchObject({ code: 'PROBLEM', data: { code: 'NOT_FOUND' } });
  });

  test('refuses an input of the wrong shape, naming the place', async () => {
    const error = await failure(client.runs.rows({ run: 'run-1', limit: 0 }));
    expect([error.code, error.status]).toEqual(['BAD_REQUEST', 400]);
    expect((error.data as { issues: { path: string[] }[] }).issues.map(({ path }) => path)).toEqual([['limit']]);
    expect(await failure(client.runs.start({ models: [], data: ['x'] }))).toMatchObject({ code: 'BAD_REQUEST' });
    expect(await failure(client.models.get({ ref: 7 } as never))).toMatchObject({ code: 'BAD_REQUEST' });
  });

  test('aborts a call: the work behind it ends', async () => {
    const stop = new AbortController();
    const call = client.models.import(
      { grant: await granted(join(fixtures, 'hostile/loop_for_ever.onnx')) },
      { signal: stop.signal },
    );
    call.catch(() => {});
    const job = await newest('import', 'running');
    stop.abort();
    await expect(call).rejects.toThrow();
    expect((await ended(job)).status).toBe('cancelled');
    expect((await client.engine.status()).activeJobs).toBe(0);
  });

  test('goes on with a stream where it broke off', async () => {
    const all = await client.jobs.watchAll();
    const { value: first } = await all.next();
    expect(first).toMatchObject({ snapshot: true });
    const run = await startRun('valid/softmax.onnx', writeRows('stream.csv', ['a,b,c,d', '1,2,3,4']));
    let last: unknown = first;
    for await (const change of all) {
      last = change;
      expect(change.snapshot).toBe(false);
      if (change.jobs.some(({ job, status }) => job === run.job && status === 'done')) break;
    }
    const seen = getEventMeta(last)?.id as string;
    const other = await startRun('valid/softmax.onnx', writeRows('stream-2.csv', ['a,b,c,d', '4,3,2,1']));
    for await (const change of await client.jobs.watchAll(undefined, { lastEventId: seen })) {
      expect(change.snapshot).toBe(false);
      expect(change.jobs.map(({ job }) => job)).not.toContain(run.job);
      if (change.jobs.some(({ job, status }) => job === other.job && status === 'done')) break;
    }
    const before = (await all.return?.(undefined)) ?? { done: true };
    expect(before.done).toBe(true);
    const another = await (await client.jobs.watchAll(undefined, { lastEventId: '999-7' })).next();
    expect(another.value).toMatchObject({ snapshot: true });
  });

  test('does not tell again what a watcher of one job has seen', async () => {
    const run = await startRun('valid/softmax.onnx', writeRows('once.csv', ['a,b,c,d', '1,2,3,4']));
    const last = await ended(run.job);
    expect(last.status).toBe('done');
    const again: Job[] = [];
    const lastEventId = getEventMeta(last)?.id as string;
    for await (const each of await client.jobs.watch({ job: run.job }, { lastEventId })) again.push(each);
    expect(again).toEqual([]);
  });

  async function newest(kind: string, status: Job['status']): Promise<string> {
    for (let look = 0; look < 500; look += 1) {
      const job = (await client.jobs.list()).find((each) => each.kind === kind && each.status === status);
      if (job) return job.job;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`No ${kind} is ${status}.`);
  }

  test('answers many calls at once, each with its own answer', async () => {
    const names = Array.from({ length: 200 }, (_, index) => `model-${index}`);
    const errors = await Promise.all(names.map((name) => failure(client.models.get({ ref: name }))));
    expect(errors.map(({ data }) => (data as { subject: string }).subject)).toEqual(names);
  });

  test('carries hostile text as it is', async () => {
    const name = '\u001b[2J\u202e"\'<b>\u0007 \ud83d\udea2 __proto__\r.csv';
    expect((await failure(client.models.get({ ref: name }))).data).toMatchObject({ subject: name });
    expect((await failure(client.jobs.get({ job: name }))).data).toMatchObject({ subject: name });
  });

  test('carries names that are keys of every object, in all that a model says of itself', async () => {
    const path = join(folder, 'keys.onnx');
    const strange = ['__proto__', 'constructor', 'toString'];
    const bytes = modelFile(
      { output: strange.map((name) => value(name)), node: strange.map((name) => node('Relu', ['x'], [name])) },
      {
        opsetImport: [
          { domain: '', version: 17n },
          { domain: '__proto__', version: 1n },
        ],
        metadataProps: strange.map((key) => ({ key, value: `of ${key}` })),
      },
    );
    writeFileSync(path, bytes);
    const imported = await client.models.import({ grant: await granted(path) });
    expect(imported.recipe.outputs).toEqual({ task: 'raw', outputs: strange });
    const { inspection } = await client.models.get({ ref: 'keys@1' });
    expect(inspection.metadata).toEqual(strange.map((key) => [key, `of ${key}`]));
    expect(inspection.producers).toEqual(strange.map((name) => [name, 'Relu']));
    expect(inspection.opset).toEqual([
      ['ai.onnx', 17],
      ['__proto__', 1],
    ]);
    expect(inspection.operators).toEqual([['Relu', 3]]);
  });

  test('keeps an answer small, however long the cells are', async () => {
    const cell = 'x'.repeat(400_000);
    const data = writeRows('long.csv', ['a,b,c,d,text', ...Array.from({ length: 60 }, () => `1,2,3,4,${cell}`)]);
    const preview = await client.data.preview({ data: [await granted(data)] });
    expect(preview).toMatchObject({ format: 'csv', rows: 60 });
    expect(JSON.stringify(preview).length).toBeLessThan(256_000);
    const run = await client.runs.start({
      models: [{ grant: await granted(join(fixtures, 'valid/softmax.onnx')) }],
      data: [await granted(data)],
      roles: { keep: ['text'] },
    });
    expect((await ended(run.job)).status).toBe('done');
    const rows = await client.runs.rows({ run: run.run, limit: 1000 });
    expect(JSON.stringify(rows).length).toBeLessThan(256_000);
    expect(rows.rows.length).toBeGreaterThan(0);
  });

  test('reads a CSV as the caller says, in a preview and in a run alike', async () => {
    const data = writeRows('no-header.csv', ['a;1;2;3;4', 'b;5;6;7;8']);
    const reading = { header: false, delimiter: ';' };
    const preview = await client.data.preview({ data: [await granted(data)], reading });
    expect(preview).toMatchObject({ rows: 2, columns: [{ name: 'column1', type: 'string' }, {}, {}, {}, {}] });
    const run = await client.runs.start({
      models: [{ grant: await granted(join(fixtures, 'valid/softmax.onnx')) }],
      data: [await granted(data)],
      roles: { id: 'column1' },
      reading,
    });
    expect(await ended(run.job)).toMatchObject({ status: 'done', problem: null });
    const { rows } = await client.runs.rows({ run: run.run });
    expect(rows.map(([id]) => id)).toEqual(['a', 'b']);
    for (const delimiter of ['', '"', '\n', 'ab']) {
      const call = client.data.preview({ data: ['x'], reading: { delimiter } });
      expect(await failure(call)).toMatchObject({ code: 'BAD_REQUEST' });
    }
  });

  test('carries whole numbers beyond 2^53 as text, others as numbers', async () => {
    const data = writeRows('int64.csv', ['a,b', '1,1', '-5,-9007199254740993', '0,-4', '7,9214364837600034815']);
    const run = await startRun('valid/input_int64.onnx', data);
    expect(await ended(run.job)).toMatchObject({ status: 'done', problem: null });
    const { columns, rows } = await client.runs.rows({ run: run.run });
    expect(columns.slice(0, 2)).toEqual(['file', 'row']);
    // The model adds 1 and 2^53: arithmetic that doubles could not do.
    expect(rows.map((row) => row.slice(1).flat().slice(0, 3))).toEqual([
      [1, 2, '9007199254740993'],
      [2, -4, -1],
      [3, 1, 9007199254740988],
      [4, 8, '9223372036854775807'],
    ]);
  });

  test('carries what is not finite as null', async () => {
    const run = await startRun('valid/output_not_finite.onnx', writeRows('infinite.csv', ['x', '1', '0', '-2']));
    expect((await ended(run.job)).status).toBe('done');
    const { columns, rows } = await client.runs.rows({ run: run.run });
    const at = columns.findIndex((name) => name !== 'file' && name !== 'row');
    expect(rows.map((row) => row[at])).toEqual([null, null, null]);
  });
});
