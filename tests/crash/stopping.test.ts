import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Job, Run } from '../../engine/contract/index.ts';
import type { Attachment } from '../../engine/launcher.ts';
import { canSeeProcesses, signalProcess, until } from './processes.ts';
import { Scene } from './scene.ts';
import { model, writeParts } from './workload.ts';

describe.skipIf(!canSeeProcesses)('a run that is stopped on purpose', () => {
  const scene = new Scene();
  const args = [
    '--model',
    model,
    '--data',
    scene.path('data'),
    '--id',
    'id',
    '--batch',
    '1',
    '--threads',
    '1',
    '--lanes',
    '1',
  ];
  let expected: Buffer;
  let attachment: Attachment;

  beforeAll(async () => {
    await writeParts(scene.path('data'), [2000, 2000], 9);
    attachment = await scene.attach();
    await scene.json('predict', ...args, '--out', scene.path('undisturbed.csv'));
    expected = await readFile(scene.path('undisturbed.csv'));
  });

  afterAll(async () => {
    attachment.detach();
    await scene.close();
  });

  /** Starts a run by the command line and waits until rows of it are scored. */
  async function startedRun(out: string) {
    const command = scene.start('predict', ...args, '--out', out, '--json');
    const run = await until('rows of the new run are scored', async () => {
      const [newest] = await attachment.client.runs.list();
      if (newest?.status !== 'running') return null;
      const job = await attachment.client.jobs.get({ job: newest.job });
      return job.progress?.phase === 'scoring' && job.progress.done > 0 ? newest : null;
    });
    return { command, run };
  }

  async function stands(run: Run, status: Job['status']): Promise<Job> {
    let last: Job | undefined;
    for await (const job of await attachment.client.jobs.watch({ job: run.job })) last = job;
    expect(last?.status).toBe(status);
    return last!;
  }

  test('cancelled between batches, it keeps what is done, leaves no output, and goes on to the same values', async () => {
    const out = scene.path('cancelled.csv');
    const { command, run } = await startedRun(out);
    await attachment.client.jobs.cancel({ job: run.job });
    await stands(run, 'cancelled');
    const { exit, stdout } = await command.ended;
    expect(exit).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'CANCELLED', subject: run.run, hint: expect.stringContaining(`--resume ${run.run}`) },
    });
    expect(existsSync(out)).toBe(false);
    expect(scene.processes('worker')).toEqual([]);
    expect(await scene.json('predict', '--resume', run.run)).toMatchObject({ status: 'done', rows: { read: 4000 } });
    expect(await readFile(out)).toEqual(expected);
  });

  test('paused and resumed, it gives the same values', async () => {
    const out = scene.path('paused.csv');
    const { command, run } = await startedRun(out);
    await scene.json('jobs', 'pause', run.job);
    await stands(run, 'paused');
    expect((await command.ended).exit).toBe(130);
    expect((await attachment.client.runs.get({ run: run.run })).status).toBe('paused');
    await scene.json('jobs', 'resume', run.job);
    await stands(run, 'done');
    expect(await readFile(out)).toEqual(expected);
  });

  test('Ctrl-C cancels it, and the command says how to go on', async () => {
    const out = scene.path('interrupted.csv');
    const { command, run } = await startedRun(out);
    signalProcess(command.pid, 'SIGINT');
    const { exit, stdout } = await command.ended;
    expect(exit).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'CANCELLED', hint: expect.stringContaining(run.run) } });
    expect(existsSync(out)).toBe(false);
    expect(await scene.json('predict', '--resume', run.run)).toMatchObject({ status: 'done' });
    expect(await readFile(out)).toEqual(expected);
  });

  test('an engine that is asked to end leaves it interrupted, without a death to its name', async () => {
    const out = scene.path('ended.csv');
    const { command, run } = await startedRun(out);
    signalProcess((await attachment.client.engine.status()).pid, 'SIGTERM');
    await attachment.lost;
    expect((await command.ended).exit).toBe(4);
    await scene.allGone();
    attachment = await scene.attach();
    expect((await attachment.client.jobs.get({ job: run.job })).status).toBe('interrupted');
    expect((await attachment.client.jobs.resumeInterrupted()).map(({ job }) => job)).toEqual([run.job]);
    await stands(run, 'done');
    expect(await readFile(out)).toEqual(expected);
  });
});
