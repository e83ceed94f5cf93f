/** Do probabilities mean what they say: Brier score and log loss of two classes, reliability, ECE, slope and intercept. */
import { wilson } from './proportion.ts';
import { fitLogistic } from './logistic.ts';
import { clipAt, clipNotes, refuseOutside } from './probabilities.ts';
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
import { RandomSource } from './random.ts';

/** Equal-width bins of the expected calibration error (Guo et al. 2017). */
export const calibrationBins = 15;

/** Columns of a binary task: is the row of the positive class (1, else 0), and the probability given to that class. */
function refuseBinary(positive: Uint8Array, probability: ArrayLike<number>): NotDefined | undefined {
  requireSameLength(positive, probability);
  if (positive.length === 0) return noRows;
  return refuseNotFinite('probability', probability) ?? refuseOutside(probability);
}

/**
 * Brier score of two classes: the mean of (p - y)^2, p the probability of the positive class, y 1 or 0. 0 to 1, lower is
 * better. Source: Brier 1950; sklearn.metrics.brier_score_loss.
 */
export function brierBinary(positive: Uint8Array, probability: ArrayLike<number>): Outcome {
  const refused = refuseBinary(positive, probability);
  if (refused) return refused;
  let total = 0;
  for (let row = 0; row < positive.length; row += 1) total += (probability[row]! - positive[row]!) ** 2;
  return defined(total / positive.length);
}

/**
 * Log loss of two classes from the probability of the positive one; see `logLoss`. 0 to 36.04, lower is better.
 * Source: sklearn.metrics.log_loss.
 */
export function logLossBinary(positive: Uint8Array, probability: ArrayLike<number>): Outcome {
  const refused = refuseBinary(positive, probability);
  if (refused) return refused;
  let total = 0;
  let clipped = 0;
  for (let row = 0; row < positive.length; row += 1) {
    const given = positive[row] === 1 ? probability[row]! : 1 - probability[row]!;
    if (given < clipAt) clipped += 1;
    total -= Math.log(Math.min(Math.max(given, clipAt), 1 - clipAt));
  }
  return defined(total / positive.length, ...clipNotes(clipped));
}

/** One bar of a reliability diagram. */
export interface ReliabilityBin {
  readonly lower: number;
  readonly upper: number;
  readonly rows: number;
  readonly meanProbability: number;
  /** The share of rows where it came true, with its Wilson interval (rows independent). */
  readonly observed: number;
  readonly interval: Interval;
}

/**
 * The reliability diagram: rows by equal-width, right-closed bins of probability (0 falls into the first), with the mean
 * probability and the share that came true. Bins without rows are left out.
 * Source: sklearn.calibration.calibration_curve, whose bins are closed on the right likewise.
 */
export function reliability(
  cameTrue: Uint8Array,
  probability: ArrayLike<number>,
  bins: number = calibrationBins,
): Outcome<readonly ReliabilityBin[]> {
  const refused = refuseBinary(cameTrue, probability);
  if (refused) return refused;
  const { rows, probabilities, hits } = binned(cameTrue, probability, bins);
  const found: ReliabilityBin[] = [];
  for (let bin = 0; bin < bins; bin += 1) {
    const interval = wilson(hits[bin]!, rows[bin]!);
    if (!interval.defined) continue;
    found.push({
      lower: bin / bins,
      upper: (bin + 1) / bins,
      rows: rows[bin]!,
      meanProbability: probabilities[bin]! / rows[bin]!,
      observed: hits[bin]! / rows[bin]!,
      interval: interval.value,
    });
  }
  return defined(found);
}

export interface CalibrationError {
  readonly error: number;
  /** What perfectly calibrated confidences of the same size would show by chance: read `error` beside it. */
  readonly expectedIfCalibrated: number;
}

/**
 * Expected calibration error: over 15 equal-width, right-closed bins of the confidence of the predicted class, the mean of
 * |accuracy - mean confidence| weighted by rows. 0 to 1, lower is better. It is biased upward (about 0.09 at 100 rows),
 * so its expectation under perfect calibration is simulated beside it: `simulations` times, each row is right with its
 * own confidence as the chance.
 * Source: Naeini et al. 2015; Guo et al. 2017.
 */
