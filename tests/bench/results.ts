/**
 * `npm run bench -- results`: a run's results as the grid asks for them, through the engine, beside bare DuckDB queries of the
 * same kind over the same files. Rounds are interleaved and ask for other values each time, so that nothing is answered
 * from memory; the run is a real one, scored once and kept in the cache folder. Nothing here passes or fails.
 *   npm run bench -- results --rows 10000000 --rounds 5
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { ResultViewInput } from '../../engine/contract/index.ts';
import { openEngine, type Engine } from '../../engine/index.ts';

const root = join(import.meta.dirname, '..', '..');
const model = join(root, 'tests/fixtures/models/valid/softmax.onnx');
const limit = 100;

export async function benchResults(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      rows: { type: 'string', default: '10000000' },
      rounds: { type: 'string', default: '5' },
      cache: { type: 'string', default: join(root, '.cache', 'bench') },
    },
  });
  const folder = await scoredWorkspace(values.cache, Number(values.rows));
  const engine = await openEngine(folder);
  try {
    const run = (await engine.client.runs.list()).find((each) => each.status === 'done')!.run;
    await compareAll(engine, folder, run, Number(values.rounds));
  } finally {
    await engine.close();
  }
}

/** A workspace with one finished run of so many rows x 14 columns, made through the engine as every run is. */
async function scoredWorkspace(cache: string, rows: number): Promise<string> {
  const folder = join(cache, `results-${rows}`);
  if (existsSync(join(folder, 'workspace.db'))) return folder;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  const data = join(cache, `results-${rows}.csv`);
  if (!existsSync(data)) await writeData(data, rows);
  console.log(`Scoring ${rows} rows once; they are kept in ${cache}.`);
  const engine = await openEngine(unfinished);
  const grant = async (path: string): Promise<string> => (await engine.client.files.grantInput({ path })).grant;
  const run = await engine.client.runs.start({
    models: [{ grant: await grant(model) }],
    data: [await grant(data)],
    roles: { id: 'id', label: 'label', keep: ['region', 'income', 'note'] },
  });
  for await (const job of await engine.client.jobs.watch({ job: run.job })) {
    if (job.status === 'failed') throw new Error(job.problem?.message);
  }
  await engine.close();
  renameSync(unfinished, folder);
  return folder;
}

async function writeData(path: string, rows: number): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  const cell = (divisor: number): string => `round((h // ${divisor} % 100003) / 25000.75 - 2, 4)`;
  await connection.run(`COPY (
    SELECT 'r' || i AS id, CASE WHEN h % 1000 = 7 THEN 'n/a' ELSE ${cell(7)}::VARCHAR END AS a, ${cell(11)} AS b,
      ${cell(13)} AS c, ${cell(17)} AS d, h // 3 % 3 AS label, ['north', 'south', 'east', 'west'][(h // 5 % 4)::INTEGER + 1] AS region,
      (h // 23 % 1000000) / 1000.0 AS income, 'ticket ' || (h // 29 % 40000) || ' of ' || (h // 31 % 12) AS note
    FROM (SELECT i, hash(i) AS h FROM range(${rows}) AS t(i))
  ) TO '${path}.tmp' (FORMAT csv, HEADER true)`);
  connection.closeSync();
  instance.closeSync();
  renameSync(`${path}.tmp`, path);
}

interface Comparison {
  name: string;
  /** Milliseconds that the issue allows. */
  bound: number;
  ours(round: number): Promise<unknown>;
  bare(round: number): Promise<unknown>;
  /** Before each of ours, not measured. */
  before?(round: number): Promise<unknown>;
}

async function compareAll(engine: Engine, folder: string, run: string, rounds: number): Promise<void> {
  const { results } = engine.client;
  const from = `read_parquet('${join(folder, 'runs', run, 'shards')}/*.parquet')`;
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  const opened = await results.open({ run });
  console.log(
    `${opened.rows} rows x ${opened.columns.length + 1} columns, ${opened.failed} failed; medians of ${rounds}, ms`,
  );
  const page = (view: ResultViewInput, offset = 0) => results.page({ run, view, offset, limit });
  await page({});
  for (const comparison of comparisons(engine, run, from, connection, page)) {
    const [ours, bare]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      bare.push(await timed(() => comparison.bare(round)));
      await comparison.before?.(round);
      ours.push(await timed(() => comparison.ours(round)));
      await quiet(engine, run);
    }
    report(comparison.name, median(ours), Math.max(...ours), median(bare), comparison.bound);
  }
  await firstHits(engine, run, from, connection, rounds);
  connection.closeSync();
  instance.closeSync();
}

