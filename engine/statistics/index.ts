/**
 * Statistics: pure functions over typed arrays. Metrics, curves, intervals, tests and resampling, each with its formula,
 * range, edge cases and source; every answer is a value or "not defined because". Definitions: scikit-learn, SciPy and
 * statsmodels, held to them by tests/unit/statistics.
 */
export type { Defined, Interval, NotDefined, Outcome, Reason } from './outcome.ts';
export { encodeLabels, guessPositive, labelText, noLabel } from './labels.ts';
export type { EncodedLabels, GuessedPositive, LabelValue } from './labels.ts';
export { classTotals, confusionMatrix } from './confusion.ts';
export type { ClassTotals, ConfusionMatrix } from './confusion.ts';
export {
  accuracy,
  averagedPrecisionRecallF1,
  balancedAccuracy,
  classPrecisionRecallF1,
  cohenKappa,
  matthewsCorrelation,
} from './classification.ts';
export type { PrecisionRecallF1 } from './classification.ts';
export type { Average, LabelFigure } from './label-figures.ts';
export { brierMulticlass, confidences, logLoss, topKAccuracy } from './probabilities.ts';
export type { Confidences, Probabilities } from './probabilities.ts';
export { brierBinary, calibrationLine, expectedCalibrationError, logLossBinary, reliability } from './calibration.ts';
export type { CalibrationError, CalibrationLine, ReliabilityBin } from './calibration.ts';
export { rankScores } from './ranked-scores.ts';
export type { RankedScores } from './ranked-scores.ts';
export { averagePrecision, precisionRecallCurve, rocAuc, rocAucOneVsRest, rocCurve } from './curves.ts';
export type { PrecisionRecallCurve, RocCurve } from './curves.ts';
export { delongInterval, delongTest } from './delong.ts';
export type { AucComparison, AucInterval } from './delong.ts';
export { mcNemarExact, tango, wilson } from './proportion.ts';
export { normalQuantile, normalTwoSided } from './normal.ts';
export { RandomSource } from './random.ts';
export {
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
} from './label-figures.ts';
export { backwardTrustCompatibility, bootstrapTable, flips, pairedTable, pairedTotals } from './paired-table.ts';
export type { Flips, PairedDraws, PairedTable } from './paired-table.ts';
export { differences, percentileInterval } from './resamples.ts';
export { RowBootstrap } from './row-bootstrap.ts';
export type { RowBootstrapSettings, RowFigures } from './row-bootstrap.ts';
export { calibrationErrorOf, meansOf, medianOf, r2Of, rankingFiguresOf, rootMeanOf } from './row-figures.ts';
export { meanDifference, pairedPermutation } from './permutation.ts';
export type { PermutationTest } from './permutation.ts';
export { benjaminiHochberg } from './multiple-tests.ts';
export { fewestOfClass, fewestRows, rowsNeeded, verdict } from './verdict.ts';
export type { Decision, PairedEvidence, Verdict } from './verdict.ts';
export {
  bias,
  coverage,
  maxError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  medianAbsoluteError,
  r2,
  residuals,
  rootMeanSquaredError,
} from './regression.ts';
export { pearson, spearman } from './correlation.ts';
export { catalogueCoverage, rankingFigures } from './ranking.ts';
export type { Gain, QueryFigures, RankingFigures, Rankings, RankingSettings } from './ranking.ts';
export {
  hammingLoss,
  labelPrecisionRecallF1,
  labelSetsAt,
  multiLabelPrecisionRecallF1,
  subsetAccuracy,
} from './multi-label.ts';
export type { LabelSets } from './multi-label.ts';
export { categoryBins, quantileBins } from './bins.ts';
export type { BinnedColumn, CategoryBins, QuantileBins } from './bins.ts';
export { searchSlices } from './slices.ts';
export type { Condition, Slice, SliceSearch } from './slices.ts';
