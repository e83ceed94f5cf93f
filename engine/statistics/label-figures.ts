/**
 * The bare arithmetic of metrics of labels: totals in, number out, NaN where there is none. For inner loops (a
 * bootstrap evaluates each ten thousand times); what people read comes from classification.ts, which says why a figure
 * does not exist. Formulas and sources are there.
 */
import type { ClassTotals } from './confusion.ts';

export type LabelFigure = (totals: ClassTotals) => number;

export type Average = 'micro' | 'macro' | 'weighted';

export function accuracyFigure({ rows, correct }: ClassTotals): number {
  return sum(correct) / rows;
}

export function balancedAccuracyFigure({ truth, correct }: ClassTotals): number {
  let total = 0;
  let classes = 0;
  for (let label = 0; label < truth.length; label += 1) {
    if (truth[label] === 0) continue;
    total += correct[label]! / truth[label]!;
    classes += 1;
  }
  return total / classes;
}

export function precisionFigure(label: number): LabelFigure {
  return ({ rows, predicted, correct }) => (rows === 0 ? Number.NaN : ratio(correct[label]!, predicted[label]!));
}

export function recallFigure(label: number): LabelFigure {
  return ({ rows, truth, correct }) => (rows === 0 ? Number.NaN : ratio(correct[label]!, truth[label]!));
}

export function f1Figure(label: number): LabelFigure {
  return ({ rows, truth, predicted, correct }) =>
    rows === 0 ? Number.NaN : ratio(2 * correct[label]!, truth[label]! + predicted[label]!);
}

export function averagePrecisionOfLabels(average: Average): LabelFigure {
  return averaged(average, (correct, _truth, predicted) => ratio(correct, predicted));
}

export function averageRecall(average: Average): LabelFigure {
  return averaged(average, (correct, truth) => ratio(correct, truth));
}

export function averageF1(average: Average): LabelFigure {
  return averaged(average, (correct, truth, predicted) => ratio(2 * correct, truth + predicted));
}

export function matthewsFigure(totals: ClassTotals): number {
  const { rows } = totals;
  if (rows === 0) return Number.NaN;
  const chance = dot(totals.truth, totals.predicted);
  const ofTruth = rows * rows - dot(totals.truth, totals.truth);
  const ofPredicted = rows * rows - dot(totals.predicted, totals.predicted);
  if (ofTruth === 0 || ofPredicted === 0) return 0;
  return (sum(totals.correct) * rows - chance) / Math.sqrt(ofTruth * ofPredicted);
}

export function kappaFigure(totals: ClassTotals): number {
  const { rows } = totals;
  const byChance = rows * rows - dot(totals.truth, totals.predicted);
  if (byChance === 0) return Number.NaN;
  return 1 - (rows * (rows - sum(totals.correct))) / byChance;
}

function averaged(
  average: Average,
  figure: (correct: number, truth: number, predicted: number) => number,
): LabelFigure {
  return ({ rows, truth, predicted, correct }) => {
    if (rows === 0) return Number.NaN;
    if (average === 'micro') return figure(sum(correct), sum(truth), sum(predicted));
    let total = 0;
    let weights = 0;
    for (let label = 0; label < truth.length; label += 1) {
      // A class that is neither true nor predicted anywhere is not on trial, as in scikit-learn.
      if (truth[label] === 0 && predicted[label] === 0) continue;
      const weight = average === 'weighted' ? truth[label]! : 1;
      total += weight * figure(correct[label]!, truth[label]!, predicted[label]!);
      weights += weight;
    }
    return total / weights;
  };
}

/** Zero division gives 0. */
function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let index = 0; index < values.length; index += 1) total += values[index]!;
  return total;
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let index = 0; index < a.length; index += 1) total += a[index]! * b[index]!;
  return total;
}
