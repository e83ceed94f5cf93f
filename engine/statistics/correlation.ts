/** Correlation of two columns of numbers. */
import { midranks } from './order.ts';
import {
  defined,
  notDefined,
  noRows,
  refuseNotFinite,
  requireSameLength,
  type NotDefined,
  type Outcome,
} from './outcome.ts';
import { centred, isConstant } from './regression.ts';

function refuse(x: ArrayLike<number>, y: ArrayLike<number>): NotDefined | undefined {
  requireSameLength(x, y);
  if (x.length === 0) return noRows;
  const refused = refuseNotFinite('value', x) ?? refuseNotFinite('value', y);
  if (refused) return refused;
  if (x.length < 2) return notDefined('too-few-rows', 'one row does not vary.');
  if (isConstant(x) || isConstant(y))
    return notDefined('constant', 'one of the columns has the same value in every row.');
  return undefined;
}

/**
 * Pearson's correlation: sum of products of deviations / root of the product of their sums of squares. -1 to 1. Not
 * defined for fewer than two rows or a constant column. Source: scipy.stats.pearsonr.
 */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): Outcome {
  const refused = refuse(x, y);
  if (refused) return refused;
  const a = unit(centred(x));
  const b = unit(centred(y));
  const product = a.reduce((sum, value, row) => sum + value * b[row]!, 0);
  return defined(Math.max(-1, Math.min(1, product)));
}

/**
 * Spearman's rank correlation: Pearson's of the ranks, ties sharing their mean rank. -1 to 1. Not defined for fewer than
 * two rows or a constant column. Source: scipy.stats.spearmanr.
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): Outcome {
  return refuse(x, y) ?? pearson(midranks(x), midranks(y));
}

/** Scaled to length 1; by the largest first, so that neither tiny nor huge values leave the range of doubles. */
function unit(deviations: Float64Array): Float64Array {
  const most = deviations.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const scaled = deviations.map((value) => value / most);
  const length = Math.sqrt(scaled.reduce((sum, value) => sum + value * value, 0));
  return scaled.map((value) => value / length);
}
