import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Job } from '../../../engine/contract/index.ts';
import { problem } from '../../../engine/contract/index.ts';
import { Scene } from './scripted.ts';

let scene: Scene;

beforeEach(async () => {
  scene = new Scene();
  await scene.open();
});
afterEach(() => scene.remove());

const refusal = (code: string) => expect.objectContaining({ problem: expect.objectContaining({ code }) });

describe('a job', () => {
  test('is queued behind its kind, runs, and ends with its result', async () => {
    const first = scene.start('patient', { rows: 3 });
    const second = scene.start();
    expect([scene.status(first), scene.status(second)]).toEqual(['running', 'queued']);
    expect(scene.queue.active()).toBe(2);
    expect(scene.attempt(first).payload).toEqual({ rows: 3 });
    expect(scene.attempt(second)).toBeUndefined();
    scene.attempt(first).finish({ predicted: 3 });
    expect(await scene.queue.result(first)).toEqual({ predicted: 3 });
    expect(scene.status(second)).toBe('running');
    expect(scene.queue.get(first)).toMatchObject({ status: 'done', problem: null, endedAt: expect.any(String) });
    expect(scene.queue.list({ limit: 100 }).map(({ job }) => job)).toEqual([second, first]);
  });

  test('runs beside as many of its kind as the kind allows, and beside other kinds', () => {
    const jobs = ['brittle', 'brittle', 'brittle', 'patient'].map((kind) => scene.start(kind));
    expect(jobs.map((job) => scene.status(job))).toEqual(['running', 'running', 'queued', 'running']);
  });

  test('that fails tells its problem, and a defect as a defect', async () => {
    const [known, defect] = [scene.start('brittle'), scene.start('brittle')];
    scene.attempt(known).fail(problem('DATA_INVALID', 'Row 3 is broken.', { subject: 'row 3', hint: 'Mend it.' }));
    scene.attempt(defect).fail(Object.assign(new Error('write'), { code: 'ENOSPC' }));
    expect(await scene.end(known)).toMatchObject({
      status: 'failed',
      problem: { code: 'DATA_INVALID', message: 'Row 3 is broken.', subject: 'row 3', hint: 'Mend it.' },
    });
    expect(await scene.end(defect)).toMatchObject({ status: 'failed', problem: { code: 'DISK_FULL' } });
    await expect(scene.queue.result(known)).rejects.toMatchObject({ problem: { code: 'DATA_INVALID' } });
  });

  test('that nobody knows is not found', () => {
    for (const call of ['get', 'pause', 'resume', 'cancel'] as const) {
      expect(() => scene.queue[call]('job-none')).toThrow(refusal('NOT_FOUND'));
    }
  });

  test('is written together with what belongs to it, or not at all', () => {
    const together = () => {
      throw new Error('no room');
    };
    expect(() => scene.queue.start({ kind: 'patient', title: 'A job', payload: {} }, together)).toThrow('no room');
    expect(scene.queue.list({ limit: 100 })).toEqual([]);
    expect(scene.attempts).toEqual([]);
  });
});

describe('pause and resume', () => {
  test('stop a running job between steps and start it again', async () => {
    const job = scene.start();
    const first = scene.attempt(job);
    expect(scene.queue.pause(job).status).toBe('running');
    expect([first.stop.aborted, first.kill.aborted]).toEqual([true, false]);
    first.fail(new Error('stopped'));
    expect(await scene.end(job)).toMatchObject({ status: 'paused', problem: null, endedAt: null });
    expect(scene.queue.active()).toBe(0);
    expect(scene.queue.resume(job).status).toBe('running');
    expect(scene.attempt(job)).not.toBe(first);
    expect(scene.attempt(job).stop.aborted).toBe(false);
    scene.attempt(job).finish();
    expect((await scene.end(job)).status).toBe('done');
  });

  test('hold a queued job back at once', async () => {
    const [first, second] = [scene.start(), scene.start()];
    expect(scene.queue.pause(second).status).toBe('paused');
    scene.attempt(first).finish();
    await scene.end(first);
    expect(scene.status(second)).toBe('paused');
    expect(scene.queue.resume(second).status).toBe('running');
  });

  test('are refused where they make no sense', async () => {
    const [job, brittle] = [scene.start(), scene.start('brittle')];
    expect(() => scene.queue.resume(job)).toThrow(refusal('NOT_ALLOWED_NOW'));
    expect(() => scene.queue.pause(brittle)).toThrow(refusal('NOT_ALLOWED_NOW'));
    scene.queue.cancel(job);
    expect(() => scene.queue.pause(job)).toThrow(refusal('NOT_ALLOWED_NOW'));
    scene.attempt(job).fail(new Error('stopped'));
    expect((await scene.end(job)).status).toBe('cancelled');
    const done = scene.start();
    scene.attempt(done).finish();
    await scene.end(done);
    for (const call of ['pause', 'resume', 'cancel'] as const) {
      expect(() => scene.queue[call](done)).toThrow(refusal('NOT_ALLOWED_NOW'));
    }
  });
});

