import { closestName, problem } from '../contract/index.ts';
import type { Inspection, RecipeOutputs, ValueInfo } from '../contract/index.ts';
import {
  findOutput,
  isElementType,
  isFloat,
  isInteger,
  isOfWholeCall,
  rowShape,
  scoresWidth,
  zippedOf,
} from './shape.ts';
import { listed, shown } from './words.ts';

export interface OutputHints {
  prediction?: string;
  labels?: string[] | null;
  /** Whether the model looks at pictures. */
  isPicture: boolean;
}

type Classification = Extract<RecipeOutputs, { task: 'classification' }>;

/** Last operators of a network whose values are still scores, not probabilities. */
const unnormalised = new Set(['Gemm', 'MatMul', 'Add', 'FusedMatMul', 'Flatten', 'Reshape', 'Squeeze', 'Conv']);
/** Operators that end in distances or the like: never probabilities. */
const distances = new Set(['Sqrt', 'CDist', 'TopK', 'Neg']);

/** What the outputs mean. Adds a sentence to `notes` for everything that is a guess. */
export function suggestOutputs(inspection: Inspection, hints: OutputHints, notes: string[]): RecipeOutputs {
  const { outputs } = inspection.signature;
  const possible = outputs.filter((value) => isReadable(value, inspection));
  // Sequences and maps only: the model can be kept and looked at; that it cannot be scored is said when it is validated.
  if (possible.length === 0) return { task: 'raw', outputs: outputs.map((value) => value.name) };
  const readable = withRows(possible, notes);
  const unread = outputs.filter((value) => !readable.includes(value));
  if (unread.length > 0 && hints.prediction === undefined) {
    notes.push(
      `Left out: ${listed(unread.map((value) => `${value.name} (${value.type})`))}, which cannot be written as columns.`,
    );
  }
  const seen = withClassColumns(readable, inspection, notes);
  if (hints.prediction !== undefined) {
    const named = requireNamed(hints.prediction, inspection, [...new Set([...seen, ...possible])]);
    if (isOfWholeCall(named) && !readable.includes(named)) notes.push(aRowAtATime([named]));
    return outputsOf(named, inspection, hints, notes, seen) ?? rawOutputs([named], notes);
  }
  return chosenOutputs(seen, inspection, hints, notes);
}

function chosenOutputs(
  readable: readonly ValueInfo[],
  inspection: Inspection,
  hints: OutputHints,
  notes: string[],
): RecipeOutputs {
  const label = labelWithScores(inspection, readable);
  if (label !== null) return labelOutputs(label, inspection, readable, notes, hints);
  if (readable.length === 1) {
    return outputsOf(readable[0]!, inspection, hints, notes, readable) ?? rawOutputs(readable, notes);
  }
  const telling = readable.filter((value) => hasTellingProducer(value, inspection));
  if (telling.length === 1) {
    notes.push(
      `Of ${readable.length} outputs ${shown(telling[0]!.name)} is taken as the prediction; --prediction names another.`,
    );
    return outputsOf(telling[0]!, inspection, hints, notes, readable) ?? rawOutputs(readable, notes);
  }
  return rawOutputs(readable, notes);
}

function isReadable(value: ValueInfo, inspection: Inspection): boolean {
  return zippedOf(inspection, value.name) !== undefined || isElementType(value.type);
}

/**
 * A value without a dimension for rows is a statistic of the batch where others stand beside it. Where there is nothing
 * else it is the prediction, of one row at a time.
 */
function withRows(readable: readonly ValueInfo[], notes: string[]): readonly ValueInfo[] {
  const rows = readable.filter((value) => !isOfWholeCall(value));
  if (rows.length > 0) return rows;
  notes.push(aRowAtATime(readable));
  return readable;
}

function aRowAtATime(values: readonly ValueInfo[]): string {
  const names = listed(values.map((value) => value.name));
  const what = values.length === 1 ? `The output ${names} is one value` : `The outputs ${names} are one value each`;
  return `${what} for all rows of a call, so the model is run a row at a time.`;
}

/** One output per class becomes one output of all classes. */
function withClassColumns(
  readable: readonly ValueInfo[],
  inspection: Inspection,
  notes: string[],
): readonly ValueInfo[] {
  const zipped = inspection.zipped.find((output) => output.columns !== undefined);
  const together = zipped && findOutput(inspection, zipped.tensor);
  if (together === undefined) return readable;
  const columns = zipped?.columns ?? [];
  notes.push(`The outputs ${listed(columns)} are the probabilities of one class each, read together.`);
  const others = readable.filter((value) => !columns.includes(value.name));
  return others.includes(together) ? others : [...others, together];
}

