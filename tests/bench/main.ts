/**
 * `npm run bench`: scores tables of two sizes through the command line, and says how fast and with how much memory.
 * Figures are printed as ratios between the sizes, measured one after the other; nothing here passes or fails.
 *   npm run bench -- --rows 1000000,4000000 --format csv,parquet --rounds 1
 *   npm run bench -- results
 *   npm run bench -- window
 *   npm run bench -- electron
 *   npm run bench -- statistics --python .venv/bin/python
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measure, type Measured } from './processes.ts';
import { writeNetwork } from './network.ts';
import { benchElectron } from './electron.ts';
import { benchResults } from './results.ts';
import { benchStatistics } from './statistics.ts';
import { makeTable } from './table.ts';
import { benchWindow } from './window.ts';

const root = join(import.meta.dirname, '..', '..');
const [, , what, ...rest] = process.argv;
if (what === 'results') await benchResults(rest);
else if (what === 'window') await benchWindow(rest);
else if (what === 'electron') await benchElectron(rest);
else if (what === 'statistics') await benchStatistics(rest);
else await benchScoring();

async function benchScoring(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '250000,1000000' },
      format: { type: 'string', default: 'csv,parquet' },
      rounds: { type: 'string', default: '1' },
      cache: { type: 'string', default: join(root, '.cache', 'bench') },
    },
  });
  await mkdir(values.cache, { recursive: true });
  const model = join(values.cache, 'mlp.onnx');
  await writeNetwork(model);
  const sizes = values.rows.split(',').map(Number);
  for (const format of values.format.split(',') as ('csv' | 'parquet')[]) {
    await compareSizes({ format, sizes, model, cache: values.cache, rounds: Number(values.rounds) });
  }
}

interface Sizes {
  format: 'csv' | 'parquet';
  sizes: number[];
  model: string;
  cache: string;
  rounds: number;
}

async function compareSizes({ format, sizes, model, cache, rounds }: Sizes): Promise<void> {
  const results = new Map<number, Measured[]>(sizes.map((rows) => [rows, []]));
  const tables = new Map<number, string>();
  for (const rows of sizes) tables.set(rows, await makeTable(cache, rows, format));
  // Interleaved, so that a busy neighbour meets every size.
  for (let round = 0; round < rounds; round += 1) {
    for (const rows of sizes) results.get(rows)!.push(await score(model, tables.get(rows)!));
  }
  const peaks: number[] = [];
  for (const rows of sizes) {
    const seconds = median(results.get(rows)!.map((result) => result.seconds));
    const peak = median(results.get(rows)!.map((result) => result.peakBytes ?? 0));
    peaks.push(peak);
    const ratio = peak / peaks[0]!;
    console.log(
      `${format.padEnd(8)} ${String(rows).padStart(9)} x 64  ${seconds.toFixed(1).padStart(6)} s  ${Math.round(rows / seconds)} rows/s  ` +
        `peak ${(peak / 1e6).toFixed(0)} MB (${ratio.toFixed(2)} of the first size)`,
    );
  }
}

async function score(model: string, data: string): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'drydock-bench-'));
  try {
    const args = [
      'predict',
      '--model',
      model,
      '--data',
      data,
      '--id',
      'id',
      '--out',
      join(folder, 'out.parquet'),
      '--json',
      '--batch',
      '4096',
      '--threads',
      '1',
    ];
    return await measure(join(root, 'cli', 'drydock'), [...args, '--workspace', join(folder, 'workspace')], {});
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
