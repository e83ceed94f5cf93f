/** DeLong's intervals and test for ROC AUC, of independent rows. */
import { ascendingOrder } from './order.ts';
import { normalCritical, normalTwoSided } from './normal.ts';
import {
  defined,
  noRows,
  notDefined,
  refuseNotFinite,
  requireSameLength,
  type Interval,
  type NotDefined,
  type Outcome,
} from './outcome.ts';

export interface AucInterval {
  readonly auc: number;
  readonly standardError: number;
  readonly interval: Interval;
}

export interface AucComparison {
  readonly aucA: number;
  readonly aucB: number;
  /** B less A. */
  readonly difference: number;
  readonly standardError: number;
  readonly interval: Interval;
  readonly z: number;
  readonly p: number;
}

/**
 * ROC AUC with DeLong's standard error and normal interval, cut to 0 and 1. `positive` is 1 for rows of the positive
 * class, else 0. Not defined with fewer than two rows of a class, at exactly 0 or 1 (the standard error is 0), or for
 * scores that are not finite. O(n log n).
 * Source: DeLong, DeLong and Clarke-Pearson 1988; fast form of Sun and Xu 2014.
 */
export function delongInterval(scores: ArrayLike<number>, positive: Uint8Array, level = 0.95): Outcome<AucInterval> {
  const refused = refuse([scores], positive);
  if (refused) return refused;
  const { auc, ofPositives, ofNegatives } = placements(scores, positive);
  if (auc === 0 || auc === 1) return notDefined('constant', `the area is exactly ${auc}: every pair is ranked alike.`);
  const variance = varianceOfMean(ofPositives) + varianceOfMean(ofNegatives);
  const standardError = Math.sqrt(variance);
  const reach = normalCritical(level) * standardError;
  const interval = { lower: Math.max(0, auc - reach), upper: Math.min(1, auc + reach), level };
  return defined({ auc, standardError, interval });
}

/**
 * DeLong's test of two correlated ROC curves: versions A and B scored the same rows. z = difference / standard error,
 * two-sided p from the normal distribution, normal interval of the difference. Where both rank every row alike the
 * difference is 0, p is 1, and a note says that the interval has no width. Not defined as `delongInterval`, or where both
 * areas are exactly 0 or 1. O(n log n).
 * Source: DeLong, DeLong and Clarke-Pearson 1988; fast form of Sun and Xu 2014.
 */
export function delongTest(
  scoresA: ArrayLike<number>,
  scoresB: ArrayLike<number>,
  positive: Uint8Array,
  level = 0.95,
): Outcome<AucComparison> {
  const refused = refuse([scoresA, scoresB], positive);
  if (refused) return refused;
  const a = placements(scoresA, positive);
  const b = placements(scoresB, positive);
  const certain = [a.auc, b.auc].every((auc) => auc === 0 || auc === 1);
  if (certain)
    return notDefined('constant', `the areas are exactly ${a.auc} and ${b.auc}: every pair is ranked alike.`);
  const gaps = [gap(b.ofPositives, a.ofPositives), gap(b.ofNegatives, a.ofNegatives)] as const;
  const standardError = Math.sqrt(varianceOfMean(gaps[0]) + varianceOfMean(gaps[1]));
  const difference = b.auc - a.auc;
  const both = { aucA: a.auc, aucB: b.auc, difference, standardError };
  if (standardError === 0) {
    if (difference !== 0) return notDefined('constant', 'the difference of the areas has no variation over the rows.');
    const interval = { lower: 0, upper: 0, level };
    return defined({ ...both, interval, z: 0, p: 1 }, 'Both rank the rows alike, so the interval has no width.');
  }
  const reach = normalCritical(level) * standardError;
  const interval = { lower: Math.max(-1, difference - reach), upper: Math.min(1, difference + reach), level };
  const z = difference / standardError;
  return defined({ ...both, interval, z, p: normalTwoSided(z) });
}

function refuse(scores: readonly ArrayLike<number>[], positive: Uint8Array): NotDefined | undefined {
  requireSameLength(positive, ...scores);
  if (positive.length === 0) return noRows;
  const positives = positive.reduce((sum, value) => sum + value, 0);
  const fewer = Math.min(positives, positive.length - positives);
  if (fewer === 0) return notDefined('one-class', 'every row has the same true class.');
  if (fewer === 1) return notDefined('too-few-rows', 'a class has only one row, whose variation cannot be known.');
  for (const values of scores) {
    const refused = refuseNotFinite('score', values);
    if (refused) return refused;
  }
  return undefined;
}

interface Placements {
  readonly auc: number;
  /** By positive row: the share of negatives it is ranked above; by negative row: of positives that are above it. */
  readonly ofPositives: Float64Array;
  readonly ofNegatives: Float64Array;
}

/** Structural components of the area (DeLong's V10 and V01), from one sort: ties count half. */
function placements(scores: ArrayLike<number>, positive: Uint8Array): Placements {
  const order = ascendingOrder(scores);
  const rows = order.length;
  const positives = positive.reduce((sum, value) => sum + value, 0);
  const negatives = rows - positives;
  const share = new Float64Array(rows);
  let start = 0;
  let positivesBelow = 0;
  let negativesBelow = 0;
  while (start < rows) {
    let end = start;
    let positivesHere = 0;
    for (; end < rows && scores[order[end]!] === scores[order[start]!]; end += 1)
      positivesHere += positive[order[end]!]!;
    const negativesHere = end - start - positivesHere;
    const ofPositive = (negativesBelow + negativesHere / 2) / negatives;
    const ofNegative = (positives - positivesBelow - positivesHere / 2) / positives;
    for (let place = start; place < end; place += 1) {
      const row = order[place]!;
      share[row] = positive[row] === 1 ? ofPositive : ofNegative;
    }
    positivesBelow += positivesHere;
    negativesBelow += negativesHere;
    start = end;
  }
  const ofPositives = new Float64Array(positives);
  const ofNegatives = new Float64Array(negatives);
  let sum = 0;
  let [nextPositive, nextNegative] = [0, 0];
  for (let row = 0; row < rows; row += 1) {
    if (positive[row] === 1) {
      ofPositives[nextPositive] = share[row]!;
      sum += share[row]!;
      nextPositive += 1;
    } else {
      ofNegatives[nextNegative] = share[row]!;
      nextNegative += 1;
    }
  }
  return { auc: sum / positives, ofPositives, ofNegatives };
}

function gap(b: Float64Array, a: Float64Array): Float64Array {
  return b.map((value, index) => value - a[index]!);
}

/** The variance of the mean: sum of squared deviations / (n (n - 1)). */
function varianceOfMean(values: Float64Array): number {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count * (count - 1));
}
