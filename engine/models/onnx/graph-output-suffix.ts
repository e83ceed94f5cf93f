import { create, toBinary } from '@bufbuild/protobuf';
import type { Inspection } from '../../contract/index.ts';
import { GraphProtoSchema, ModelProtoSchema, TensorProto_DataType } from '../onnx-proto/onnx_pb.js';

/** A value of the top graph that is to become an output; `elementType` is float32 unless said otherwise. */
export interface AddedOutput {
  name: string;
  elementType?: 'float32' | 'float64' | 'int64' | 'string';
}

const codes = {
  float32: TensorProto_DataType.FLOAT,
  float64: TensorProto_DataType.DOUBLE,
  int64: TensorProto_DataType.INT64,
  string: TensorProto_DataType.STRING,
} as const;

/**
 * Bytes that, put behind the bytes of an ONNX file, make values of its graph outputs as well. Protobuf merges a second
 * occurrence of an embedded message into the first (protobuf.dev, Encoding, "Last One Wins"), so a ModelProto that holds
 * only a graph that holds only outputs adds them to the model's. The values' shapes are left to the runtime. A value that
 * is an output already must not be added again: ONNX Runtime refuses outputs of the same name.
 */
export function graphOutputSuffix(outputs: readonly AddedOutput[]): Uint8Array {
  const output = outputs.map(({ name, elementType }) => ({
    name,
    type: { value: { case: 'tensorType' as const, value: { elemType: codes[elementType ?? 'float32'] } } },
  }));
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { graph: create(GraphProtoSchema, { output }) }));
}

/**
 * The suffix with which the tensors behind `zipped` outputs can be fetched: ONNX Runtime for Node cannot return a sequence
 * of maps, and columns of one tensor are read together. Null when the model needs none.
 */
export function zippedOutputSuffix(inspection: Pick<Inspection, 'zipped' | 'signature'>): Uint8Array | null {
  const { outputs } = inspection.signature;
  const missing = new Map<string, AddedOutput>();
  for (const { tensor, columns } of inspection.zipped) {
    if (outputs.some(({ name }) => name === tensor)) continue;
    const type = outputs.find(({ name }) => name === columns?.[0])?.type;
    missing.set(tensor, { name: tensor, elementType: type === 'float64' ? 'float64' : 'float32' });
  }
  return missing.size === 0 ? null : graphOutputSuffix([...missing.values()]);
}
