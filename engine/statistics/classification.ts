/**
 * Metrics of predicted labels against true ones. All are functions of `ClassTotals`, so they cost nothing once the rows
 * are counted. Names, formulas and conventions are scikit-learn's (sklearn.metrics 1.9, user guide 3.4.4).
 */
import type { ClassTotals } from './confusion.ts';
import {
  accuracyFigure,
  averageF1,
  averagePrecisionOfLabels,
  averageRecall,
  balancedAccuracyFigure,
  f1Figure,
  kappaFigure,
  matthewsFigure,
  precisionFigure,
  recallFigure,
  type Average,
} from './label-figures.ts';
import { defined, noRows, notDefined, type Outcome } from './outcome.ts';

export interface PrecisionRecallF1 {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/**
 * Accuracy: correct rows / rows. 0 to 1, higher is better. Not defined without rows.
 * Source: sklearn.metrics.accuracy_score.
 */
export function accuracy(totals: ClassTotals): Outcome {
  return totals.rows === 0 ? noRows : defined(accuracyFigure(totals));
}

/**
 * Balanced accuracy: the mean over classes of recall. 0 to 1, higher is better; 1 / classes by chance. A class without
 * true rows has no recall and is left out; with one class it is that class's recall, and says so.
 * Source: sklearn.metrics.balanced_accuracy_score; Brodersen et al. 2010.
 */
export function balancedAccuracy(totals: ClassTotals): Outcome {
  if (totals.rows === 0) return noRows;
  const present = totals.truth.filter((count) => count > 0).length;
  const notes = present === 1 ? ['Every row has the same true class, so this is the recall of that class.'] : [];
  return defined(balancedAccuracyFigure(totals), ...notes);
}

/**
 * Precision (correct / predicted), recall (correct / true) and F1 (2 correct / (true + predicted)) of one class, by
 * its code. 0 to 1, higher is better. Zero division gives 0 and a note.
 * Source: sklearn.metrics.precision_recall_fscore_support with zero_division=0.
 */
export function classPrecisionRecallF1(totals: ClassTotals, label: number): Outcome<PrecisionRecallF1> {
  if (totals.rows === 0) return noRows;
  const notes = [];
  if (totals.predicted[label] === 0) notes.push('No row is predicted as this class: precision is set to 0.');
  if (totals.truth[label] === 0) notes.push('No row has this class: recall is set to 0.');
  const value = {
    precision: precisionFigure(label)(totals),
    recall: recallFigure(label)(totals),
    f1: f1Figure(label)(totals),
  };
  return defined(value, ...notes);
}

/**
 * Precision, recall and F1 over classes. Micro: of the pooled counts (equal to accuracy here, where each row has one
 * label). Macro: the plain mean over classes. Weighted: the mean weighted by true rows. 0 to 1, higher is better.
 * Classes that are neither true nor predicted are left out of the mean; zero division gives 0 and a note.
 * Source: sklearn.metrics.precision_recall_fscore_support(average=...), zero_division=0.
 */
export function averagedPrecisionRecallF1(totals: ClassTotals, average: Average): Outcome<PrecisionRecallF1> {
  if (totals.rows === 0) return noRows;
  const notes = average === 'micro' ? [] : zeroDivisionNotes(totals);
  const value = {
    precision: averagePrecisionOfLabels(average)(totals),
    recall: averageRecall(average)(totals),
    f1: averageF1(average)(totals),
  };
  return defined(value, ...notes);
}

/**
 * Matthews' correlation coefficient, for two classes or more (Gorodkin's R_K):
 * (c s - sum t_k p_k) / sqrt((s^2 - sum p_k^2)(s^2 - sum t_k^2)) with c correct of s rows, t_k true and p_k predicted of
 * class k. -1 to 1, 0 by chance, higher is better. Where all rows have one true or one predicted class the
 * denominator is 0: the value is set to 0, and says so.
 * Source: sklearn.metrics.matthews_corrcoef; Gorodkin 2004.
 */
export function matthewsCorrelation(totals: ClassTotals): Outcome {
  if (totals.rows === 0) return noRows;
  const value = matthewsFigure(totals);
  if (totals.truth.includes(totals.rows)) {
    return defined(value, 'Every row has the same true class: the coefficient is set to 0.');
  }
  if (totals.predicted.includes(totals.rows)) {
    return defined(value, 'Every row is predicted as the same class: the coefficient is set to 0.');
  }
  return defined(value);
}

/**
 * Cohen's kappa, unweighted: (p_o - p_e) / (1 - p_e), agreement beyond what the margins give by chance. -1 to 1, 0 by
 * chance, higher is better. Not defined when both sides name one and the same class throughout (p_e = 1).
 * Also the agreement of two versions: give the labels of one as truth.
 * Source: sklearn.metrics.cohen_kappa_score; Cohen 1960.
 */
export function cohenKappa(totals: ClassTotals): Outcome {
  if (totals.rows === 0) return noRows;
  const value = kappaFigure(totals);
  if (Number.isNaN(value)) {
    return notDefined('constant', 'both sides name the same single class on every row, so chance agrees fully too.');
  }
  return defined(value);
}

function zeroDivisionNotes({ truth, predicted }: ClassTotals): string[] {
  let neverPredicted = 0;
  let neverTrue = 0;
  for (let label = 0; label < truth.length; label += 1) {
    if (truth[label]! > 0 && predicted[label] === 0) neverPredicted += 1;
    if (truth[label] === 0 && predicted[label]! > 0) neverTrue += 1;
  }
  const notes = [];
  if (neverPredicted > 0) notes.push(`${classes(neverPredicted)} never predicted: precision counts as 0 there.`);
  if (neverTrue > 0) notes.push(`${classes(neverTrue)} predicted but never true: recall counts as 0 there.`);
  return notes;
}

function classes(count: number): string {
  return count === 1 ? '1 class is' : `${count} classes are`;
}