function requireNamed(name: string, inspection: Inspection, readable: readonly ValueInfo[]): ValueInfo {
  const zipped = zippedOf(inspection, name);
  const found = readable.find((value) => value.name === (zipped?.output ?? name));
  if (found !== undefined) return found;
  const names = readable.map((value) => value.name);
  const closest = closestName(name, names);
  throw problem('RECIPE_MISFIT', `The model has no output ${shown(name)} that can be the prediction.`, {
    subject: name,
    hint: closest === null ? `Its outputs are ${listed(names)}.` : `The closest output is ${shown(closest)}.`,
  });
}

/** Width of an output whose values stand in one row: null for pictures, sequences and the like, or when not declared. */
function flatWidth(value: ValueInfo, inspection: Inspection): number | null {
  if (zippedOf(inspection, value.name) !== undefined) return scoresWidth(inspection, value.name);
  const { rank, dims, width } = rowShape(value.shape);
  if (rank === null || dims.filter((dim) => dim !== 1).length > 1) return null;
  return width;
}

/** The operator that makes an output, those of scikit-learn's domain without it; empty when there is none. */
function producerOf(value: ValueInfo, inspection: Inspection): string {
  const entry = inspection.producers.find(([name]) => name === value.name);
  return (entry?.[1] ?? '').replace('ai.onnx.ml.', '');
}

function hasTellingProducer(value: ValueInfo, inspection: Inspection): boolean {
  const producer = producerOf(value, inspection);
  return /^(?:Softmax|LogSoftmax|Sigmoid)$|(?:Classifier|Regressor)$/.test(producer) && isFloat(value.type);
}

/** Labels: text or whole numbers, one a row. */
function isLabelLike(value: ValueInfo, inspection: Inspection): boolean {
  const holdsLabels =
    value.type === 'string' || value.type === 'int64' || value.type === 'int32' || value.type === 'bool';
  if (!holdsLabels) return false;
  const { rank } = rowShape(value.shape);
  return rank === null || flatWidth(value, inspection) === 1;
}

function isScoreLike(value: ValueInfo, inspection: Inspection): boolean {
  if (zippedOf(inspection, value.name) !== undefined) return true;
  const width = flatWidth(value, inspection);
  const mayBeWide = width === null ? rowShape(value.shape).dims.length === 1 : width >= 2;
  return isFloat(value.type) && mayBeWide && !distances.has(producerOf(value, inspection));
}

/** The one output of labels beside at least one of scores, as scikit-learn's converters write classifiers. */
function labelWithScores(inspection: Inspection, readable: readonly ValueInfo[]): ValueInfo | null {
  const labels = readable.filter((value) => isLabelLike(value, inspection));
  const others = readable.filter((value) => !labels.includes(value));
  return labels.length === 1 && others.length > 0 && others.length <= 3 ? labels[0]! : null;
}

function labelOutputs(
  label: ValueInfo,
  inspection: Inspection,
  readable: readonly ValueInfo[],
  notes: string[],
  hints: OutputHints,
): Classification {
  const candidates = readable.filter((value) => value !== label && isScoreLike(value, inspection));
  const scores = likeliestScores(candidates, inspection);
  const producer = scores === null ? '' : producerOf(scores, inspection);
  if (scores === null && readable.length > 1) {
    const others = readable.filter((value) => value !== label).map((value) => value.name);
    notes.push(`The prediction is ${shown(label.name)}; not taken for probabilities and left out: ${listed(others)}.`);
  } else if (scores !== null && candidates.length > 1) {
    notes.push(
      `The prediction is ${shown(label.name)}, its probabilities are taken from ${shown(scores.name)}; a recipe can name others.`,
    );
  }
  const width = scores === null ? null : scoresWidth(inspection, scores.name);
  return {
    task: 'classification',
    decision: 'label',
    prediction: label.name,
    scores: scores?.name ?? null,
    activation: producer === 'LogSoftmax' ? 'exp' : 'none',
    labels: fittingLabels(hints, width),
    positive: null,
    threshold: 0.5,
  };
}

function likeliestScores(candidates: readonly ValueInfo[], inspection: Inspection): ValueInfo | null {
  const ranked = candidates.toSorted((a, b) => scoreRank(b, inspection) - scoreRank(a, inspection));
  return ranked[0] ?? null;
}