const measured = ['confidence', 'probability_0', 'probability_1', 'probability_2'];

function comparisons(
  engine: Engine,
  run: string,
  from: string,
  connection: DuckDBConnection,
  page: (view: ResultViewInput, offset?: number) => Promise<unknown>,
): Comparison[] {
  const { results } = engine.client;
  const query = (sql: string): Promise<unknown> => connection.runAndReadAll(sql);
  const sorted = (round: number): ResultViewInput => ({
    sort: [{ column: measured[round % 4]!, descending: round % 8 < 4 }],
  });
  const orderBy = (round: number): string =>
    `ORDER BY ${measured[round % 4]} ${round % 8 < 4 ? 'DESC' : ''} NULLS LAST`;
  const filtered = async (condition: string): Promise<void> => {
    await query(`SELECT count(*) FROM ${from} WHERE ${condition}`);
    await query(`SELECT * FROM ${from} WHERE ${condition} LIMIT ${limit}`);
  };
  return [
    {
      name: 'open, new process, first page',
      bound: 1000,
      before: () => engine.parts.results.close(),
      ours: async () => {
        await results.open({ run });
        await page({});
      },
      bare: () => bareProcess(from),
    },
    {
      name: 'open again, another first page',
      bound: 1000,
      ours: async (round) => {
        await results.open({ run });
        await page({}, 1000 + round * limit);
      },
      bare: () => bareOpen(from),
    },
    {
      name: 'filter by a number',
      bound: 300,
      ours: (round) => page({ filters: [{ kind: 'range', column: 'confidence', min: 0.9 + round / 1000 }] }),
      bare: (round) => filtered(`confidence >= ${0.9 + round / 1000}::FLOAT`),
    },
    {
      name: 'filter by a kept number',
      bound: 300,
      ours: (round) => page({ filters: [{ kind: 'range', column: 'income', min: 900 + round }] }),
      bare: (round) => filtered(`TRY_CAST(income AS DOUBLE) >= ${900 + round}`),
    },
    {
      name: 'filter by a value',
      bound: 300,
      ours: (round) =>
        page({
          filters: [
            { kind: 'in', column: 'region', values: [['north', 'south', 'east', 'west'][round % 4]!] },
            { kind: 'failed', failed: round < 4 },
          ],
        }),
      bare: (round) =>
        filtered(
          `region = '${['north', 'south', 'east', 'west'][round % 4]}' AND error IS ${round < 4 ? 'NOT ' : ''}NULL`,
        ),
    },
    {
      name: 'group, with accuracy',
      bound: 300,
      ours: () => results.group({ run, view: {}, by: 'region' }),
      bare: () =>
        query(
          `SELECT region, count(*), count(error), avg(confidence), count(*) FILTER (prediction = TRY_CAST(label AS DOUBLE)), count(prediction = TRY_CAST(label AS DOUBLE)) FROM ${from} GROUP BY 1 ORDER BY 2 DESC`,
        ),
    },
    {
      name: 'histogram of confidence',
      bound: 300,
      ours: () => results.summary({ run, view: {}, columns: ['confidence'], bins: 20 }),
      bare: async () => {
        await query(
          `SELECT count(*), count(confidence), min(confidence), max(confidence), avg(confidence) FROM ${from}`,
        );
        await query(`SELECT least(19, floor(confidence * 20)) AS bin, count(*) FROM ${from} GROUP BY 1`);
      },
    },
    {
      name: 'sort, first page',
      bound: 1500,
      ours: (round) => page(sorted(round)),
      bare: (round) => query(`SELECT * FROM ${from} ${orderBy(round)} LIMIT ${limit}`),
    },
    {
      name: 'sort, next page at once',
      bound: 300,
      before: (round) => page(sorted(round + 4)),
      ours: (round) => page(sorted(round + 4), limit),
      bare: (round) => query(`SELECT * FROM ${from} ${orderBy(round + 4)} LIMIT ${limit} OFFSET ${limit}`),
    },
    {
      name: 'sort, a page in the middle',
      bound: 300,
      before: async () => {
        await page(sorted(0));
        await quiet(engine, run);
      },
      ours: (round) => page(sorted(0), 5_000_000 + round * 10_000),
      bare: (round) => query(`SELECT * FROM ${from} ${orderBy(0)} LIMIT ${limit} OFFSET ${limit + round}`),
    },
    {
      name: 'sort, the page after a pause',
      bound: 300,
      before: async (round) => {
        await page(sorted(0), 4_000_000 + round * 10_000);
        await quiet(engine, run);
      },
      ours: (round) => page(sorted(0), 4_000_000 + round * 10_000 + limit),
      bare: (round) => query(`SELECT * FROM ${from} ${orderBy(0)} LIMIT ${limit} OFFSET ${limit + round}`),
    },
    {
      name: 'sort by a kept number',
      bound: 1500,
      ours: (round) =>
        page({ filters: [{ kind: 'range', column: 'income', min: round }], sort: [{ column: 'income' }] }),
      bare: (round) =>
        query(
          `SELECT * FROM ${from} WHERE TRY_CAST(income AS DOUBLE) >= ${round} ORDER BY TRY_CAST(income AS DOUBLE) LIMIT ${limit}`,
        ),
    },
  ];
}

