import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Inspection } from '../contract/index.ts';
import type { ShardRange } from '../data/index.ts';
import { planChanged, writePlan } from './plan-file.ts';
import type { PlanHead } from './plan.ts';

/** Enough to see how a plan's file is laid out. */
const glimpseBytes = 64;

/** A plan as the first versions wrote it: one line, the tables of its inspections as objects. */
type FirstPlan = PlanHead & { shards: ShardRange[]; rows: number };

/**
 * The file to read a plan from. One that is written in a single line, as the first versions did, is written again in lines
 * beside it, once its digest has been checked; what the catalog and the manifest name stays as it was.
 */
export async function planInLines(file: string, sha256: string): Promise<{ file: string; sha256: string }> {
  if (!(await isInOneLine(file))) return { file, sha256 };
  const text = await readFile(file, 'utf8');
  if (createHash('sha256').update(text).digest('hex') !== sha256) throw planChanged(file);
  const { shards, rows: _rows, ...head } = JSON.parse(text) as FirstPlan;
  for (const version of head.versions) version.inspection = withPairs(version.inspection);
  const lines = join(dirname(file), 'plan.lines.json');
  const written = await writePlan(lines, head, each(shards), () => {});
  return { file: lines, sha256: written.sha256 };
}

/** In lines, a plan's first line ends where its shards begin, so no shard stands in it. */
async function isInOneLine(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return false;
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(glimpseBytes),
      0,
      glimpseBytes,
      Math.max(0, size - glimpseBytes),
    );
    // The last line of a plan in lines closes the list and tells the rows.
    return bytesRead > 0 && !/\n\],"rows":\d+\}\n$/.test(buffer.toString('latin1', 0, bytesRead));
  } finally {
    await handle.close();
  }
}

function withPairs(inspection: Inspection): Inspection {
  const pairs = <Value>(table: [string, Value][] | Record<string, Value>): [string, Value][] =>
    Array.isArray(table) ? table : Object.entries(table);
  return {
    ...inspection,
    opset: pairs(inspection.opset),
    operators: pairs(inspection.operators),
    metadata: pairs(inspection.metadata),
    producers: pairs(inspection.producers),
  };
}

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
