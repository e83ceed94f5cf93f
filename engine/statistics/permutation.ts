/** Paired permutation test: would the difference be as large if it were chance which version gave which answer? */
import { defined, noRows, requireSameLength, type Outcome } from './outcome.ts';
import { RandomSource } from './random.ts';

export interface PermutationTest {
  readonly difference: number;
  /** Two-sided: twice the smaller tail, capped at 1. */
  readonly p: number;
  /** All swaps were tried, or as many as said, drawn at random. */
  readonly exact: boolean;
  readonly permutations: number;
}

/**
 * Swaps the two versions on every subset of rows (all 2^n where that is at most `permutations`, else that many drawn at
 * random; the observed one then counts as one more) and compares `difference`, which is given by row whether it is
 * swapped (1) or not (0). Rows of one group are swapped together. Differences that agree to 1e-12 of the observed one are
 * as large. Not defined without rows.
 * Source: Pitman 1937; scipy.stats.permutation_test(permutation_type="samples"); Phipson and Smyth 2010 for the one more.
 */
export function pairedPermutation(
  rows: number,
  difference: (swapped: Uint8Array) => number,
  { permutations = 10_000, seed = 0, groups }: { permutations?: number; seed?: number; groups?: Int32Array } = {},
): Outcome<PermutationTest> {
  if (rows === 0) return noRows;
  const units = groups ? groups.reduce((most, code) => Math.max(most, code), -1) + 1 : rows;
  const exact = units < 31 && 2 ** units <= permutations;
  const count = exact ? 2 ** units : permutations;
  const random = new RandomSource(seed);
  const unit = new Uint8Array(units);
  const swapped = new Uint8Array(rows);
  const observed = difference(swapped);
  const tolerance = Math.abs(observed) * 1e-12;
  let atLeast = 0;
  let atMost = 0;
  for (let permutation = 0; permutation < count; permutation += 1) {
    for (let index = 0; index < units; index += 1) {
      unit[index] = exact ? (permutation >>> index) & 1 : random.word() >>> 31;
    }
    for (let row = 0; row < rows; row += 1) swapped[row] = unit[groups ? groups[row]! : row]!;
    const found = difference(swapped);
    if (found >= observed - tolerance) atLeast += 1;
    if (found <= observed + tolerance) atMost += 1;
  }
  const extra = exact ? 0 : 1;
  const p = Math.min(1, (2 * (Math.min(atLeast, atMost) + extra)) / (count + extra));
  return defined({ difference: observed, p, exact, permutations: count });
}

/** The difference (B less A) of means of two columns under swapping, for `pairedPermutation`. */
export function meanDifference(a: ArrayLike<number>, b: ArrayLike<number>): (swapped: Uint8Array) => number {
  requireSameLength(a, b);
  return (swapped) => {
    let sum = 0;
    for (let row = 0; row < swapped.length; row += 1) {
      const gap = b[row]! - a[row]!;
      sum += swapped[row] === 1 ? -gap : gap;
    }
    return sum / swapped.length;
  };
}
