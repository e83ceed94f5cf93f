import type { ZippedOutput } from '../../contract/index.ts';
import type { GraphProto, NodeProto } from '../onnx-proto/onnx_pb.js';
import { attributeLabels, constantLabels } from './label-values.ts';
import { type Literal, parseLiteral } from './literal.ts';
import { throughIdentity } from './producers.ts';
import type { ReadModel } from './read-model.ts';
import { operatorName } from './words.ts';

const zipMap = 'ai.onnx.ml.ZipMap';
const classifiers: ReadonlySet<string> = new Set([
  'ai.onnx.ml.TreeEnsembleClassifier',
  'ai.onnx.ml.LinearClassifier',
  'ai.onnx.ml.SVMClassifier',
]);
/** Between a list of labels and the output that shows one of them. */
const handsOn: ReadonlySet<string> = new Set([
  'Identity',
  'Cast',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  zipMap,
  'ai.onnx.ml.Normalizer',
]);
/** Keys under which exporters keep class names (`names` is Ultralytics'). */
const metadataKeys = ['labels', 'classes', 'class_names', 'names', 'id2label'];

/** Outputs of the graph that a ZipMap makes, where the tensor that feeds it can stand in for them. */
export function zippedOutputs(model: ReadModel, graph: GraphProto, made: Map<string, NodeProto>): ZippedOutput[] {
  const zipped: ZippedOutput[] = [];
  for (const { name } of graph.output) {
    const node = made.get(throughIdentity(name, made));
    if (node === undefined || operatorName(node.domain, node.opType) !== zipMap) continue;
    const tensor = node.input[0] ?? '';
    const texts = attributeLabels(model, node, 'classlabels_strings');
    const labels = texts ?? attributeLabels(model, node, 'classlabels_int64s');
    if (tensor === '' || labels === null) continue;
    zipped.push({ output: name, tensor, labels, keyType: texts === null ? 'int64' : 'string' });
  }
  return zipped;
}

/**
 * Class labels, from the surest place that has them: a ZipMap that makes an output; what stands right before an output (a
 * classifier, a LabelEncoder, a constant list that an ArrayFeatureExtractor chooses from, as skl2onnx writes classes_);
 * the only classifier in the graph; the model's metadata. Null where none has them.
 */
export function findLabels(
  model: ReadModel,
  graph: GraphProto,
  made: Map<string, NodeProto>,
  zipped: ZippedOutput[],
): string[] | null {
  return (
    zipped[0]?.labels ??
    labelsBeforeOutputs(model, graph, made) ??
    onlyClassifierLabels(model, graph.node) ??
    metadataLabels(model.proto.metadataProps)
  );
}

function labelsBeforeOutputs(model: ReadModel, graph: GraphProto, made: Map<string, NodeProto>): string[] | null {
  const seen = new Set<NodeProto>();
  let names = graph.output.map(({ name }) => name);
  while (names.length > 0) {
    const further: string[] = [];
    for (const name of names) {
      const node = made.get(name);
      if (node === undefined || seen.has(node)) continue;
      seen.add(node);
      const labels = nodeLabels(model, graph, node, name);
      if (labels !== null) return labels;
      if (handsOn.has(operatorName(node.domain, node.opType))) further.push(node.input[0] ?? '');
    }
    names = further;
  }
  return null;
}

function nodeLabels(model: ReadModel, graph: GraphProto, node: NodeProto, output: string): string[] | null {
  const operator = operatorName(node.domain, node.opType);
  if (classifiers.has(operator)) return classifierLabels(model, node);
  if (operator === 'ai.onnx.ml.ArrayFeatureExtractor' && node.output[0] === output) {
    return constantLabels(model, graph, node.input[0] ?? '');
  }
  if (operator === 'ai.onnx.ml.LabelEncoder') return encoderLabels(model, node);
  return null;
}

function classifierLabels(model: ReadModel, node: NodeProto): string[] | null {
  return (
    attributeLabels(model, node, 'classlabels_strings') ??
    attributeLabels(model, node, 'classlabels_int64s') ??
    attributeLabels(model, node, 'classlabels_ints')
  );
}

/** What a LabelEncoder turns class numbers into, in the order of the numbers. `classes_strings` is its first version's. */
function encoderLabels(model: ReadModel, node: NodeProto): string[] | null {
  const old = attributeLabels(model, node, 'classes_strings');
  if (old !== null) return old;
  const keys = attributeLabels(model, node, 'keys_int64s');
  const values = attributeLabels(model, node, 'values_strings') ?? attributeLabels(model, node, 'values_int64s');
  if (keys === null || values === null || keys.length !== values.length) return null;
  const order = keys.map((key, index) => ({ key: Number(key), index })).toSorted((left, right) => left.key - right.key);
  return order.map(({ index }) => values[index] as string);
}

/** One-against-one and stacked classifiers hold several, whose labels are not the model's. */
function onlyClassifierLabels(model: ReadModel, nodes: NodeProto[]): string[] | null {
  const found = nodes.filter((node) => classifiers.has(operatorName(node.domain, node.opType)));
  const [only] = found;
  return found.length === 1 && only !== undefined ? classifierLabels(model, only) : null;
}

function metadataLabels(entries: { key: string; value: string }[]): string[] | null {
  for (const wanted of metadataKeys) {
    const text = entries.find(({ key }) => key === wanted)?.value;
    const value = text === undefined ? undefined : parseLiteral(text);
    const labels = value === undefined ? null : literalLabels(value);
    if (labels !== null) return labels;
  }
  return null;
}

/** A list of texts, or a table from 0..k-1 to texts (or from texts to 0..k-1), in the order of the numbers. */
function literalLabels(value: Literal): string[] | null {
  if (Array.isArray(value)) return value.length > 0 && value.every(isLabel) ? value.map(String) : null;
  if (!(value instanceof Map)) return null;
  const labels: string[] = [];
  for (const [key, entry] of value) {
    const [index, label] = typeof entry === 'number' && !/^\d+$/.test(key) ? [entry, key] : [Number(key), entry];
    if (!isLabel(label) || !Number.isInteger(index) || index < 0 || index >= value.size) return null;
    labels[index] = String(label);
  }
  return labels.length > 0 && Object.keys(labels).length === labels.length ? labels : null;
}

function isLabel(value: Literal): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
