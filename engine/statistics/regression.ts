/** Metrics of predicted numbers against true ones. Names and conventions are scikit-learn's (user guide 3.4.6). */
import {
  defined,
  noRows,
  notDefined,
  refuseNotFinite,
  requireSameLength,
  type NotDefined,
  type Outcome,
} from './outcome.ts';
import { quantile } from './resamples.ts';

type Numbers = ArrayLike<number>;

function refuse(truth: Numbers, predicted: Numbers): NotDefined | undefined {
  requireSameLength(truth, predicted);
  if (truth.length === 0) return noRows;
  return refuseNotFinite('true value', truth) ?? refuseNotFinite('prediction', predicted);
}

/** Predicted less true, row by row: the differences are exact near each other, however large the offset. */
export function residuals(truth: Numbers, predicted: Numbers): Float64Array {
  requireSameLength(truth, predicted);
  return Float64Array.from(truth, (value, row) => predicted[row]! - value);
}

function overResiduals(truth: Numbers, predicted: Numbers, figure: (errors: Float64Array) => number): Outcome {
  const refused = refuse(truth, predicted);
  return refused ?? finite(figure(residuals(truth, predicted)));
}

/** Squares of numbers near the largest double exceed it: said, not shown as Infinity. */
function finite(value: number): Outcome {
  if (Number.isFinite(value)) return defined(value);
  return notDefined('not-finite', 'the errors are too large to be added up.');
}

/** Mean absolute error. 0 up, in the target's unit, lower is better. Source: sklearn mean_absolute_error. */
export function meanAbsoluteError(truth: Numbers, predicted: Numbers): Outcome {
  return overResiduals(truth, predicted, (errors) => mean(errors.map(Math.abs)));
}

/** Mean squared error. 0 up, in the unit squared, lower is better. Source: sklearn mean_squared_error. */
export function meanSquaredError(truth: Numbers, predicted: Numbers): Outcome {
  return overResiduals(truth, predicted, (errors) => mean(errors.map((error) => error * error)));
}

/** Root mean squared error. 0 up, in the target's unit, lower is better. Source: sklearn root_mean_squared_error. */
export function rootMeanSquaredError(truth: Numbers, predicted: Numbers): Outcome {
  return overResiduals(truth, predicted, (errors) => Math.sqrt(mean(errors.map((error) => error * error))));
}

/** Median absolute error (the mean of the two middle ones of an even number). Source: sklearn median_absolute_error. */
export function medianAbsoluteError(truth: Numbers, predicted: Numbers): Outcome {
  return overResiduals(truth, predicted, (errors) => quantile(errors.map(Math.abs).toSorted(), 0.5));
}

/** Largest absolute error. It has no interval: resamples cannot exceed it. Source: sklearn max_error. */
export function maxError(truth: Numbers, predicted: Numbers): Outcome {
  return overResiduals(truth, predicted, (errors) =>
    errors.reduce((most, error) => Math.max(most, Math.abs(error)), 0),
  );
}

/** Bias: the mean of predicted less true. 0 is none; above 0 predicts too much. In the target's unit. */
export function bias(truth: Numbers, predicted: Numbers): Outcome {
  return overResiduals(truth, predicted, mean);
}

/**
 * R2, the coefficient of determination: 1 - sum (true - predicted)^2 / sum (true - mean true)^2. Up to 1, 0 for always
 * predicting the mean, below 0 for worse. The mean is taken off first, so a large offset costs no digits. Not defined for
 * fewer than two rows, or where all true values are equal (scikit-learn puts 1 or 0 there).
 * Source: sklearn r2_score(force_finite=False).
 */
export function r2(truth: Numbers, predicted: Numbers): Outcome {
  const refused = refuse(truth, predicted);
  if (refused) return refused;
  if (truth.length < 2) return notDefined('too-few-rows', 'one row has no spread to explain.');
  if (isConstant(truth)) return notDefined('constant', 'all true values are equal, so there is no spread to explain.');
  const deviations = centred(truth);
  // Scaled, so that the squares of tiny or huge values stay within the range of doubles.
  const most = deviations.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const spread = sumOfSquares(deviations.map((value) => value / most));
  const error = sumOfSquares(residuals(truth, predicted).map((value) => value / most));
  return finite(1 - error / spread);
}

/**
 * Mean absolute percentage error as a fraction: the mean of |true - predicted| / |true|. 0 up, lower is better. Rows
 * whose true value is 0 are left out and counted in a note (scikit-learn divides them by 2.2e-16 instead). Not defined
 * where all are 0. Source: sklearn mean_absolute_percentage_error.
 */
export function meanAbsolutePercentageError(truth: Numbers, predicted: Numbers): Outcome {
  const refused = refuse(truth, predicted);
  if (refused) return refused;
  let total = 0;
  let rows = 0;
  for (let row = 0; row < truth.length; row += 1) {
    if (truth[row] === 0) continue;
    total += Math.abs((truth[row]! - predicted[row]!) / truth[row]!);
    rows += 1;
  }
  const zeros = truth.length - rows;
  if (rows === 0) return notDefined('nothing-to-measure', 'every true value is 0.');
  const value = finite(total / rows);
  if (zeros === 0 || !value.defined) return value;
  return defined(value.value, `${zeros === 1 ? '1 row' : `${zeros} rows`} with a true value of 0 left out.`);
}

/**
 * Coverage of a model's own intervals: the share of rows whose true value lies within, ends included. 0 to 1; good is
 * what the intervals promise. Not defined where an end is not finite.
 */
export function coverage(truth: Numbers, lower: Numbers, upper: Numbers): Outcome {
  const refused = refuse(truth, lower) ?? refuse(truth, upper);
  if (refused) return refused;
  let inside = 0;
  for (let row = 0; row < truth.length; row += 1) {
    if (truth[row]! >= lower[row]! && truth[row]! <= upper[row]!) inside += 1;
  }
  return defined(inside / truth.length);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Deviations from the mean, in two steps so that an offset of any size cancels first. */
export function centred(values: Numbers): Float64Array {
  const shifted = Float64Array.from(values, (value) => value - values[0]!);
  const middle = mean(shifted);
  return shifted.map((value) => value - middle);
}

function sumOfSquares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

export function isConstant(values: Numbers): boolean {
  for (let row = 1; row < values.length; row += 1) if (values[row] !== values[0]) return false;
  return true;
}
