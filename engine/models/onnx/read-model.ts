import { fromBinary, type UnknownField } from '@bufbuild/protobuf';
import { basename } from 'node:path';
import { problem } from '../../contract/index.ts';
import { type ModelProto, ModelProtoSchema } from '../onnx-proto/onnx_pb.js';
import { FileWindow } from './file-window.ts';
import { type HeldData, type HeldField, mostMessageDepth, numberField, readSkeleton } from './skeleton.ts';

const nothingHeld: HeldField = { count: 0, complete: true, keptBytes: 0 };

/** A decoded model without its tensors' bytes, and what is known of those. */
export interface ReadModel {
  path: string;
  proto: ModelProto;
  held: HeldData[];
}

/**
 * Reads the structure of an ONNX file. Throws FILE_MISSING, FILE_UNREADABLE, FILE_EMPTY, MODEL_INVALID, MODEL_LIMIT.
 * Synchronous inside: for a process of its own.
 */
export function readModel(path: string): ReadModel {
  const file = FileWindow.open(path);
  try {
    const { bytes, held } = readSkeleton(file);
    return { path, proto: decode(bytes, path), held };
  } finally {
    file.close();
  }
}

/** What the skeleton lets through decodes, save for values that protobuf itself rules out (a varint beyond 64 bits). */
function decode(bytes: Uint8Array, path: string): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes, { recursionLimit: mostMessageDepth + 1 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw problem('MODEL_INVALID', `${basename(path)} is damaged: ${reason}.`, { subject: path, cause: error });
  }
}

/** What a tensor, attribute or metadata entry holds under a data field of onnx.proto. */
export function heldField(
  model: ReadModel,
  message: { $unknown?: UnknownField[] | undefined },
  field: number,
): HeldField {
  const mark = message.$unknown?.find(({ no }) => no === numberField);
  if (mark === undefined) return nothingHeld;
  const index = new DataView(mark.data.buffer, mark.data.byteOffset, mark.data.byteLength).getUint32(0, true);
  return model.held[index]?.get(field) ?? nothingHeld;
}
