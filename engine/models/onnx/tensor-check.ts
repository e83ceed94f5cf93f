import { problem } from '../../contract/index.ts';
import { type TensorProto, TensorProto_DataLocation } from '../onnx-proto/onnx_pb.js';
import { elementFormat, elementName } from './element-types.ts';
import type { PlacedTensor } from './model-walk.ts';
import { heldField, type ReadModel } from './read-model.ts';
import { sentenceStart } from './words.ts';

const rawDataField = 9;
const mostDimensions = 64;

/** Elements of a tensor by its dimensions. 1 for a scalar. Only for tensors that passed `checkTensor`. */
export function elementCount(tensor: TensorProto): number {
  return tensor.dims.reduce((count, size) => count * Number(size), 1);
}

/** Bytes of a tensor's raw form; null where it has none (texts, unknown types). */
export function rawBytes(tensor: TensorProto): number | null {
  const format = elementFormat(tensor.dataType);
  return format === null || format.bits === 0 ? null : Math.ceil((elementCount(tensor) * format.bits) / 8);
}

export function isExternal(tensor: TensorProto): boolean {
  return tensor.dataLocation === TensorProto_DataLocation.EXTERNAL;
}

/**
 * Checks that a tensor holds as much data as its dimensions and type say (onnx.proto, TensorProto). Data in other files is
 * checked elsewhere. Throws MODEL_INVALID.
 */
export function checkTensor(model: ReadModel, placed: PlacedTensor): void {
  const { tensor, words } = placed;
  checkDimensions(placed, model.path);
  const format = elementFormat(tensor.dataType);
  if (format === null || isExternal(tensor)) return;
  const raw = heldField(model, tensor, rawDataField);
  const bytes = rawBytes(tensor);
  const says = `${sentenceStart(words)} has the shape [${tensor.dims.join(', ')}] of ${elementName(tensor.dataType)}`;
  if (raw.count > 0) {
    if (bytes === null) throw damaged(`${sentenceStart(words)} holds texts as raw bytes.`, model.path);
    if (raw.count !== bytes)
      throw damaged(`${says}, which is ${bytes} bytes in size, and holds ${raw.count}.`, model.path);
    return;
  }
  const entries = Math.ceil(elementCount(tensor) / format.perEntry);
  const held = heldField(model, tensor, format.field).count;
  if (held !== entries) throw damaged(`${says}, which is ${entries} values in size, and holds ${held}.`, model.path);
}

/** Refuses dimensions below 0, more than 64 of them, and sizes beyond 2^53. Throws MODEL_INVALID. */
export function checkDimensions({ tensor, words }: PlacedTensor, path: string): void {
  if (tensor.dims.length > mostDimensions) {
    throw damaged(`${sentenceStart(words)} has ${tensor.dims.length} dimensions.`, path);
  }
  const negative = tensor.dims.find((size) => size < 0n);
  if (negative !== undefined) throw damaged(`${sentenceStart(words)} has a negative dimension, ${negative}.`, path);
  if (!(elementCount(tensor) * 16 <= Number.MAX_SAFE_INTEGER)) {
    throw damaged(`${sentenceStart(words)} has the shape [${tensor.dims.join(', ')}], an absurd size.`, path);
  }
}

function damaged(message: string, path: string): Error {
  return problem('MODEL_INVALID', message, { subject: path, hint: 'Export the model again.' });
}
