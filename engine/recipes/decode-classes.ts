import type { Inspection, RecipeOutputs } from '../contract/index.ts';
import { activate } from './activation.ts';
import { classLabels } from './class-labels.ts';
import type { ClassLabels } from './class-labels.ts';
import { fetchName } from './decoder.ts';
import type { Decoded, OutputsDecoder, OutputTensor } from './decoder.ts';
import { labelNumber, labelReader, predictionColumn } from './decode-labels.ts';
import type { Predicted } from './decode-labels.ts';
import { validRows } from './decode-regression.ts';
import { scoresOutput } from './fit-outputs.ts';
import { asNumbers, notANumber, requireRows, requireWidth } from './output-values.ts';
import type { ClassProbability, ResultColumn, ResultColumnSpec } from './result-columns.ts';
import { findOutput, scoresWidth } from './shape.ts';
import { uniqueNames } from './unique-names.ts';

type Classification = Extract<RecipeOutputs, { task: 'classification' }>;

/** Beyond this many labels the most probable 5 stand in one column. */
const mostProbabilityColumns = 100;
const topCount = 5;

/** Probabilities of rows x width, in the precision of the result columns. */
interface Probabilities {
  values: Float32Array | Float64Array;
  width: number;
}

interface ScoresPlan {
  fetch: string;
  labels: ClassLabels;
  /** Values per row that the model gives; null when not declared and not known from labels. */
  width: number | null;
  positive: number;
  precision: 'float32' | 'float64';
}

/**
 * Classification: `prediction`, and with scores `confidence` (of the predicted class; with two classes the larger
 * probability) and `probability_<label>`, or `top5` beyond 100 labels. A row with NaN among its scores is an error.
 */
export function compileClasses(outputs: Classification, inspection: Inspection): OutputsDecoder {
  const labels = classLabels(outputs, inspection);
  const scores = planScores(outputs, labels, inspection);
  const reader = outputs.decision === 'label' ? labelReader(outputs.prediction, labels, inspection) : null;
  const prediction: ResultColumnSpec = {
    name: 'prediction',
    type: reader?.type ?? (labels.areIntegers ? 'int64' : 'string'),
  };
  const scored = scores === null ? { columns: [], notes: [] } : scoreColumns(scores);
  const columns = [prediction, ...scored.columns];
  const fetches = [...new Set([...(reader ? [reader.fetch] : []), ...(scores ? [scores.fetch] : [])])];
  return {
    fetches,
    columns,
    notes: [...(labels.note === null || (reader !== null && scores === null) ? [] : [labels.note]), ...scored.notes],
    decode(tensors, rows) {
      const errors = new Map<number, string>();
      const probabilities = scores === null ? null : readProbabilities(scores, outputs, tensors, rows, errors);
      const predicted = reader?.read(tensors, rows, errors) ?? decide(outputs, scores!, probabilities!, rows);
      return assemble(columns, labels, predicted, probabilities, rows, errors);
    },
  };
}

function planScores(outputs: Classification, labels: ClassLabels, inspection: Inspection): ScoresPlan | null {
  const name = scoresOutput(outputs);
  if (name === null) return null;
  const fetch = fetchName(inspection, name);
  const type = fetch === name ? (findOutput(inspection, name)?.type ?? 'float32') : 'float32';
  const isSingle = (type === 'float32' || type === 'float16') && outputs.activation === 'none';
  const position = outputs.positive === null ? -1 : (labels.labels?.indexOf(outputs.positive) ?? -1);
  const declared = scoresWidth(inspection, name);
  return {
    fetch,
    labels,
    width: declared ?? (outputs.decision === 'threshold' ? null : (labels.labels?.length ?? null)),
    positive: position < 0 ? 1 : position,
    precision: isSingle ? 'float32' : 'float64',
  };
}

function scoreColumns(scores: ScoresPlan): { columns: ResultColumnSpec[]; notes: string[] } {
  const confidence: ResultColumnSpec = { name: 'confidence', type: scores.precision };
  const labels = scores.labels.labels;
  if (labels === null || labels.length > mostProbabilityColumns) {
    return { columns: [confidence, { name: 'top5', type: 'list<struct<label,probability>>' }], notes: [] };
  }
  const { names, notes } = uniqueNames(labels.map((label) => `probability_${label}`));
  return { columns: [confidence, ...names.map((name) => ({ name, type: scores.precision }))], notes };
}

