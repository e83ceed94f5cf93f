import type { GraphProto, NodeProto, TensorProto } from '../onnx-proto/onnx_pb.js';
import { heldField, type ReadModel } from './read-model.ts';
import { elementCount } from './tensor-check.ts';

const mostLabels = 100_000;
const utf8 = new TextDecoder();

/** TensorProto fields and data types that can hold a list of labels. */
const stringData = { type: 8, field: 6 } as const;
const int32 = { type: 6, field: 5 } as const;
const int64 = { type: 7, field: 7 } as const;
const rawField = 9;
const attributeInts = 8;
const attributeStrings = 9;

/** The texts or whole numbers in a list attribute of a node, as text; null when it is absent, empty or too long to be kept. */
export function attributeLabels(model: ReadModel, node: NodeProto, name: string): string[] | null {
  const attribute = node.attribute.find((candidate) => candidate.name === name);
  if (attribute === undefined) return null;
  for (const field of [attributeStrings, attributeInts]) {
    const { count, complete } = heldField(model, attribute, field);
    if (count === 0 || count > mostLabels || !complete) continue;
    return field === attributeStrings
      ? attribute.strings.map((bytes) => utf8.decode(bytes))
      : attribute.ints.map(String);
  }
  return null;
}

/** The texts or whole numbers of a tensor of one row or column, as text; null when it is anything else. */
export function tensorLabels(model: ReadModel, tensor: TensorProto): string[] | null {
  const count = elementCount(tensor);
  if (count === 0 || count > mostLabels || tensor.dims.filter((size) => size > 1n).length > 1) return null;
  if (tensor.dataType === stringData.type) {
    if (!heldField(model, tensor, stringData.field).complete) return null;
    return tensor.stringData.map((bytes) => utf8.decode(bytes));
  }
  const format = [int32, int64].find(({ type }) => type === tensor.dataType);
  if (format === undefined) return null;
  const raw = heldField(model, tensor, rawField);
  if (raw.count > 0) return raw.complete ? rawIntegers(tensor.rawData, format === int64).map(String) : null;
  if (!heldField(model, tensor, format.field).complete) return null;
  const values: (bigint | number)[] = format === int64 ? tensor.int64Data : tensor.int32Data;
  return values.length === count ? values.map(String) : null;
}

/** As `tensorLabels`, of the initialiser or the Constant node of that name; null when there is none. */
export function constantLabels(model: ReadModel, graph: GraphProto, name: string): string[] | null {
  const initialiser = graph.initializer.find((tensor) => tensor.name === name);
  if (initialiser !== undefined) return tensorLabels(model, initialiser);
  const node = graph.node.find(({ opType, output }) => opType === 'Constant' && output[0] === name);
  const value = node?.attribute.find((attribute) => attribute.name === 'value')?.t;
  return value === undefined ? null : tensorLabels(model, value);
}

function rawIntegers(bytes: Uint8Array, wide: boolean): (bigint | number)[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = wide ? 8 : 4;
  return Array.from({ length: bytes.byteLength / width }, (_, index) =>
    wide ? view.getBigInt64(index * width, true) : view.getInt32(index * width, true),
  );
}
