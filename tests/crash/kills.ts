import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FsckReport, Run } from '../../engine/contract/index.ts';
import { signalProcess, type FoundProcess, type Role } from './processes.ts';
import { randomNumbers, pick } from '../random.ts';
import type { Ending, Scene } from './scene.ts';
import { pinned } from './workload.ts';

/** What is killed: one process of a role, any one, or all at once as when the power goes. */
export const targets = ['launcher', 'command', 'engine', 'worker', 'worker', 'engine', 'any', 'all'] as const;
export type Target = (typeof targets)[number];

export interface Series {
  scene: Scene;
  model: string;
  data: string;
  /** Bytes of the output of an undisturbed run. */
  expected: Buffer;
  kills: number;
  seed: number;
  /** Kills come after at most this long, one after the other. */
  mostMs: number;
}

/** What came of a series. */
export interface Tally {
  kills: number;
  runs: number;
  resumed: number;
  byRole: Record<Role, number>;
  /** Exit codes of the commands that followed a run, as counts. */
  exits: Map<string, number>;
}

/** Runs over and over, killed at random moments, until the kills are spent; then checks what must hold after every run. */
export async function killSeries(series: Series): Promise<Tally> {
  const tally: Tally = {
    kills: 0,
    runs: 0,
    resumed: 0,
    byRole: { launcher: 0, command: 0, engine: 0, worker: 0 },
    exits: new Map(),
  };
  const random = randomNumbers(series.seed);
  const folder = await series.scene.makeFolder(`out of ${basename(series.data)}`);
  while (tally.kills < series.kills) {
    const out = `${folder}/run-${tally.runs}.csv`;
    const stop = new AbortController();
    const killer = killAtRandom(series, tally, random, out, stop.signal);
    try {
      // A failure of the killer (an output that is there in part) ends the wait for the run.
      await Promise.race([driveToEnd(series, tally, out), killer.then(() => new Promise<never>(() => {}))]);
    } finally {
      stop.abort();
    }
    await killer;
    tally.runs += 1;
    await checkAfterwards(series, folder, out);
  }
  return tally;
}

async function killAtRandom(
  series: Series,
  tally: Tally,
  random: () => number,
  out: string,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted && tally.kills < series.kills) {
    const target = pick(random, targets);
    await sleep(random() * series.mostMs, undefined, { signal: stop }).catch(() => {});
    if (stop.aborted) return;
    for (const victim of victims(series.scene.processes(), target, random)) {
      if (!signalProcess(victim.pid, 'SIGKILL')) continue;
      tally.byRole[victim.role] += 1;
    }
    tally.kills += 1;
    if (existsSync(out)) requireSame(readFileSync(out), series.expected, `${out}, right after kill ${tally.kills}`);
  }
}

function victims(alive: FoundProcess[], target: Target, random: () => number): FoundProcess[] {
  if (target === 'all') return alive;
  const wanted = alive.filter(({ role }) => role === target);
  const from = wanted.length > 0 ? wanted : alive;
  return from.length === 0 ? [] : [pick(random, from)];
}

/** Starts, waits, resumes, for as long as it takes. */
async function driveToEnd(series: Series, tally: Tally, out: string): Promise<void> {
  const { scene, model, data } = series;
  const known = new Set((await allRuns(scene)).map(({ run }) => run));
  let run: Run | undefined;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (run) tally.resumed += 1;
    const args = run
      ? ['--resume', run.run]
      : ['--model', model, '--data', data, '--id', 'id', '--out', out, ...pinned];
    const ending = await scene.run('predict', ...args, '--json');
    const how = ending.signal ?? String(ending.exit);
    tally.exits.set(how, (tally.exits.get(how) ?? 0) + 1);
    if (ending.exit === 0) return;
    run = await settled(scene, known);
    if (run?.status === 'done') return;
  }
  throw new Error(`${out} was not reached in 100 attempts.`);
}

/** The run that this attempt made, once it stands still; undefined when it was killed before it made one. */
async function settled(scene: Scene, known: ReadonlySet<string>): Promise<Run | undefined> {
  for (;;) {
    const run = (await allRuns(scene)).find((each) => !known.has(each.run));
    if (run?.status !== 'running' && run?.status !== 'queued') return run;
    await sleep(200);
  }
}

/** As the command line tells them; asked again when that command itself was killed. */
async function allRuns(scene: Scene): Promise<Run[]> {
  let last: Ending | undefined;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    last = await scene.run('runs', '--json');
    if (last.exit === 0) return JSON.parse(last.stdout) as Run[];
  }
  throw new Error(`drydock runs was killed or failed 20 times: ${JSON.stringify(last)}`);
}

async function checkAfterwards(series: Series, folder: string, out: string): Promise<void> {
  const { scene } = series;
  requireSame(readFileSync(out), series.expected, out);
  const fsck = await scene.json<FsckReport>('fsck');
  if (fsck.damage.length > 0) throw new Error(`fsck: ${JSON.stringify(fsck.damage)}`);
  await scene.allGone();
  const left = readdirSync(folder).filter((name) => name.startsWith('.'));
  if (left.length > 0) throw new Error(`Left beside the output: ${left.join(', ')}`);
}

function requireSame(found: Buffer, expected: Buffer, where: string): void {
  if (found.equals(expected)) return;
  const [lines, wanted] = [found.toString().split('\n'), expected.toString().split('\n')];
  const at = wanted.findIndex((line, index) => line !== lines[index]);
  throw new Error(
    `${where}: ${lines.length} lines for ${wanted.length}; line ${at + 1} is ${lines[at]}, not ${wanted[at]}`,
  );
}
