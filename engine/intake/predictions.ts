/** Which columns of a table hold a model's predictions, when their names say so. */
export interface PredictionColumns {
  prediction: string;
  probabilities: string[];
}

const predictionNames = new Set([
  'prediction',
  'predictions',
  'predicted',
  'predictedlabel',
  'predictedclass',
  'predictedvalue',
  'predlabel',
  'pred',
  'preds',
  'ypred',
  'yhat',
  'modelprediction',
]);
const scoreNames = new Set(['yprob', 'yproba', 'yscore', 'probability', 'probabilities', 'proba', 'prob', 'predproba']);

/**
 * By the names that Drydock's own outputs, scikit-learn, XGBoost, Spark and Kaggle's files use. With scores alone the
 * first of them stands for the prediction. Null for a table without either.
 */
export function predictionColumns(columns: readonly string[]): PredictionColumns | null {
  const probabilities = columns.filter((name) => isProbability(name));
  const prediction = columns.find((name) => predictionNames.has(plain(lastPart(name)))) ?? probabilities[0];
  return prediction === undefined ? null : { prediction, probabilities };
}

function isProbability(name: string): boolean {
  const part = lastPart(name);
  return /^(probability|proba|prob)[_\s(.-]./i.test(part) || scoreNames.has(plain(part));
}

/** Runs of several versions write `name@3.prediction`. */
function lastPart(name: string): string {
  const at = name.lastIndexOf('@');
  const dot = at < 0 ? -1 : name.indexOf('.', at);
  return dot < 0 ? name : name.slice(dot + 1);
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_\s-]+/g, '');
}
