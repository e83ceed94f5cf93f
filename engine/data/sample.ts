import type { DataDescription, SampleCell } from '../contract/index.ts';

const sampleBudget = 64 * 1024;
const longestCell = 500;
const mostRows = 50;

/** The first rows to show: at most 50, and no more than some 64 KB of text, because they travel through a call. */
export function sampleOf(columns: string[], rows: Iterable<SampleCell[]>): DataDescription['sample'] {
  const kept: SampleCell[][] = [];
  let size = 0;
  for (const row of rows) {
    const cells = row.map(shortened);
    size += cells.reduce((sum: number, cell) => sum + (typeof cell === 'string' ? cell.length : 8), 0);
    if (kept.length >= mostRows || (size > sampleBudget && kept.length > 0)) break;
    kept.push(cells);
  }
  return { columns, rows: kept };
}

/** Fewer rows in very wide tables, so that a sample stays within some two million cells. */
export function boundedSampleRows(wanted: number, columns: number): number {
  return Math.max(1, Math.min(wanted, Math.max(20, Math.floor(2_000_000 / Math.max(1, columns)))));
}

function shortened(cell: SampleCell): SampleCell {
  return typeof cell === 'string' && cell.length > longestCell ? `${cell.slice(0, longestCell)}…` : cell;
}
