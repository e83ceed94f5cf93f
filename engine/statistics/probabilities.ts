/** Probabilities of classes: what is accepted as such, and the metrics that read a whole row of them. */
import { defined, noRows, notDefined, refuseNotFinite, type NotDefined, type Outcome } from './outcome.ts';

export interface Probabilities {
  /** Row by row: `values[row * classes + class]`. */
  readonly values: Float64Array | Float32Array;
  readonly classes: number;
}

/** Rows further from 1 than this are no probabilities; rounding of what is written in a file stays well below. */
const sumLimit = 0.05;
/** Beyond this a sum is worth a note; 32-bit floats and three decimals stay below. */
const sumTolerance = 1e-3;
/** The spacing of doubles at 1: where scikit-learn clips a probability before it takes the logarithm. */
export const clipAt: number = Number.EPSILON;

/**
 * Why these rows cannot be measured as probabilities, if so: no rows, a value that is not finite or is outside 0 to 1 (a
 * logit, a percentage), a row that sums to less than 0.95 or more than 1.05, a true label without a column.
 */
export function refuseProbabilities(truth: Int32Array, { values, classes }: Probabilities): NotDefined | undefined {
  if (values.length !== truth.length * classes) {
    throw new RangeError(`${truth.length} rows of ${classes} classes do not have ${values.length} probabilities.`);
  }
  if (truth.length === 0) return noRows;
  const refused = refuseNotFinite('probability', values) ?? refuseOutside(values, classes);
  if (refused) return refused;
  const { furthest, row } = sums({ values, classes });
  if (Math.abs(furthest - 1) > sumLimit) {
    const because = `the probabilities of row ${row + 1} sum to ${rounded(furthest)}, not to 1: they are not probabilities.`;
    return notDefined('not-probabilities', because);
  }
  const unknown = truth.filter((label) => label < 0 || label >= classes).length;
  if (unknown > 0) {
    const some = unknown === 1 ? '1 row has' : `${unknown} rows have`;
    return notDefined('unknown-label', `${some} a true label that the model gives no probability for.`);
  }
  return undefined;
}

/** Why these cannot be probabilities of one class: a value that is not finite, or outside 0 to 1. */
export function refuseOutside(values: ArrayLike<number>, classes = 1): NotDefined | undefined {
  let outside = 0;
  let first = -1;
  for (let index = 0; index < values.length; index += 1) {
    if (values[index]! >= 0 && values[index]! <= 1) continue;
    if (outside === 0) first = index;
    outside += 1;
  }
  if (outside === 0) return undefined;
  const place = `${rounded(values[first]!)}, row ${Math.floor(first / classes) + 1}`;
  const some = outside === 1 ? '1 value is' : `${outside} values are`;
  return notDefined('not-probabilities', `${some} outside 0 to 1 (first: ${place}): logits or percentages.`);
}

/**
 * Log loss (cross-entropy): the mean over rows of -ln p(true class), p clipped to the double's epsilon (2^-52). 0 to
 * 36.04, lower is better. Where clipping changed a row's figure a note says so: it then decides the value. Rows that sum
 * to slightly other than 1 are taken as they are, with a note.
 * Source: sklearn.metrics.log_loss.
 */
export function logLoss(truth: Int32Array, probabilities: Probabilities): Outcome {
  const refused = refuseProbabilities(truth, probabilities);
  if (refused) return refused;
  const losses = logLosses(truth, probabilities);
  return defined(mean(losses.values), ...clipNotes(losses.clipped), ...sumNotes(probabilities));
}

/** Log loss by row, for a bootstrap, and how many rows were clipped. Only for what `refuseProbabilities` accepts. */
export function logLosses(
  truth: Int32Array,
  { values, classes }: Probabilities,
): { values: Float64Array; clipped: number } {
  let clipped = 0;
  const losses = Float64Array.from(truth, (label, row) => {
    const given = values[row * classes + label]!;
    const kept = Math.min(Math.max(given, clipAt), 1 - clipAt);
    if (given < clipAt) clipped += 1;
    return -Math.log(kept);
  });
  return { values: losses, clipped };
}

