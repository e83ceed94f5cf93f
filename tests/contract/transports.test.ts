import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Job, Run } from '../../engine/contract/index.ts';
import { transports, type Connected } from './transports.ts';

const digits = fileURLToPath(new URL('../../resources/samples/digits/', import.meta.url));

describe.each(transports)('an engine reached through $name', ({ audience, connect }) => {
  let connected: Connected;
  const client = () => connected.client;
  const grant = async (path: string) => (await connected.host.files.grantInput({ path })).grant;

  beforeAll(async () => {
    connected = await connect();
    await client().models.import({ grant: await grant(`${digits}v2/model.onnx`), name: 'digits' });
  });

  afterAll(() => connected.close());

  async function startRun(): Promise<Run> {
    return client().runs.start({
      models: [{ ref: 'digits@1' }],
      data: [await grant(`${digits}data/test`)],
      batch: 8,
      threads: 1,
    });
  }

  async function seenTo(job: string): Promise<Job[]> {
    const seen: Job[] = [];
    for await (const state of await client().jobs.watch({ job })) seen.push(state);
    return seen;
  }

  test('says what it is', async () => {
    const status = await client().engine.status();
    expect(status).toMatchObject({
      workspace: audience === 'host' ? connected.workspace : '',
      epoch: 1,
      activeJobs: 0,
      notes: [],
    });
    expect(status.node).toBe(process.versions.node);
    expect(status.runtime).toMatch(/\d+\.\d+/);
  });

  test('tells an unknown reference as the typed error, whole', async () => {
    const error = await client()
      .models.get({ ref: 'nobody@7' })
      .catch((error: unknown) => error);
    expect(error).toMatchObject({
      code: 'PROBLEM',
      defined: true,
      data: { code: 'NOT_FOUND', message: expect.stringContaining('nobody'), subject: expect.any(String) },
    });
    const { message, data } = error as { message: string; data: Record<string, unknown> };
    expect(Object.keys(data).toSorted()).toEqual(['code', 'hint', 'message', 'subject']);
    expect(message).toBe(data.message);
    await expect(client().jobs.get({ job: 'job-none' })).rejects.toMatchObject({
      data: { code: 'NOT_FOUND', subject: 'job-none' },
    });
  });

  test('refuses input that does not fit the contract before anything is done', async () => {
    const wrong = [
      client().jobs.get({ job: 5 } as never),
      client().models.get({} as never),
      client().runs.start({ models: [], data: [] }),
      client().runs.rows({ run: 'run-none', limit: 1001 }),
    ];
    for (const call of await Promise.allSettled(wrong)) {
      expect(call).toMatchObject({ status: 'rejected', reason: { code: 'BAD_REQUEST' } });
    }
    expect(await client().jobs.list()).toEqual((await client().jobs.list()).filter(({ kind }) => kind === 'import'));
  });

  test('keeps an imported model, and its aliases', async () => {
    const info = await client().models.get({ ref: 'digits@1' });
    expect(info).toMatchObject({ model: 'digits', version: 1, aliases: [] });
    expect((await client().models.get({ ref: `sha256:${info.digest.slice(0, 12)}` })).digest).toBe(info.digest);
    const again = await client().models.import({ grant: await grant(`${digits}v2/model.onnx`), name: 'digits' });
    expect(again).toMatchObject({ known: true, version: 1, digest: info.digest });
    expect(await client().aliases.set({ ref: 'digits@1', alias: 'champion' })).toMatchObject({
      alias: 'champion',
      version: 1,
    });
    expect(await client().models.get({ ref: 'digits@champion' })).toEqual({ ...info, aliases: ['champion'] });
    expect(await client().models.list()).toMatchObject([
      { model: 'digits', status: 'active', aliases: { champion: 1 } },
    ]);
    await client().aliases.delete({ model: 'digits', alias: 'champion' });
    expect(await client().aliases.list()).toEqual([]);
    expect((await client().aliases.history({})).map(({ version }) => version).toSorted()).toEqual([1, null]);
    await expect(client().models.get({ ref: 'digits@champion' })).rejects.toMatchObject({
      data: { code: 'NOT_FOUND' },
    });
  });

  test('streams a run until it is done and shows its first rows', async () => {
    const run = await startRun();
    const seen = await seenTo(run.job);
    expect(seen.at(-1)).toMatchObject({ status: 'done', subject: run.run, problem: null });
    expect(seen.slice(0, -1).every(({ status }) => status === 'queued' || status === 'running')).toBe(true);
    expect(await client().runs.get({ run: run.run })).toMatchObject({
      status: 'done',
      rows: { read: 500, predicted: 500, failed: 0 },
    });
    const { columns, rows } = await client().runs.rows({ run: run.run, limit: 7 });
    expect(rows).toHaveLength(7);
    expect(rows.every((row) => row.length === columns.length)).toBe(true);
    expect((await seenTo(run.job)).map(({ status }) => status)).toEqual(['done']);
  });

  test('takes no harm from a watcher that leaves or is aborted', async () => {
    const run = await startRun();
    for await (const _ of await client().jobs.watch({ job: run.job })) break;
    const abort = new AbortController();
    const left = (async () => {
      for await (const _ of await client().jobs.watch({ job: run.job }, { signal: abort.signal })) abort.abort();
      return 'ended';
    })().catch((error: unknown) => (abort.signal.aborted ? 'ended' : error));
    expect(await left).toBe('ended');
    expect((await seenTo(run.job)).at(-1)?.status).toBe('done');
  });

  test('answers twenty calls at once, each with its own answer', async () => {
    const calls = Array.from({ length: 20 }, (_, index) =>
      index % 2 === 0
        ? client()
            .models.get({ ref: 'digits@1' })
            .then(({ model }) => model)
        : client()
            .jobs.get({ job: `job-${index}` })
            .catch((error: { data: { subject: string } }) => error.data.subject),
    );
    expect(await Promise.all(calls)).toEqual(calls.map((_, index) => (index % 2 === 0 ? 'digits' : `job-${index}`)));
  });

  test('checks and tidies its workspace', async () => {
    expect(await client().workspace.fsck()).toMatchObject({ checked: { objects: 1 }, damage: [] });
    expect(await client().workspace.gc()).toMatchObject({ objects: 0, shards: 0, models: 0 });
    expect((await client().workspace.fsck()).damage).toEqual([]);
  });
});