function scoreRank(value: ValueInfo, inspection: Inspection): number {
  if (zippedOf(inspection, value.name) !== undefined) return 4;
  if (/^(?:Softmax|LogSoftmax|Normalizer)$|Classifier$/.test(producerOf(value, inspection))) return 3;
  return /prob/i.test(value.name) ? 2 : 1;
}

/** Labels from outside, if there are as many as classes. Those inside the model are found again when it runs. */
function fittingLabels(hints: OutputHints, width: number | null): string[] | null {
  const labels = hints.labels ?? null;
  return labels !== null && labels.length >= 2 && (width === null || labels.length === width) ? labels : null;
}

/** The meaning of one output that is the prediction; null when there is none to be seen. */
function outputsOf(
  value: ValueInfo,
  inspection: Inspection,
  hints: OutputHints,
  notes: string[],
  readable: readonly ValueInfo[],
): RecipeOutputs | null {
  if (isLabelLike(value, inspection)) return labelOutputs(value, inspection, readable, notes, hints);
  const isZipped = zippedOf(inspection, value.name) !== undefined;
  if (!isZipped && !isFloat(value.type) && !isInteger(value.type)) return null;
  return isZipped ? scoresOutputs(value, 'none', inspection, hints) : numberOutputs(value, inspection, hints, notes);
}

function numberOutputs(
  value: ValueInfo,
  inspection: Inspection,
  hints: OutputHints,
  notes: string[],
): RecipeOutputs | null {
  const producer = producerOf(value, inspection);
  const width = flatWidth(value, inspection);
  const isFlat = width !== null || rowShape(value.shape).dims.length === 1;
  if (producer.endsWith('Regressor')) return { task: 'regression', prediction: value.name };
  if (!isFlat || !isFloat(value.type)) return null;
  const isWide = width === null || width >= 2;
  if (isWide && (producer === 'Softmax' || producer.endsWith('Classifier')))
    return scoresOutputs(value, 'none', inspection, hints);
  if (isWide && producer === 'LogSoftmax') return scoresOutputs(value, 'exp', inspection, hints);
  if (width === 1) return oneNumber(value, producer, notes, hints);
  if (width === null) return null;
  const known = hints.labels ?? inspection.labels;
  const hasLabels = known !== null && known !== undefined && known.length === width;
  if (!hasLabels && !(hints.isPicture && unnormalised.has(producer))) {
    return null;
  }
  const activation = unnormalised.has(producer) ? 'softmax' : 'none';
  const reason = hasLabels ? `there are ${width} labels` : 'the model looks at pictures';
  const scale =
    activation === 'softmax' ? 'and softmax makes its scores probabilities' : 'and its scores are taken as they are';
  notes.push(
    `The output ${shown(value.name)} is taken for the scores of ${width} classes because ${reason}, ${scale}: a guess.`,
  );
  return scoresOutputs(value, activation, inspection, hints);
}

function oneNumber(value: ValueInfo, producer: string, notes: string[], hints: OutputHints): RecipeOutputs {
  if (producer !== 'Sigmoid') {
    notes.push(`The output ${shown(value.name)} holds one number a row and is taken for a regression: a guess.`);
    return { task: 'regression', prediction: value.name };
  }
  notes.push(
    `The output ${shown(value.name)} is taken for the probability of the positive class, decided at 0.5: a guess.`,
  );
  return {
    task: 'classification',
    decision: 'threshold',
    prediction: value.name,
    scores: value.name,
    activation: 'none',
    labels: fittingLabels(hints, 2),
    positive: null,
    threshold: 0.5,
  };
}

function scoresOutputs(
  value: ValueInfo,
  activation: Classification['activation'],
  inspection: Inspection,
  hints: OutputHints,
): Classification {
  return {
    task: 'classification',
    decision: 'argmax',
    prediction: value.name,
    scores: value.name,
    activation,
    labels: fittingLabels(hints, scoresWidth(inspection, value.name)),
    positive: null,
    threshold: 0.5,
  };
}

function rawOutputs(values: readonly ValueInfo[], notes: string[]): RecipeOutputs {
  const names = values.map((value) => value.name);
  if (names.length === 1)
    notes.push(`What the output ${shown(names[0]!)} means is not known: it is written as the model gives it.`);
  else
    notes.push(
      `What the outputs ${listed(names)} mean is not known: they are written as the model gives them. --prediction OUTPUT names the one that is the prediction.`,
    );
  return { task: 'raw', outputs: names };
}
