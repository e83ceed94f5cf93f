import type { ZippedOutput } from '../../contract/index.ts';
import type { GraphProto, NodeProto } from '../onnx-proto/onnx_pb.js';
import { constantLabels } from './label-values.ts';
import type { ReadModel } from './read-model.ts';
import { operatorName } from './words.ts';

/** Operators between a column and the output that shows it, which leave its values as they are. */
const handsOn: ReadonlySet<string> = new Set(['Identity', 'Reshape', 'Squeeze', 'Flatten']);

/**
 * One output per class, each cut out of one tensor of probabilities, as skl2onnx writes a classifier with zipmap='columns'
 * (Slice, then Reshape). Null unless there is exactly one such output for every label, from the first to the last.
 */
export function classColumns(
  model: ReadModel,
  graph: GraphProto,
  made: Map<string, NodeProto>,
  labels: string[] | null,
): ZippedOutput | null {
  if (labels === null || labels.length < 2) return null;
  const columns: string[] = [];
  const tensors = new Set<string>();
  for (const { name } of graph.output) {
    const cut = cutColumn(model, graph, name, made);
    if (cut === null) continue;
    if (cut.column !== columns.length) return null;
    columns.push(name);
    tensors.add(cut.tensor);
  }
  const [tensor] = tensors;
  if (tensor === undefined || tensors.size > 1 || columns.length !== labels.length || !isMade(tensor, made))
    return null;
  const keyType = labels.every((label) => /^-?\d+$/.test(label)) ? 'int64' : 'string';
  return { output: tensor, tensor, labels, keyType, columns };
}

/** A value that a node of the graph makes can become an output of the graph. */
function isMade(tensor: string, made: Map<string, NodeProto>): boolean {
  return tensor !== '' && made.has(tensor);
}

/** The tensor that an output is one column of, and which. */
function cutColumn(
  model: ReadModel,
  graph: GraphProto,
  output: string,
  made: Map<string, NodeProto>,
): { tensor: string; column: number } | null {
  let node = made.get(output);
  while (node !== undefined && handsOn.has(operatorName(node.domain, node.opType)))
    node = made.get(node.input[0] ?? '');
  if (node === undefined || operatorName(node.domain, node.opType) !== 'Slice') return null;
  const [start, end, axis] = ['starts', 'ends', 'axes'].map((name, index) =>
    oneNumber(model, graph, node, name, index + 1),
  );
  const step = node.input[4] === undefined || node.input[4] === '' ? 1 : oneNumber(model, graph, node, 'steps', 4);
  const isColumn = (axis === 1 || axis === -1) && typeof start === 'number' && end === start + 1 && step === 1;
  return isColumn ? { tensor: node.input[0] ?? '', column: start } : null;
}

/** A parameter of Slice that is one number: an attribute up to opset 9, a constant input from opset 10 on. */
function oneNumber(
  model: ReadModel,
  graph: GraphProto,
  node: NodeProto,
  attribute: string,
  input: number,
): number | null {
  const held = node.attribute.find(({ name }) => name === attribute)?.ints.map(String);
  const values = held ?? constantLabels(model, graph, node.input[input] ?? '');
  const [only] = values ?? [];
  return values?.length === 1 && only !== undefined ? Number(only) : null;
}
