/** The search for slices (rows that share one or two conditions) on which the second version breaks most. */
import type { BinnedColumn } from './bins.ts';
import { benjaminiHochberg } from './multiple-tests.ts';
import { defined, noRows, notDefined, requireSameLength, type Outcome } from './outcome.ts';
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
/** Rows whose bins are read pair by pair while they are in the cache. */
const block = 16_384;

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
  const negative = rowsWith(flips, -1);
  const positive = rowsWith(flips, 1);
  const all = countPairs(columns, undefined, flips.length);
  const broken = countPairs(columns, negative, negative.length);
  const mended = countPairs(columns, positive, positive.length);
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

interface PairCounts {
  readonly singles: readonly Uint32Array[];
  /** In the order of `pairNumber`: first < second; `counts[bin of first * bins of second + bin of second]`. */
  readonly pairs: readonly { readonly first: number; readonly second: number; readonly counts: Uint32Array }[];
}

function pairNumber(first: number, second: number): number {
  return (second * (second - 1)) / 2 + first;
}

/** Counts of single bins and pairs of bins, over all rows or those named. */
function countPairs(columns: readonly BinnedColumn[], rows: Uint32Array | undefined, count: number): PairCounts {
  const singles = columns.map(({ bins }) => new Uint32Array(bins));
  const pairs = columns.flatMap(({ bins: width }, second) =>
    columns.slice(0, second).map(({ bins }, first) => ({ first, second, counts: new Uint32Array(bins * width) })),
  );
  for (let start = 0; start < count; start += block) {
    const end = Math.min(count, start + block);
    const parts = columns.map(({ codes }) =>
      rows ? Uint8Array.from(rows.subarray(start, end), (row) => codes[row]!) : codes.subarray(start, end),
    );
    parts.forEach((codes, column) => addCounts(codes, singles[column]!));
    for (const { first, second, counts } of pairs) {
      addPairCounts(parts[first]!, parts[second]!, columns[second]!.bins, counts);
    }
  }
  return { singles, pairs };
}

function addCounts(codes: Uint8Array, counts: Uint32Array): void {
  for (let row = 0; row < codes.length; row += 1) counts[codes[row]!]! += 1;
}

/** Four rows a turn: five times faster than one, as the turn itself costs more than its work. */
function addPairCounts(first: Uint8Array, second: Uint8Array, width: number, counts: Uint32Array): void {
  const rows = first.length;
  const whole = rows - (rows % 4);
  for (let row = 0; row < whole; row += 4) {
    counts[first[row]! * width + second[row]!]! += 1;
    counts[first[row + 1]! * width + second[row + 1]!]! += 1;
    counts[first[row + 2]! * width + second[row + 2]!]! += 1;
    counts[first[row + 3]! * width + second[row + 3]!]! += 1;
  }
  for (let row = whole; row < rows; row += 1) counts[first[row]! * width + second[row]!]! += 1;
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