/** What the shortest script pays: a new Node with DuckDB, a count and the first rows. */
async function bareProcess(from: string): Promise<void> {
  const script = `
    import { DuckDBInstance } from '@duckdb/node-api';
    const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
    await connection.runAndReadAll(process.argv[1]);
    await connection.runAndReadAll(process.argv[2]);
    process.exit(0);`;
  const queries = [`SELECT count(*) FROM ${from}`, `SELECT * FROM ${from} LIMIT ${limit}`];
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, ...queries], { cwd: root });
}

async function bareOpen(from: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  await connection.runAndReadAll(`SELECT count(*) FROM ${from}`);
  await connection.runAndReadAll(`SELECT * FROM ${from} LIMIT ${limit}`);
  connection.closeSync();
  instance.closeSync();
}

/** Search: until the first hits, until all has been looked through, and until a cancelled search has let go. */
async function firstHits(
  engine: Engine,
  run: string,
  from: string,
  connection: DuckDBConnection,
  rounds: number,
): Promise<void> {
  const [first, whole, bare, cancelled]: number[][] = [[], [], [], []];
  const texts = ['id', 'file', 'label', 'region', 'income', 'note', 'error'];
  for (let round = 0; round < rounds; round += 1) {
    const text = `ticket ${1234 + round} of`;
    const any = texts.map((column) => `contains(lower(${column}), '${text}')`).join(' OR ');
    bare!.push(await timed(() => connection.runAndReadAll(`SELECT * FROM ${from} WHERE ${any} LIMIT 1000`)));
    const begun = performance.now();
    let seen = false;
    for await (const event of await engine.client.results.search({ run, text, most: 1000 })) {
      if (seen || event.hits.length === 0) continue;
      seen = true;
      first!.push(performance.now() - begun);
    }
    whole!.push(performance.now() - begun);
    const stop = new AbortController();
    const search = engine.client.results.search({ run, text: 'is nowhere' }, { signal: stop.signal });
    setTimeout(() => stop.abort(), 100);
    const ended = (async () => {
      for await (const _ of await search);
    })();
    await ended.catch(() => {});
    const aborted = performance.now();
    await quiet(engine, run);
    cancelled!.push(performance.now() - aborted);
  }
  report('search, first hits', median(first!), Math.max(...first!), median(bare!), 500);
  report('search, all rows', median(whole!), Math.max(...whole!), median(bare!), null);
  console.log(`  after a cancelled search the process is at rest within ${median(cancelled!).toFixed(0)} ms`);
}

function report(name: string, ours: number, most: number, bare: number, bound: number | null): void {
  const within = bound === null ? '' : `  bound ${bound}${ours < bound ? '' : '  MISSED'}`;
  console.log(
    `  ${name.padEnd(30)} ${ours.toFixed(0).padStart(6)}  (most ${most.toFixed(0)})  bare ${bare.toFixed(0).padStart(5)}  x ${(ours / bare).toFixed(2)}${within}`,
  );
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** Waits until the query process does nothing any more: what it prepares is not to disturb the next measurement. */
async function quiet(engine: Engine, run: string): Promise<void> {
  // On a busy machine a process that has work may get no time for a while.
  for (let [before, calm] = [-1, 0]; calm < 4;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const pid = engine.parts.results.processOf(run);
    const ticks = pid === null || process.platform !== 'linux' ? 0 : cpuTicks(pid);
    calm = ticks - before <= 1 ? calm + 1 : 0;
    before = ticks;
  }
}

function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
