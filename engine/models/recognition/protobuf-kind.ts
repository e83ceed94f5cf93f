import { FileWindow } from '../onnx/index.ts';
import type { Finding } from './file-kind.ts';

interface Field {
  number: number;
  wire: number;
  from: number;
  to: number;
  /** A varint's value; 0 for other fields. */
  value: number;
}

/** A message's fields in order; `complete` when they end exactly where the message does. */
interface Fields {
  fields: Field[];
  complete: boolean;
}

const mostFields = 10_000;
const newestVersion = 1_000;

/** Fields of ONNX ModelProto with their wire types. */
const onnxFields: ReadonlyMap<number, number> = new Map([
  [1, 0],
  [2, 2],
  [3, 2],
  [4, 2],
  [5, 0],
  [6, 2],
  [7, 2],
  [8, 2],
  [14, 2],
  [20, 2],
  [25, 2],
  [26, 2],
]);

/** Tells ONNX, Core ML, TensorFlow SavedModel and frozen TensorFlow graphs apart by their outermost fields; null for none of them. */
export function protobufKind(path: string): Finding | null {
  const file = FileWindow.open(path);
  try {
    const message = readFields(file, 0, file.size);
    if (isOnnx(message)) return { kind: 'onnx' };
    if (isCoreMl(message)) return { kind: 'coreml' };
    if (isSavedModel(file, message)) return { kind: 'tensorflow-saved-model' };
    if (isFrozenGraph(file, message)) return { kind: 'tensorflow-graph' };
    return null;
  } finally {
    file.close();
  }
}

/** A cut-off model counts as ONNX when it begins like one, so that it is refused as damaged and not as unknown. */
function isOnnx({ fields, complete }: Fields): boolean {
  const strange = fields.findIndex(({ number, wire }) => onnxFields.get(number) !== wire);
  const known = strange === -1 ? fields : fields.slice(0, strange);
  const version = known.find(({ number }) => number === 1)?.value ?? 0;
  const body = known.some(({ number }) => number === 7 || number === 8);
  const whole = complete && strange === -1;
  return body && version < newestVersion && (whole || known[0]?.number === 1);
}

/** CoreML.Specification.Model: specificationVersion 1, description 2, then one of the model types from 200 on. */
function isCoreMl({ fields, complete }: Fields): boolean {
  const [version, description] = fields;
  if (!complete || version?.number !== 1 || version.wire !== 0 || version.value > 100) return false;
  if (description?.number !== 2 || description.wire !== 2) return false;
  return fields.some(({ number, wire }) => number >= 200 && number <= 3000 && wire === 2);
}

/** tensorflow.SavedModel: schema version 1, meta graphs 2, each of which begins with its meta information 1. */
function isSavedModel(file: FileWindow, { fields, complete }: Fields): boolean {
  const [version, graph] = fields;
  if (!complete || version?.number !== 1 || version.wire !== 0 || graph === undefined) return false;
  if (fields.slice(1).some(({ number, wire }) => number !== 2 || wire !== 2)) return false;
  const inner = readFields(file, graph.from, graph.to);
  return (
    inner.complete && inner.fields[0]?.wire === 2 && inner.fields.some(({ number, wire }) => number === 2 && wire === 2)
  );
}

/** tensorflow.GraphDef: nodes 1 (name 1, operator 2), library 2, version 3, versions 4. */
function isFrozenGraph(file: FileWindow, { fields, complete }: Fields): boolean {
  const [node] = fields;
  if (!complete || node?.number !== 1 || node.wire !== 2) return false;
  if (fields.some(({ number, wire }) => number > 4 || wire !== (number === 3 ? 0 : 2))) return false;
  const inner = readFields(file, node.from, node.to);
  return inner.complete && inner.fields[0]?.number === 1 && inner.fields[1]?.number === 2 && inner.fields[1].wire === 2;
}

function readFields(file: FileWindow, from: number, to: number): Fields {
  const fields: Field[] = [];
  let at = from;
  while (at < to && fields.length < mostFields) {
    const tag = file.varint(at, to);
    if (tag === null) return { fields, complete: false };
    const number = Math.floor(tag.value / 8);
    const wire = tag.value % 8;
    const value = wire === 0 || wire === 2 ? file.varint(tag.next, to) : { value: 0, next: tag.next };
    const width = wire === 1 ? 8 : wire === 5 ? 4 : wire === 2 ? (value?.value ?? 0) : 0;
    if (number === 0 || wire === 3 || wire === 4 || wire > 5 || value === null) return { fields, complete: false };
    const next = value.next + width;
    fields.push({ number, wire, from: value.next, to: next, value: wire === 0 ? value.value : 0 });
    if (next > to) return { fields, complete: false };
    at = next;
  }
  return { fields, complete: true };
}
