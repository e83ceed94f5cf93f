/** The search for slices (rows that share one or two conditions) on which the second version breaks most. */
import type { BinnedColumn } from './bins.ts';
import { benjaminiHochberg } from './multiple-tests.ts';
import { defined, noRows, notDefined, requireSameLength, type Outcome } from './outcome.ts';
import { countPairs, pairNumber } from './pair-counts.ts';
import { mcNemarExact } from './proportion.ts';

export interface Condition {
  readonly column: number;
  readonly bin: number;
}

export interface Slice {
  /** One or two, of different columns. */
  readonly conditions: readonly Condition[];
  readonly rows: number;
  /** Right to wrong, and wrong to right, within the slice. */
  readonly negative: number;
  readonly positive: number;
  /** Net negative flips beyond what the overall rate gives so many rows: above 0 is worse than overall. */
  readonly excess: number;
  /** Exact McNemar within the slice, and adjusted over all slices tested (Benjamini and Hochberg). */
  readonly p: number;
  readonly adjustedP: number;
  /** Slices of almost the same rows (Jaccard overlap above 90 %) that are folded into this one. */
  readonly folded: readonly (readonly Condition[])[];
}

export interface SliceSearch {
  /** Largest excess first. */
  readonly slices: readonly Slice[];
  /** How many slices were tested: all that have rows enough. */
  readonly tested: number;
  readonly leastRows: number;
  /** Net negative flips per row, overall. */
  readonly overallRate: number;
}

/** More of the same rows than this is the same slice. */
const overlapLimit = 0.9;

/**
 * Counts every single condition and every pair of conditions of different columns, tests those with at least
 * max(30, 1 % of rows), and ranks them by excess. `flips` is by row -1 (right to wrong), 1 (wrong to right) or 0. A pair
 * that has all rows of one of its conditions is that condition and not tested again. What is found here was looked for
 * here: confirm it on other data. Not defined without rows or columns.
 * Source: the lattice of slices of Chung et al. 2019, "Slice Finder", searched completely.
 */
export function searchSlices(
  columns: readonly BinnedColumn[],
  flips: Int8Array,
  { limit = 50, leastRows = Math.max(30, Math.ceil(flips.length / 100)) } = {},
): Outcome<SliceSearch> {
  requireSameLength(flips, ...columns.map(({ codes }) => codes));
  if (flips.length === 0) return noRows;
  if (columns.length === 0) return notDefined('nothing-to-measure', 'there is no column to slice by.');
  const overall = flips.reduce((sum, flip) => sum - flip, 0) / flips.length;
  const found = countSlices(columns, flips).filter(({ rows }) => rows >= leastRows && rows < flips.length);
  const pValues = found.map(({ negative, positive }) => mcNemarExact(negative, positive));
  const adjusted = benjaminiHochberg(pValues);
  const ranked = found
    .map((slice, index) => ({
      ...slice,
      excess: slice.negative - slice.positive - slice.rows * overall,
      p: pValues[index]!,
      adjustedP: adjusted[index]!,
    }))
    .toSorted((a, b) => b.excess - a.excess || a.p - b.p || b.rows - a.rows);
  return defined({ slices: fold(columns, ranked, limit), tested: found.length, leastRows, overallRate: overall });
}

interface Counted {
  readonly conditions: readonly Condition[];
  readonly rows: number;
  readonly negative: number;
  readonly positive: number;
}

function countSlices(columns: readonly BinnedColumn[], flips: Int8Array): Counted[] {
  const all = countPairs(columns);
  const broken = countPairs(columns, rowsWith(flips, -1));
  const mended = countPairs(columns, rowsWith(flips, 1));
  const slices: Counted[] = [];
  all.singles.forEach((counts, column) => {
    counts.forEach((rows, bin) => {
      const [broke, mend] = [broken.singles[column]![bin]!, mended.singles[column]![bin]!];
      slices.push({ conditions: [{ column, bin }], rows, negative: broke, positive: mend });
    });
  });
  for (const { first, second, counts } of all.pairs) {
    const width = columns[second]!.bins;
    const pair = pairNumber(first, second);
    counts.forEach((rows, cell) => {
      const [bin, other] = [Math.floor(cell / width), cell % width];
      if (rows === 0 || rows === all.singles[first]![bin] || rows === all.singles[second]![other]) return;
      slices.push({
        conditions: [
          { column: first, bin },
          { column: second, bin: other },
        ],
        rows,
        negative: broken.pairs[pair]!.counts[cell]!,
        positive: mended.pairs[pair]!.counts[cell]!,
      });
    });
  }
  return slices;
}

function rowsWith(flips: Int8Array, flip: number): Uint32Array {
  let count = 0;
  for (const value of flips) if (value === flip) count += 1;
  const rows = new Uint32Array(count);
  let next = 0;
  for (let row = 0; row < flips.length; row += 1) {
    if (flips[row] !== flip) continue;
    rows[next] = row;
    next += 1;
  }
  return rows;
}

/** The first `limit` slices in their order, each with those further down that have almost the same rows. */
function fold(columns: readonly BinnedColumn[], ranked: readonly Omit<Slice, 'folded'>[], limit: number): Slice[] {
  const kept: { slice: Omit<Slice, 'folded'>; member: Uint32Array; folded: (readonly Condition[])[] }[] = [];
  for (const slice of ranked) {
    if (kept.length === limit) break;
    const alike = kept.filter(({ slice: other }) => couldOverlap(slice.rows, other.rows));
    const member = membership(columns, slice.conditions);
    const same = alike.find((other) => overlaps(member, other.member, slice.rows + other.slice.rows));
    if (same) same.folded.push(slice.conditions);
    else kept.push({ slice, member, folded: [] });
  }
  return kept.map(({ slice, folded }) => ({ ...slice, folded }));
}

function couldOverlap(rows: number, others: number): boolean {
  return Math.min(rows, others) > overlapLimit * Math.max(rows, others);
}

/** The rows of a slice, a bit each. */
function membership(columns: readonly BinnedColumn[], [one, two]: readonly Condition[]): Uint32Array {
  const first = columns[one!.column]!.codes;
  const second = two ? columns[two.column]!.codes : first;
  const bin = one!.bin;
  const other = two ? two.bin : bin;
  const rows = first.length;
  const words = new Uint32Array(Math.ceil(rows / 32));
  for (let word = 0, row = 0; row < rows; word += 1) {
    const end = Math.min(rows, row + 32);
    let bits = 0;
    for (; row < end; row += 1) {
      const differs = (first[row]! ^ bin) | (second[row]! ^ other);
      // The highest bit, shifted in from the left, is set where nothing differs.
      bits = (bits << 1) | ((differs - 1) >>> 31);
    }
    words[word] = bits;
  }
  return words;
}

function overlaps(a: Uint32Array, b: Uint32Array, rowsOfBoth: number): boolean {
  const words = a.length;
  let shared = 0;
  for (let word = 0; word < words; word += 1) shared += bitCount(a[word]! & b[word]!);
  return shared > overlapLimit * (rowsOfBoth - shared);
}

/** Bits that are set in a 32-bit word (Warren, "Hacker's Delight", 5-1). */
function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
