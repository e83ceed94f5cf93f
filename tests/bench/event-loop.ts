/**
 * `npm run bench:loop`: how long the engine's event loop is held up while runs over very many inputs are planned, resumed
 * and listed, and how long the catalog's statements take. Nothing here passes or fails; the bounds of the house are 50 ms for
 * the loop and 10 ms for a statement.
 *   npm run bench:loop -- --pictures 100000 --tables 10000 --seconds 10
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { StatementSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { openEngine, type Engine } from '../../engine/index.ts';
import { makePictures } from './pictures.ts';

const root = join(import.meta.dirname, '..', '..');
const { values } = parseArgs({
  options: {
    pictures: { type: 'string', default: '100000' },
    tables: { type: 'string', default: '10000' },
    /** How long a run is let go on before it is cancelled. */
    seconds: { type: 'string', default: '10' },
    cache: { type: 'string', default: join(root, '.cache', 'bench') },
  },
});

const slowest = { ms: 0, sql: '' };
timeStatements();
const pictures = await makePictures(values.cache, Number(values.pictures));
const tables = await makeTables(Number(values.tables));
await watch('pictures', join(root, 'resources/samples/digits/v1/model.onnx'), pictures);
await watch('tables', join(root, 'tests/fixtures/models/valid/softmax.onnx'), tables);

async function watch(what: string, model: string, data: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'drydock-loop-'));
  let engine = await openEngine(folder);
  try {
    const grant = async (path: string): Promise<string> => (await engine.client.files.grantInput({ path })).grant;
    const imported = await engine.client.models.import({ grant: await grant(model) });
    const request = { models: [{ ref: `${imported.model}@1` }], data: [await grant(data)] };
    let run = '';
    await measure(`${what}: planned`, async () => {
      run = (await engine.client.runs.start(request)).run;
      await untilScoring(engine, run);
    });
    await measure(`${what}: scored for a while`, () => later(Number(values.seconds)));
    await stop(engine, run);
    await engine.close();
    engine = await openEngine(folder);
    await measure(`${what}: resumed`, async () => {
      await engine.client.runs.resume({ run });
      await untilScoring(engine, run);
      await later(1);
    });
    await stop(engine, run);
    await measure(`${what}: looked at`, async () => {
      await engine.client.runs.list();
      await engine.client.runs.get({ run });
      await engine.client.data.datasets();
      await engine.client.jobs.list();
    });
    await measure(`${what}: previewed`, async () => {
      const preview = await engine.client.data.preview({ data: request.data, model: request.models[0]! });
      console.log(`  an answer of ${JSON.stringify(preview).length} characters`);
    });
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(what: string, work: () => Promise<void>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const turn = longestTurn();
  Object.assign(slowest, { ms: 0, sql: '' });
  const began = performance.now();
  delay.enable();
  await work();
  delay.disable();
  const own = turn.stop();
  const seconds = (performance.now() - began) / 1000;
  const sql = slowest.sql.replaceAll(/\s+/g, ' ').slice(0, 70);
  console.log(
    `${what.padEnd(30)} ${seconds.toFixed(1).padStart(6)} s  loop held up ${(delay.max / 1e6).toFixed(0)} ms at most ` +
      `(${own.toFixed(0)} ms of its own work), statement ${slowest.ms.toFixed(1)} ms (${sql})`,
  );
}

/**
 * The most processor time that the engine's thread took between two turns of its loop. The delay of the loop alone also
 * counts the time in which a busy machine gave the thread no processor.
 */
function longestTurn(): { stop(): number } {
  let most = 0;
  const used = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let last = used();
  const timer = setInterval(() => {
    const now = used();
    most = Math.max(most, now - last);
    last = now;
  }, 1);
  return {
    stop: () => {
      clearInterval(timer);
      return Math.max(most, used() - last);
    },
  };
}

async function untilScoring(engine: Engine, run: string): Promise<void> {
  const { job } = await engine.client.runs.get({ run });
  for await (const state of await engine.client.jobs.watch({ job })) {
    if (state.problem) throw new Error(state.problem.message);
    if (state.progress?.phase === 'scoring' || state.status === 'done') return;
  }
}

async function stop(engine: Engine, run: string): Promise<void> {
  const { job, status, rows } = await engine.client.runs.get({ run });
  console.log(`  ${rows.read} rows read`);
  if (status !== 'running') return;
  await engine.client.jobs.cancel({ job });
  for await (const state of await engine.client.jobs.watch({ job })) if (state.status !== 'running') return;
}

function later(seconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
  });
}

function timeStatements(): void {
  for (const name of ['all', 'get', 'run'] as const) {
    const plain = Reflect.get(StatementSync.prototype, name) as (this: StatementSync, ...values: unknown[]) => unknown;
    Reflect.set(StatementSync.prototype, name, function timed(this: StatementSync, ...bound: unknown[]): unknown {
      const began = performance.now();
      try {
        return plain.apply(this, bound);
      } finally {
        const ms = performance.now() - began;
        if (ms > slowest.ms) Object.assign(slowest, { ms, sql: this.sourceSQL });
      }
    });
  }
}

async function makeTables(count: number): Promise<string> {
  const folder = join(values.cache, `tables-${count}`);
  if (existsSync(folder)) return folder;
  await mkdir(folder, { recursive: true });
  for (let at = 0; at < count; at += 1) {
    const rows = Array.from({ length: 20 }, (_, row) => `${at / 10},${row},${row * 2.5},${at + row}`);
    await writeFile(join(folder, `part-${String(at).padStart(6, '0')}.csv`), `a,b,c,d\n${rows.join('\n')}\n`);
  }
  return folder;
}