/**
 * Brier score of several classes: the mean over rows of the sum over classes of (p - is this the true class)^2. 0 to 2,
 * lower is better; for two classes it is twice the binary Brier score.
 * Source: Brier 1950; sklearn.metrics.brier_score_loss(scale_by_half=False).
 */
export function brierMulticlass(truth: Int32Array, probabilities: Probabilities): Outcome {
  const refused = refuseProbabilities(truth, probabilities);
  if (refused) return refused;
  return defined(mean(brierScores(truth, probabilities)), ...sumNotes(probabilities));
}

/** The multiclass Brier score by row, for a bootstrap. Only for what `refuseProbabilities` accepts. */
export function brierScores(truth: Int32Array, { values, classes }: Probabilities): Float64Array {
  return Float64Array.from(truth, (label, row) => {
    let total = 0;
    for (let column = 0; column < classes; column += 1) {
      total += (values[row * classes + column]! - (column === label ? 1 : 0)) ** 2;
    }
    return total;
  });
}

/**
 * Top-k accuracy: the share of rows whose true class is among the k most probable. Of equal probabilities the later
 * class counts as more probable. 0 to 1, higher is better; 1 where k is the number of classes.
 * Source: sklearn.metrics.top_k_accuracy_score. Scores of any scale will do, so only finiteness is asked for.
 */
export function topKAccuracy(truth: Int32Array, { values, classes }: Probabilities, k: number): Outcome {
  if (truth.length === 0) return noRows;
  const refused = refuseNotFinite('score', values);
  if (refused) return refused;
  let hits = 0;
  for (let row = 0; row < truth.length; row += 1) {
    const label = truth[row]!;
    if (label < 0 || label >= classes) continue;
    const score = values[row * classes + label]!;
    let ahead = 0;
    for (let column = 0; column < classes; column += 1) {
      const other = values[row * classes + column]!;
      if (other > score || (other === score && column > label)) ahead += 1;
    }
    if (ahead < k) hits += 1;
  }
  return defined(hits / truth.length);
}

export interface Confidences {
  /** The most probable class of each row, the earlier of equals. */
  readonly predicted: Int32Array;
  readonly confidence: Float64Array;
}

/** The most probable class of each row, and its probability. */
export function confidences({ values, classes }: Probabilities): Confidences {
  const rows = classes === 0 ? 0 : values.length / classes;
  const predicted = new Int32Array(rows);
  const confidence = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    let best = 0;
    for (let column = 1; column < classes; column += 1) {
      if (values[row * classes + column]! > values[row * classes + best]!) best = column;
    }
    predicted[row] = best;
    confidence[row] = values[row * classes + best]!;
  }
  return { predicted, confidence };
}

export function clipNotes(clipped: number): string[] {
  if (clipped === 0) return [];
  const rows = clipped === 1 ? '1 row gives' : `${clipped} rows give`;
  return [`${rows} the true class a probability of 0: clipped to 2.2e-16, which decides the value.`];
}

function sumNotes(probabilities: Probabilities): string[] {
  const { off, furthest } = sums(probabilities);
  if (off === 0) return [];
  const rows = off === 1 ? 'The probabilities of 1 row do' : `The probabilities of ${off} rows do`;
  return [`${rows} not sum to 1 (furthest: ${rounded(furthest)}); they are taken as they are.`];
}

/** How many rows do not sum to 1, and the furthest sum with its row. */
function sums({ values, classes }: Probabilities): { off: number; furthest: number; row: number } {
  let off = 0;
  let furthest = 1;
  let row = 0;
  for (let start = 0; start < values.length; start += classes) {
    let sum = 0;
    for (let column = 0; column < classes; column += 1) sum += values[start + column]!;
    if (Math.abs(sum - 1) > sumTolerance) off += 1;
    if (Math.abs(sum - 1) > Math.abs(furthest - 1)) {
      furthest = sum;
      row = start / classes;
    }
  }
  return { off, furthest, row };
}

function mean(values: Float64Array): number {
  let total = 0;
  for (let index = 0; index < values.length; index += 1) total += values[index]!;
  return total / values.length;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
