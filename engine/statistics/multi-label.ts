/** Metrics where a row may have several labels, or none. */
import { classPrecisionRecallF1, type PrecisionRecallF1 } from './classification.ts';
import type { ClassTotals } from './confusion.ts';
import { averageF1, averagePrecisionOfLabels, averageRecall, type Average } from './label-figures.ts';
import {
  defined,
  noRows,
  notDefined,
  refuseNotFinite,
  requireSameLength,
  type NotDefined,
  type Outcome,
} from './outcome.ts';

export interface LabelSets {
  /** Row by row, `values[row * labels + label]` is 1 where the row has the label, else 0. */
  readonly values: Uint8Array;
  readonly labels: number;
}

/** Labels whose score is at least its threshold: one for all, or one each. Not defined for scores that are not finite. */
export function labelSetsAt(
  scores: ArrayLike<number>,
  labels: number,
  thresholds: number | ArrayLike<number>,
): Outcome<LabelSets> {
  const refused = refuseNotFinite('score', scores);
  if (refused) return refused;
  const values = Uint8Array.from(scores, (score, index) => {
    const threshold = typeof thresholds === 'number' ? thresholds : thresholds[index % labels]!;
    return score >= threshold ? 1 : 0;
  });
  return defined({ values, labels });
}

function refuse(truth: LabelSets, predicted: LabelSets): NotDefined | undefined {
  requireSameLength(truth.values, predicted.values);
  if (truth.labels !== predicted.labels) throw new RangeError('Both sides need the same labels.');
  if (truth.labels === 0) return notDefined('nothing-to-measure', 'there are no labels.');
  return truth.values.length === 0 ? noRows : undefined;
}

/**
 * Subset accuracy: the share of rows whose labels are all as they should be. 0 to 1, higher is better.
 * Source: sklearn.metrics.accuracy_score of an indicator matrix.
 */
export function subsetAccuracy(truth: LabelSets, predicted: LabelSets): Outcome {
  const refused = refuse(truth, predicted);
  if (refused) return refused;
  const rows = truth.values.length / truth.labels;
  let exact = 0;
  for (let row = 0; row < rows; row += 1) {
    let same = true;
    for (let index = row * truth.labels; index < (row + 1) * truth.labels && same; index += 1) {
      same = truth.values[index] === predicted.values[index];
    }
    if (same) exact += 1;
  }
  return defined(exact / rows);
}

/**
 * Hamming loss: the share of (row, label) pairs that are wrong. 0 to 1, lower is better. Source: sklearn hamming_loss.
 */
export function hammingLoss(truth: LabelSets, predicted: LabelSets): Outcome {
  const refused = refuse(truth, predicted);
  if (refused) return refused;
  const wrong = truth.values.reduce((sum, value, index) => sum + (value === predicted.values[index] ? 0 : 1), 0);
  return defined(wrong / truth.values.length);
}

/**
 * Precision, recall and F1 over labels: micro (of pooled counts), macro (plain mean over labels) or weighted (by rows that
 * have the label). 0 to 1, higher is better. Zero division gives 0; labels that appear on neither side count as 0 in
 * the macro mean, as in scikit-learn, and a note says how many. Weighted is not defined where no row has a label.
 * Source: sklearn.metrics.precision_recall_fscore_support of indicator matrices, zero_division=0.
 */
export function multiLabelPrecisionRecallF1(
  truth: LabelSets,
  predicted: LabelSets,
  average: Average,
): Outcome<PrecisionRecallF1> {
  const refused = refuse(truth, predicted);
  if (refused) return refused;
  const totals = labelTotals(truth, predicted);
  const absent = totals.truth.filter((count, label) => Math.max(count, totals.predicted[label]!) === 0).length;
  if (average === 'weighted' && totals.truth.every((count) => count === 0)) {
    return notDefined('nothing-to-measure', 'no row has a label.');
  }
  // The shared figures leave absent labels out of a mean; here they stay in, as 0.
  const present = average === 'macro' ? (truth.labels - absent) / truth.labels : 1;
  const share = (figure: number) => (present === 0 || Number.isNaN(figure) ? 0 : figure * present);
  const value = {
    precision: share(averagePrecisionOfLabels(average)(totals)),
    recall: share(averageRecall(average)(totals)),
    f1: share(averageF1(average)(totals)),
  };
  const some = absent === 1 ? '1 label appears' : `${absent} labels appear`;
  return defined(value, ...(absent > 0 && average === 'macro' ? [`${some} on neither side and counts as 0.`] : []));
}

/** Precision, recall and F1 of one label; zero division gives 0 and a note. */
export function labelPrecisionRecallF1(
  truth: LabelSets,
  predicted: LabelSets,
  label: number,
): Outcome<PrecisionRecallF1> {
  return refuse(truth, predicted) ?? classPrecisionRecallF1(labelTotals(truth, predicted), label);
}

function labelTotals(truth: LabelSets, predicted: LabelSets): ClassTotals {
  const { labels } = truth;
  const totals = {
    rows: truth.values.length / labels,
    truth: new Float64Array(labels),
    predicted: new Float64Array(labels),
    correct: new Float64Array(labels),
  };
  truth.values.forEach((value, index) => {
    const label = index % labels;
    const answer = predicted.values[index]!;
    totals.truth[label]! += value;
    totals.predicted[label]! += answer;
    totals.correct[label]! += value * answer;
  });
  return totals;
}
