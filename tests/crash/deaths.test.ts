import { readFile, readdir } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FsckReport, Run } from '../../engine/contract/index.ts';
import { canSeeProcesses, signalProcess, until } from './processes.ts';
import { Scene } from './scene.ts';
import { model, pinned, writeParts } from './workload.ts';

describe.skipIf(!canSeeProcesses)('processes that die under a run', () => {
  const scene = new Scene();
  let expected: Buffer;
  /** One file is one shard: its worker is at it for a while, and nothing is committed before its end. */
  const long = ['--model', model, '--data', scene.path('long'), '--id', 'id', '--batch', '1', '--threads', '1'];
  let longExpected: Buffer;

  beforeAll(async () => {
    await writeParts(scene.path('data'), [1500, 1500, 1500, 1500], 5);
    await writeParts(scene.path('long'), [2500], 6);
    expected = await undisturbed(
      'undisturbed.csv',
      '--model',
      model,
      '--data',
      scene.path('data'),
      '--id',
      'id',
      ...pinned,
    );
    longExpected = await undisturbed('long.csv', ...long);
  });

  afterAll(() => scene.close());

  async function undisturbed(name: string, ...args: string[]): Promise<Buffer> {
    await scene.json('predict', ...args, '--out', scene.path(name));
    return readFile(scene.path(name));
  }

  async function newestRun(): Promise<Run> {
    return (await scene.runs())[0]!;
  }

  /** Kills the engine once it has a worker at the run, and waits until everything of it is gone. */
  async function killEngineAtWork(): Promise<void> {
    const engine = await scene.processId('engine');
    await scene.processId('worker', 'shard-worker');
    signalProcess(engine, 'SIGKILL');
    await until('the workers have ended', () => scene.processes('worker').length === 0);
  }

  test('a worker that is killed again and again is started again, and the run ends as if nothing had been', async () => {
    const out = scene.path('workers.csv');
    const command = scene.start('predict', ...long, '--out', out, '--json');
    const killed = new Set<number>();
    while (killed.size < 3) {
      const found = await until('a new worker is there', () =>
        scene.processes('worker', 'shard-worker').find(({ pid }) => !killed.has(pid)),
      );
      signalProcess(found.pid, 'SIGKILL');
      killed.add(found.pid);
    }
    const { exit, stdout, stderr } = await command.ended;
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ status: 'done', rows: { read: 2500, predicted: 2500, failed: 0 } });
    expect(exit).toBe(0);
    expect(await readFile(out)).toEqual(longExpected);
  });

  test('an engine that is killed leaves a run that is interrupted, told so, and resumed by name', async () => {
    const out = scene.path('engine.csv');
    const command = scene.start('predict', ...long, '--out', out, '--json');
    await killEngineAtWork();
    const { exit, stdout } = await command.ended;
    expect(exit).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'ENGINE_LOST' } });
    expect(existsSync(out)).toBe(false);
    const run = await newestRun();
    expect(run.status).toBe('interrupted');
    expect(await scene.json('predict', '--resume', run.run)).toMatchObject({ run: run.run, status: 'done' });
    expect(await readFile(out)).toEqual(longExpected);
  });

  test('a job whose engine dies twice without a committed shard is held, shown, and resumed by a person only', async () => {
    const out = scene.path('held.csv');
    const first = scene.start('predict', ...long, '--out', out, '--json');
    await killEngineAtWork();
    await first.ended;
    const { run, job } = await newestRun();
    const again = await scene.attach();
    expect((await again.client.jobs.resumeInterrupted()).map((each) => each.job)).toEqual([job]);
    await killEngineAtWork();
    await again.lost;
    const host = await scene.attach();
    expect(await host.client.jobs.resumeInterrupted()).toEqual([]);
    host.detach();
    expect((await scene.jobs()).find((each) => each.job === job)).toMatchObject({ status: 'held', subject: run });
    expect((await scene.run('jobs')).stdout).toContain('held');
    expect(await scene.json('predict', '--resume', run)).toMatchObject({ status: 'done' });
    expect(await readFile(out)).toEqual(longExpected);
  });

  test('a run that is still at work, and one that is done, cannot be resumed', async () => {
    const command = scene.start('predict', ...long, '--out', scene.path('twice.csv'), '--json');
    const worker = await scene.processId('worker', 'shard-worker');
    signalProcess(worker, 'SIGSTOP');
    const { run } = await newestRun();
    expect(await scene.refusal('predict', '--resume', run)).toMatchObject({ exit: 3, code: 'NOT_ALLOWED_NOW' });
    signalProcess(worker, 'SIGCONT');
    expect((await command.ended).exit).toBe(0);
    expect(await scene.refusal('predict', '--resume', run)).toMatchObject({ exit: 3, code: 'NOT_ALLOWED_NOW' });
  });

  test('a worker believed dead that wakes after its run was resumed changes nothing', async () => {
    const out = scene.path('late.csv');
    const command = scene.start(
      'predict',
      '--model',
      model,
      '--data',
      scene.path('data'),
      '--id',
      'id',
      ...pinned,
      '--lanes',
      '1',
      '--out',
      out,
      '--json',
    );
    const engine = await scene.processId('engine');
    const late = await scene.processId('worker', 'shard-worker');
    const { run } = await newestRun();
    const shards = join(scene.workspace, 'runs', run, 'shards');
    await until(
      'a shard lies on the disk',
      () => existsSync(shards) && readdir(shards).then((names) => names.length > 0),
    );
    signalProcess(late, 'SIGSTOP');
    signalProcess(engine, 'SIGKILL');
    await command.ended;
    expect(await scene.json('predict', '--resume', run)).toMatchObject({ status: 'done', rows: { read: 6000 } });
    expect(scene.processes('worker').map(({ pid }) => pid)).toEqual([late]);
    const before = await digests(join(scene.workspace, 'runs', run));
    signalProcess(late, 'SIGCONT');
    await until('the late worker has ended', () => scene.processes('worker').length === 0);
    // What such a worker would leave: a whole shard file under a name of its own, and one that breaks off.
    const [shard] = (await readdir(shards)).toSorted();
    writeFileSync(join(shards, '000000.1-77.parquet'), readFileSync(join(shards, shard!)));
    writeFileSync(join(shards, '000001.1-78.parquet'), readFileSync(join(shards, shard!)).subarray(0, 1000));
    const after = await digests(join(scene.workspace, 'runs', run));
    for (const [path, digest] of before) expect(after.get(path), path).toBe(digest);
    expect(await readFile(out)).toEqual(expected);
    expect(await exported(run, scene.path('late-again.csv'))).toEqual(expected);
    expect((await scene.json<FsckReport>('fsck')).damage).toEqual([]);
  });

  async function exported(run: string, path: string): Promise<Buffer> {
    const { client, detach } = await scene.attach();
    const { grant } = await client.files.grantOutput({ path });
    await client.runs.export({ run, grant, format: 'csv' });
    detach();
    return readFile(path);
  }

  test('when everything dies, nothing of it lives on, and no output and nothing hidden is left', async () => {
    const folder = await scene.makeFolder('empty');
    const command = scene.start('predict', ...long, '--out', join(folder, 'out.csv'), '--json');
    await scene.processId('worker', 'shard-worker');
    for (const { pid } of scene.processes('engine')) signalProcess(pid, 'SIGKILL');
    signalProcess(command.pid, 'SIGKILL');
    await command.ended;
    await scene.allGone();
    expect(await readdir(folder)).toEqual([]);
  });
});

/** SHA-256 of every file below a folder, by its path. */
async function digests(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found.set(path, createHash('sha256').update(readFileSync(path)).digest('hex'));
  }
  return found;
}
