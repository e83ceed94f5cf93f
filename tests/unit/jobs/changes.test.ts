import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JobsSeen } from '../../../engine/jobs/index.ts';
import { Scene } from './scripted.ts';

let scene: Scene;
const stop = new AbortController();

beforeEach(async () => {
  scene = new Scene();
  await scene.open();
});
afterEach(() => scene.remove());

async function next(stream: AsyncGenerator<JobsSeen>): Promise<JobsSeen> {
  return (await stream.next()).value as JobsSeen;
}

function states(seen: JobsSeen): string[] {
  return seen.jobs.map(({ job, status }) => `${job} ${status}`);
}

test('a watcher of all jobs sees what there is, then what changes, a queued one among it', async () => {
  const running = scene.start();
  const all = scene.queue.watchAll(undefined, stop.signal);
  const first = await next(all);
  expect([first.snapshot, states(first)]).toEqual([true, [`${running} running`]]);
  const queued = scene.start();
  expect(states(await next(all))).toEqual([`${queued} queued`]);
  scene.attempt(running).finish();
  await scene.end(running);
  const changed = await next(all);
  expect([changed.snapshot, states(changed)]).toEqual([false, [`${running} done`, `${queued} running`]]);
});

test('one who comes back is told what changed meanwhile, and of another engine everything', async () => {
  const [one, two] = [scene.start('brittle'), scene.start('brittle')];
  const { id } = await next(scene.queue.watchAll(undefined, stop.signal));
  scene.attempt(two).finish();
  await scene.end(two);
  const back = await next(scene.queue.watchAll(id, stop.signal));
  expect([back.snapshot, states(back)]).toEqual([false, [`${two} done`]]);
  for (const strange of ['', 'x', '1', '1-99999', '0-0', '1--1', `${'9'.repeat(400)}-1`]) {
    expect((await next(scene.queue.watchAll(strange, stop.signal))).snapshot).toBe(true);
  }
  await scene.dieAndReopen();
  const other = await next(scene.queue.watchAll(id, stop.signal));
  expect([other.snapshot, states(other).toSorted()]).toEqual([true, [`${one} failed`, `${two} done`].toSorted()]);
});

test('a watcher of one job that has seen its state waits for the next', async () => {
  const job = scene.start();
  const { id } = await next(scene.queue.watchFrom(job, undefined));
  const again = scene.queue.watchFrom(job, id);
  const waiting = next(again);
  scene.attempt(job).report({ phase: 'scoring', done: 1, total: 2, unit: 'rows' });
  expect((await waiting).jobs[0]).toMatchObject({ status: 'running', progress: { done: 1 } });
});

test('a watcher that is aborted ends', async () => {
  const abort = new AbortController();
  const all = scene.queue.watchAll(undefined, abort.signal);
  await next(all);
  const waiting = all.next();
  abort.abort();
  expect(await waiting).toEqual({ value: undefined, done: true });
});
