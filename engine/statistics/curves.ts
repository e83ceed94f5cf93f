/** ROC and precision-recall curves, and the areas that summarise them. */
import { defined, notDefined, type NotDefined, type Outcome } from './outcome.ts';
import { rankScores, type RankedScores } from './ranked-scores.ts';
import { refuseProbabilities, type Probabilities } from './probabilities.ts';

export interface RocCurve {
  /** One point per distinct score, from (0, 0) to (1, 1); the first has threshold Infinity (nothing is positive). */
  readonly falsePositiveRate: Float64Array;
  readonly truePositiveRate: Float64Array;
  /** A row is called positive where its score is at least this. */
  readonly thresholds: Float64Array;
}

export interface PrecisionRecallCurve {
  /** One point per distinct score, from the highest threshold down: recall does not fall. */
  readonly precision: Float64Array;
  readonly recall: Float64Array;
  readonly thresholds: Float64Array;
}

/**
 * The ROC curve: TPR = TP / positives over FPR = FP / negatives at each distinct score. Not defined without rows of
 * both classes. Source: sklearn.metrics.roc_curve(drop_intermediate=False); Fawcett 2006.
 */
export function rocCurve(ranked: RankedScores): Outcome<RocCurve> {
  const refused = needBothClasses(ranked);
  if (refused) return refused;
  const points = ranked.ends.length + 1;
  const falsePositiveRate = new Float64Array(points);
  const truePositiveRate = new Float64Array(points);
  const thresholds = new Float64Array(points);
  thresholds[0] = Infinity;
  eachThreshold(ranked, (group, truePositives, called) => {
    truePositiveRate[group + 1] = truePositives / ranked.positives;
    falsePositiveRate[group + 1] = (called - truePositives) / ranked.negatives;
    thresholds[group + 1] = ranked.thresholds[group]!;
  });
  return defined({ falsePositiveRate, truePositiveRate, thresholds });
}

/**
 * ROC AUC: the share of (positive, negative) pairs whose positive has the higher score, ties counting half; equal to the
 * trapezoid area under the ROC curve. 0 to 1, 0.5 by chance, higher is better. Not defined without rows of both classes.
 * Source: sklearn.metrics.roc_auc_score; Hanley and McNeil 1982.
 */
export function rocAuc(ranked: RankedScores): Outcome {
  const refused = needBothClasses(ranked);
  if (refused) return refused;
  let pairs = 0;
  let above = 0;
  let before = 0;
  eachThreshold(ranked, (_group, truePositives, called) => {
    const negatives = called - truePositives - before;
    pairs += negatives * ((truePositives + above) / 2);
    above = truePositives;
    before += negatives;
  });
  return defined(pairs / (ranked.positives * ranked.negatives));
}

/**
 * ROC AUC of several classes: each class against the rest, by its probability, and the plain mean. 0 to 1, 0.5 by
 * chance, higher is better. Not defined where a class has no rows (its curve does not exist), a label no column, or
 * the values are no probabilities.
 * Source: sklearn.metrics.roc_auc_score(multi_class="ovr", average="macro"); Provost and Domingos 2000.
 */
export function rocAucOneVsRest(truth: Int32Array, probabilities: Probabilities): Outcome {
  const refused = refuseProbabilities(truth, probabilities);
  if (refused) return refused;
  const { values, classes } = probabilities;
  const scores = new Float64Array(truth.length);
  const positive = new Uint8Array(truth.length);
  let total = 0;
  let missing = 0;
  for (let label = 0; label < classes; label += 1) {
    for (let row = 0; row < truth.length; row += 1) {
      scores[row] = values[row * classes + label]!;
      positive[row] = truth[row] === label ? 1 : 0;
    }
    const ranked = rankScores(scores, positive);
    if (!ranked.defined) return ranked;
    const area = rocAuc(ranked.value);
    if (area.defined) total += area.value;
    else missing += 1;
  }
  if (missing > 0) {
    const some = missing === 1 ? '1 class has' : `${missing} of ${classes} classes have`;
    return notDefined('one-class', `${some} no rows, or all of them, so there is no curve of that class.`);
  }
  return defined(total / classes);
}

/**
 * The precision-recall curve: precision = TP / called positive, recall = TP / positives, at each distinct score. Not
 * defined without a row of the positive class. Source: sklearn.metrics.precision_recall_curve, in descending order of
 * threshold and without its added last point (recall 0, precision 1), which no threshold reaches.
 */
export function precisionRecallCurve(ranked: RankedScores): Outcome<PrecisionRecallCurve> {
  if (ranked.positives === 0) return noPositive;
  const points = ranked.ends.length;
  const precision = new Float64Array(points);
  const recall = new Float64Array(points);
  eachThreshold(ranked, (group, truePositives, called) => {
    precision[group] = truePositives / called;
    recall[group] = truePositives / ranked.positives;
  });
  return defined({ precision, recall, thresholds: ranked.thresholds });
}

/**
 * Average precision: the sum over distinct scores, highest first, of (rise in recall) x precision: steps, not the
 * trapezoid, which is optimistic. 0 to 1, the share of positives by chance, higher is better. Not defined without a
 * row of the positive class; with nothing but positives it is 1, and says so.
 * Source: sklearn.metrics.average_precision_score; Davis and Goadrich 2006.
 */
export function averagePrecision(ranked: RankedScores): Outcome {
  if (ranked.positives === 0) return noPositive;
  let total = 0;
  let found = 0;
  eachThreshold(ranked, (_group, truePositives, called) => {
    total += (truePositives - found) * (truePositives / called);
    found = truePositives;
  });
  const notes = ranked.negatives === 0 ? ['Every row is of the positive class, so any ranking reaches 1.'] : [];
  return defined(total / ranked.positives, ...notes);
}

const noPositive = notDefined('one-class', 'no row is of the positive class.');

function needBothClasses({ positives, negatives }: RankedScores): NotDefined | undefined {
  if (positives === 0) return noPositive;
  if (negatives === 0) return notDefined('one-class', 'every row is of the positive class.');
  return undefined;
}

/** Calls back per distinct score, highest first: how many of the rows called positive so far truly are. */
function eachThreshold(
  { positive, ends }: RankedScores,
  visit: (group: number, truePositives: number, called: number) => void,
): void {
  let truePositives = 0;
  let place = 0;
  for (let group = 0; group < ends.length; group += 1) {
    const end = ends[group]!;
    for (; place < end; place += 1) truePositives += positive[place]!;
    visit(group, truePositives, end);
  }
}
