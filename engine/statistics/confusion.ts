/** The confusion matrix and the totals per class that every metric of labels is a function of. */
import { requireSameLength } from './outcome.ts';

export interface ConfusionMatrix {
  readonly classes: number;
  /** Rows true, columns predicted: `counts[truth * classes + predicted]`. */
  readonly counts: Float64Array;
  /** Rows that are counted. */
  readonly rows: number;
  /** Rows without a true label, and rows with one but without a prediction: in no metric. */
  readonly withoutLabel: number;
  readonly withoutPrediction: number;
}

/**
 * What accuracy, precision, recall, F1, Matthews' coefficient and kappa need: the margins and the diagonal. A bootstrap
 * that draws table cells refills the same object thousands of times.
 */
export interface ClassTotals {
  rows: number;
  /** By class: rows of it, rows predicted as it, rows of it predicted as it. */
  readonly truth: Float64Array;
  readonly predicted: Float64Array;
  readonly correct: Float64Array;
}

/** Counts pairs of codes; a code below 0 is a row without a label or a prediction. */
export function confusionMatrix(truth: Int32Array, predicted: Int32Array, classes: number): ConfusionMatrix {
  requireSameLength(truth, predicted);
  const counts = new Float64Array(classes * classes);
  let withoutLabel = 0;
  let withoutPrediction = 0;
  for (let row = 0; row < truth.length; row += 1) {
    const label = truth[row]!;
    const answer = predicted[row]!;
    if (label < 0) withoutLabel += 1;
    else if (answer < 0) withoutPrediction += 1;
    else counts[label * classes + answer]! += 1;
  }
  const rows = truth.length - withoutLabel - withoutPrediction;
  return { classes, counts, rows, withoutLabel, withoutPrediction };
}

export function emptyTotals(classes: number): ClassTotals {
  return {
    rows: 0,
    truth: new Float64Array(classes),
    predicted: new Float64Array(classes),
    correct: new Float64Array(classes),
  };
}

export function classTotals({ classes, counts, rows }: ConfusionMatrix): ClassTotals {
  const totals = emptyTotals(classes);
  totals.rows = rows;
  for (let label = 0; label < classes; label += 1) {
    for (let answer = 0; answer < classes; answer += 1) {
      const count = counts[label * classes + answer]!;
      totals.truth[label]! += count;
      totals.predicted[answer]! += count;
      if (label === answer) totals.correct[label]! += count;
    }
  }
  return totals;
}
