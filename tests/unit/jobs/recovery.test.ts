import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Scene } from './scripted.ts';

let scene: Scene;

beforeEach(async () => {
  scene = new Scene();
  await scene.open();
});
afterEach(() => scene.remove());

describe('after the death of its engine', () => {
  test('a job that was running is interrupted, and goes on when it is resumed', async () => {
    const job = scene.start('patient', { from: 1 });
    await scene.dieAndReopen();
    expect(scene.queue.get(job)).toMatchObject({ status: 'interrupted', problem: null, endedAt: null });
    expect(scene.queue.active()).toBe(0);
    expect(scene.queue.resumeInterrupted().map((resumed) => resumed.job)).toEqual([job]);
    expect(scene.attempt(job).payload).toEqual({ from: 1 });
    scene.attempt(job).finish(9);
    expect(await scene.queue.result(job)).toBe(9);
  });

  test('the second time in a row without a step, it is held until a person resumes it', async () => {
    const job = scene.start();
    scene.attempt(job).step();
    await scene.dieAndReopen();
    scene.queue.resume(job);
    await scene.dieAndReopen();
    expect(scene.status(job)).toBe('held');
    expect(scene.queue.resumeInterrupted()).toEqual([]);
    scene.queue.resume(job);
    await scene.dieAndReopen();
    expect(scene.status(job)).toBe('interrupted');
  });

  test('the second time with a step between, it is interrupted only', async () => {
    const job = scene.start();
    for (let death = 0; death < 3; death += 1) {
      scene.attempt(job).step();
      await scene.dieAndReopen();
      expect(scene.status(job)).toBe('interrupted');
      scene.queue.resumeInterrupted();
    }
  });

  test('a job that only waited is interrupted, and no death is counted for it', async () => {
    const [running, waiting] = [scene.start(), scene.start()];
    for (const state of ['interrupted', 'held', 'interrupted']) {
      await scene.dieAndReopen();
      expect([scene.status(running), scene.status(waiting)]).toEqual([state, 'interrupted']);
      // The one that runs goes first again, by a person's word where it is held.
      scene.queue.resume(running);
      scene.queue.resumeInterrupted();
    }
  });

  test('a job that cannot go on has failed, in words', async () => {
    const job = scene.start('brittle');
    await scene.dieAndReopen();
    expect(scene.queue.get(job)).toMatchObject({
      status: 'failed',
      problem: { code: 'ENGINE_LOST', subject: job, hint: 'Start it again.' },
    });
    expect(() => scene.queue.resume(job)).toThrow('start it again');
  });

  test('a job that was paused or has ended stays as it was', async () => {
    const [done, paused, cancelled] = [scene.start(), scene.start(), scene.start()];
    scene.queue.pause(paused);
    scene.queue.cancel(cancelled);
    scene.attempt(done).finish();
    await scene.end(done);
    await scene.dieAndReopen();
    expect([done, paused, cancelled].map((job) => scene.status(job))).toEqual(['done', 'paused', 'cancelled']);
  });
});

test('a clean end of the engine interrupts work, and counts no death', async () => {
  const job = scene.start();
  for (let end = 0; end < 3; end += 1) {
    const { stop, kill, fail } = scene.attempt(job);
    const closed = scene.queue.close();
    expect([stop.aborted, kill.aborted]).toEqual([true, true]);
    fail(new Error('stopped'));
    await closed;
    await scene.dieAndReopen();
    expect(scene.queue.get(job)).toMatchObject({ status: 'interrupted', problem: null });
    scene.queue.resumeInterrupted();
  }
});

test('the end of a job that the catalog would not take is told as failed, and found as interrupted by the next engine', async () => {
  const job = scene.start();
  scene.workspace.catalog.write(() =>
    scene.workspace.catalog.run("INSERT INTO engine_epochs (pid, started_at) VALUES (1, 'later')"),
  );
  scene.attempt(job).finish();
  expect(await scene.end(job)).toMatchObject({ status: 'failed', problem: { code: 'WORKSPACE_HELD' } });
  expect(scene.queue.active()).toBe(0);
  await scene.dieAndReopen();
  expect(scene.status(job)).toBe('interrupted');
});