export function expectedCalibrationError(
  correct: Uint8Array,
  confidence: ArrayLike<number>,
  { seed = 0, simulations = 200, bins = calibrationBins } = {},
): Outcome<CalibrationError> {
  const refused = refuseBinary(correct, confidence);
  if (refused) return refused;
  const random = new RandomSource(seed);
  const drawn = new Uint8Array(correct.length);
  let total = 0;
  for (let simulation = 0; simulation < simulations; simulation += 1) {
    for (let row = 0; row < drawn.length; row += 1) drawn[row] = random.unit() < confidence[row]! ? 1 : 0;
    total += calibrationError(drawn, confidence, bins);
  }
  const error = calibrationError(correct, confidence, bins);
  return defined({ error, expectedIfCalibrated: total / simulations });
}

function calibrationError(correct: Uint8Array, confidence: ArrayLike<number>, bins: number): number {
  const { probabilities, hits } = binned(correct, confidence, bins);
  let gap = 0;
  for (let bin = 0; bin < bins; bin += 1) gap += Math.abs(hits[bin]! - probabilities[bin]!);
  return gap / correct.length;
}

function binned(cameTrue: Uint8Array, probability: ArrayLike<number>, bins: number) {
  const rows = new Float64Array(bins);
  const probabilities = new Float64Array(bins);
  const hits = new Float64Array(bins);
  for (let row = 0; row < cameTrue.length; row += 1) {
    const bin = calibrationBin(probability[row]!, bins);
    rows[bin]! += 1;
    probabilities[bin]! += probability[row]!;
    hits[bin]! += cameTrue[row]!;
  }
  return { rows, probabilities, hits };
}

/** The right-closed bin of a probability: ((bin) / bins, (bin + 1) / bins], 0 in the first. */
export function calibrationBin(probability: number, bins: number): number {
  const guess = Math.max(0, Math.ceil(probability * bins) - 1);
  // The product is rounded; the edges decide.
  if (probability <= guess / bins && guess > 0) return guess - 1;
  if (probability > (guess + 1) / bins) return guess + 1;
  return guess;
}

export interface CalibrationLine {
  /** 1 when calibrated; below 1 the probabilities are too extreme (overfitting), above 1 too timid. */
  readonly slope: number;
  /** Of the same fit: 0 when calibrated. */
  readonly intercept: number;
  /** With the slope held at 1 (calibration in the large): above 0 the risk is underestimated on the whole. */
  readonly interceptInTheLarge: number;
}

/**
 * Calibration slope and intercept: the coefficients of the logistic regression of the outcome on the logit of its
 * probability, by maximum likelihood (iteratively reweighted least squares, to 1e-10). Probabilities are clipped to the
 * double's epsilon first, with a note. Not defined with one class only, where all probabilities are equal, or where the
 * probabilities separate the classes.
 * Source: Cox 1958; Van Calster et al. 2016; equals statsmodels' GLM(Binomial).
 */
export function calibrationLine(positive: Uint8Array, probability: ArrayLike<number>): Outcome<CalibrationLine> {
  const refused = refuseBinary(positive, probability);
  if (refused) return refused;
  let clipped = 0;
  const logits = Float64Array.from(probability, (given) => {
    const kept = Math.min(Math.max(given, clipAt), 1 - clipAt);
    if (kept !== given) clipped += 1;
    return Math.log(kept / (1 - kept));
  });
  const positives = positive.reduce((sum, value) => sum + value, 0);
  if (positives === 0 || positives === positive.length) {
    return notDefined('one-class', 'every row has the same true class.');
  }
  const line = fitLogistic(positive, logits, 'slope');
  if (!line.defined) return line;
  const large = fitLogistic(positive, logits, 'offset');
  if (!large.defined) return large;
  const rows = clipped === 1 ? '1 probability is' : `${clipped} probabilities are`;
  const notes = clipped === 0 ? [] : [`${rows} 0 or 1, whose logit is infinite: clipped to within 2.2e-16 of it.`];
  const { slope, intercept } = line.value;
  return defined({ slope, intercept, interceptInTheLarge: large.value.intercept }, ...notes);
}
