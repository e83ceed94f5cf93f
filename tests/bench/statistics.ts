/**
 * `npm run bench -- statistics`: the statistics of evaluations at their full size, beside vectorised NumPy, scikit-learn
 * and SciPy on the same arrays, one after the other, where a Python has them (`--python .venv/bin/python`; see
 * tools/statistics/requirements.txt). Each figure is the best of the rounds. Nothing here passes or fails.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  accuracyFigure,
  averageF1,
  bootstrapTable,
  calibrationErrorOf,
  categoryBins,
  delongTest,
  kappaFigure,
  matthewsFigure,
  meansOf,
  pairedTable,
  quantileBins,
  RandomSource,
  rankingFiguresOf,
  rankScores,
  RowBootstrap,
  searchSlices,
  type RankedScores,
} from '../../engine/statistics/index.ts';

const peer = join(import.meta.dirname, '..', '..', 'tools', 'statistics', 'bench.py');
const rows = 100_000;
const sliceRows = 1_000_000;
const classes = 10;

export async function benchStatistics(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { python: { type: 'string', default: 'python3' }, rounds: { type: 'string', default: '3' } },
  });
  const rounds = Number(values.rounds);
  const data = makeData();
  const ours = measureAll(data, rounds);
  const theirs = await measurePeer(data, values.python, rounds);
  console.log(`${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}`);
  for (const [what, milliseconds] of ours) {
    const other = theirs?.get(what);
    const beside = other ? `NumPy ${other.toFixed(0).padStart(7)} ms  ${(other / milliseconds).toFixed(1)} times` : '';
    console.log(`${what.padEnd(58)} ${milliseconds.toFixed(0).padStart(7)} ms  ${beside}`);
  }
}

type Data = ReturnType<typeof makeData>;

function makeData() {
  const random = new RandomSource(6);
  const truth = Int32Array.from({ length: rows }, () => random.below(classes));
  const answers = () => truth.map((label) => (random.unit() < 0.8 ? label : random.below(classes)));
  const scoreA = Float64Array.from({ length: rows }, () => random.unit());
  const scoreB = scoreA.map((score) => (score + random.unit()) / 2);
  const positive = Uint8Array.from(scoreA, (score) => (random.unit() < score ? 1 : 0));
  const numbers = Float64Array.from({ length: 20 * sliceRows }, () => random.unit());
  const categories = new Int32Array(10 * sliceRows);
  for (let column = 0; column < 10; column += 1) {
    const count = 5 + column * 5;
    for (let row = 0; row < sliceRows; row += 1) categories[column * sliceRows + row] = random.below(count);
  }
  const flips = Int8Array.from({ length: sliceRows }, () => Math.sign(Math.trunc((random.unit() - 0.5) * 2.06)));
  return { truth, a: answers(), b: answers(), scoreA, scoreB, positive, numbers, categories, flips };
}

function measureAll(data: Data, rounds: number): Map<string, number> {
  const { truth, a, b, scoreA, scoreB, positive } = data;
  const table = pairedTable(truth, a, b, classes);
  const figures = [accuracyFigure, averageF1('macro'), matthewsFigure, kappaFigure];
  const columns = [scoreA, scoreB].flatMap((scores) => [
    scores.map((score, row) => -Math.log(positive[row] === 1 ? score : 1 - score)),
    scores.map((score, row) => (score - positive[row]!) ** 2),
  ]);
  const rankings = [scoreA, scoreB].map((scores) => ranked(scores, positive));
  const byRow = [
    meansOf(columns),
    ...[scoreA, scoreB].map((scores) => calibrationErrorOf(positive, scores)),
    ...rankings.map(rankingFiguresOf),
  ];
  return new Map([
    [
      'table metrics of two versions, 10,000 resamples',
      best(rounds, () => {
        bootstrapTable(table, figures, { resamples: 10_000, seed: 1 });
      }),
    ],
    [
      'log loss, Brier, ECE, AP, AUC of two, 1,000 resamples',
      best(rounds, () => {
        new RowBootstrap({ rows, figures: byRow, resamples: 1000, seed: 1 }).advance(1000);
      }),
    ],
    [
      'DeLong',
      best(rounds, () => {
        delongTest(scoreA, scoreB, positive);
      }),
    ],
    [
      'slices of 1,000,000 rows x 30 columns to depth 2',
      best(Math.min(rounds, 2), () => {
        searchSlices(bins(data), data.flips);
      }),
    ],
  ]);
}

function ranked(scores: Float64Array, positive: Uint8Array): RankedScores {
  const outcome = rankScores(scores, positive);
  if (!outcome.defined) throw new Error(outcome.because);
  return outcome.value;
}

function bins({ numbers, categories }: Data) {
  const column = <T>(all: { subarray(from: number, to: number): T }, index: number) =>
    all.subarray(index * sliceRows, (index + 1) * sliceRows);
  return [
    ...Array.from({ length: 20 }, (_, index) => quantileBins(column(numbers, index))),
    ...Array.from({ length: 10 }, (_, index) => categoryBins(column(categories, index))),
  ];
}

function best(rounds: number, work: () => void): number {
  let least = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    work();
    least = Math.min(least, performance.now() - started);
  }
  return least;
}

/** The same by Python, or nothing where it or its packages are not there. */
async function measurePeer(data: Data, python: string, rounds: number): Promise<Map<string, number> | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'drydock-bench-'));
  try {
    for (const [name, values] of Object.entries(data)) await writeFile(join(folder, name), values);
    const { status, stdout, stderr } = spawnSync(python, [peer, folder, String(rounds)], { encoding: 'utf8' });
    if (status === 0) return new Map(Object.entries(JSON.parse(stdout) as Record<string, number>));
    console.log(`Without NumPy beside it: ${stderr?.trim().split('\n').at(-1) ?? `there is no ${python}`}.`);
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