describe('cancel', () => {
  test('asks a running job to stop, and the second time kills what it runs', async () => {
    const job = scene.start();
    const { stop, kill, fail } = scene.attempt(job);
    scene.queue.cancel(job);
    expect([stop.aborted, kill.aborted]).toEqual([true, false]);
    scene.queue.cancel(job);
    expect(kill.aborted).toBe(true);
    fail(new Error('killed'));
    expect(await scene.end(job)).toMatchObject({ status: 'cancelled', problem: null });
    await expect(scene.queue.result(job)).rejects.toMatchObject({ problem: { code: 'CANCELLED', subject: job } });
  });

  test('takes a queued and a paused job away without running it', async () => {
    const [first, second, third] = [scene.start(), scene.start(), scene.start()];
    scene.queue.pause(third);
    expect([scene.queue.cancel(second).status, scene.queue.cancel(third).status]).toEqual(['cancelled', 'cancelled']);
    scene.attempt(first).finish();
    await scene.end(first);
    expect(scene.attempts).toHaveLength(1);
  });

  test('outdoes a pause that was asked for before', async () => {
    const job = scene.start();
    scene.queue.pause(job);
    scene.queue.cancel(job);
    scene.attempt(job).fail(new Error('stopped'));
    expect((await scene.end(job)).status).toBe('cancelled');
  });
});

describe('a watch', () => {
  test('begins with the present state, tells progress, and ends with the job', async () => {
    const job = scene.start();
    const seen: Job[] = [];
    const watched = (async () => {
      for await (const state of scene.queue.watch(job)) {
        seen.push(state);
        if (seen.length === 1) scene.attempt(job).report({ phase: 'scoring', done: 4, total: 8, unit: 'rows' });
        if (seen.length === 2) scene.attempt(job).finish();
      }
    })();
    await watched;
    expect(seen.map(({ status }) => status)).toEqual(['running', 'running', 'done']);
    expect(seen[0]?.progress).toBeNull();
    expect(seen[1]?.progress).toMatchObject({ phase: 'scoring', done: 4, total: 8, unit: 'rows' });
    expect(seen[2]?.progress).toMatchObject({ done: 4 });
  });

  test('ends when it is aborted, or left, without touching the job', async () => {
    const job = scene.start();
    const abort = new AbortController();
    const watched = (async () => {
      for await (const _ of scene.queue.watch(job, abort.signal)) abort.abort();
    })();
    await watched;
    for await (const _ of scene.queue.watch(job)) break;
    expect(scene.status(job)).toBe('running');
    expect(scene.attempt(job).stop.aborted).toBe(false);
  });
});

describe('work that wants the workspace for itself', () => {
  test('is refused beside a job, and makes new jobs wait', async () => {
    const job = scene.start();
    await expect(scene.queue.exclusively(async () => {})).rejects.toEqual(refusal('NOT_ALLOWED_NOW'));
    scene.attempt(job).finish();
    await scene.end(job);
    let waiting = '';
    await scene.queue.exclusively(async () => {
      waiting = scene.start();
      expect(scene.status(waiting)).toBe('queued');
    });
    expect(scene.status(waiting)).toBe('running');
  });
});