/** Activated scores as one probability per class; a single score is that of the positive class of two. */
function readProbabilities(
  scores: ScoresPlan,
  outputs: Classification,
  tensors: ReadonlyMap<string, OutputTensor>,
  rows: number,
  errors: Map<number, string>,
): Probabilities {
  const found = requireRows(tensors, scores.fetch, rows);
  const acceptsEither = outputs.decision === 'threshold' && scores.width === null && found.width <= 2;
  const width = rows === 0 || acceptsEither || scores.width === null ? found.width : scores.width;
  const tensor = requireWidth(tensors, scores.fetch, rows, width);
  const raw = asNumbers(tensor);
  const activated = activate(raw, width, outputs.activation) ?? raw;
  for (let index = 0; index < rows * width; index += 1) {
    if (Number.isNaN(activated[index])) errors.set(Math.floor(index / width), notANumber);
  }
  const classes = width === 1 ? 2 : width;
  const size = rows * classes;
  const values = scores.precision === 'float32' ? new Float32Array(size) : new Float64Array(size);
  if (width === 1) spreadBinary(activated, values, scores.positive);
  else values.set(activated);
  return { values, width: classes };
}

function spreadBinary(single: ArrayLike<number>, pairs: Float32Array | Float64Array, positive: number): void {
  for (let row = 0; row < single.length; row += 1) {
    pairs[2 * row + positive] = single[row]!;
    pairs[2 * row + 1 - positive] = 1 - single[row]!;
  }
}

/** The number of every row's class: the first of the largest, or by the threshold on the positive class. */
function decide(
  outputs: Classification,
  scores: ScoresPlan,
  { values, width }: Probabilities,
  rows: number,
): Predicted {
  const numbers = new Int32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    if (outputs.decision === 'threshold') {
      const isPositive = values[row * 2 + scores.positive]! >= outputs.threshold;
      numbers[row] = isPositive ? scores.positive : 1 - scores.positive;
    } else {
      numbers[row] = indexOfLargest(values, row * width, width);
    }
  }
  return { kind: 'numbers', numbers };
}

function indexOfLargest(values: ArrayLike<number>, start: number, width: number): number {
  let largest = 0;
  for (let index = 1; index < width; index += 1) {
    if (values[start + index]! > values[start + largest]!) largest = index;
  }
  return largest;
}

function assemble(
  specs: readonly ResultColumnSpec[],
  labels: ClassLabels,
  predicted: Predicted,
  probabilities: Probabilities | null,
  rows: number,
  errors: Map<number, string>,
): Decoded {
  const columns = [predictionColumn(specs[0]!, predicted, labels, rows, errors)];
  if (probabilities === null) return { columns, errors };
  columns.push(floatColumn(specs[1]!, confidences(predicted, labels, probabilities, rows), errors));
  for (const [index, spec] of specs.slice(2).entries()) {
    if (spec.type === 'list<struct<label,probability>>')
      columns.push(topColumn(spec.name, labels, probabilities, rows, errors));
    else columns.push(floatColumn(spec, everyNth(probabilities, index, rows), errors));
  }
  return { columns, errors };
}

/** With two classes the larger probability; else that of the predicted class, or the largest if its place is not known. */
function confidences(
  predicted: Predicted,
  labels: ClassLabels,
  { values, width }: Probabilities,
  rows: number,
): Float32Array | Float64Array {
  const result = values instanceof Float32Array ? new Float32Array(rows) : new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const number = width === 2 ? -1 : labelNumber(predicted, row, labels);
    const place = number >= 0 && number < width ? number : indexOfLargest(values, row * width, width);
    result[row] = values[row * width + place]!;
  }
  return result;
}

function everyNth({ values, width }: Probabilities, offset: number, rows: number): Float32Array | Float64Array {
  const result = values instanceof Float32Array ? new Float32Array(rows) : new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) result[row] = values[row * width + offset]!;
  return result;
}

function floatColumn(
  spec: ResultColumnSpec,
  values: Float32Array | Float64Array,
  errors: ReadonlyMap<number, string>,
): ResultColumn {
  for (const row of errors.keys()) values[row] = 0;
  const valid = validRows(values.length, errors);
  return values instanceof Float32Array
    ? { name: spec.name, type: 'float32', values, valid }
    : { name: spec.name, type: 'float64', values, valid };
}

function topColumn(
  name: string,
  labels: ClassLabels,
  { values, width }: Probabilities,
  rows: number,
  errors: ReadonlyMap<number, string>,
): ResultColumn {
  const lists = Array.from({ length: rows }, (_, row): ClassProbability[] | null => {
    if (errors.has(row)) return null;
    return largestPlaces(values, row * width, width).map((place) => ({
      label: labels.labels?.[place] ?? String(place),
      probability: values[row * width + place]!,
    }));
  });
  return { name, type: 'list<struct<label,probability>>', values: lists };
}

/** Places of the largest values, descending; of equal ones the earlier first. */
function largestPlaces(values: ArrayLike<number>, start: number, width: number): number[] {
  const places: number[] = [];
  for (let index = 0; index < width; index += 1) {
    const value = values[start + index]!;
    let at = places.length;
    while (at > 0 && values[start + places[at - 1]!]! < value) at -= 1;
    if (at < topCount) {
      places.splice(at, 0, index);
      if (places.length > topCount) places.pop();
    }
  }
  return places;
}
