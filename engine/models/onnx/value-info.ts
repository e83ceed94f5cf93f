import type { ValueInfo } from '../../contract/index.ts';
import { problem } from '../../contract/index.ts';
import type { TensorShapeProto, TypeProto, ValueInfoProto } from '../onnx-proto/onnx_pb.js';
import { elementName } from './element-types.ts';
import { quoted } from './words.ts';

/**
 * One input or output in the words of the contract. A value without a type is `unknown`. A dimension below 0, which some
 * exporters write for "any", is null. Throws MODEL_INVALID for a dimension beyond 2^53.
 */
export function valueInfo(value: ValueInfoProto): ValueInfo {
  const type = value.type?.value;
  const shape = type?.case === 'tensorType' || type?.case === 'sparseTensorType' ? type.value.shape : undefined;
  return {
    name: value.name,
    type: typeName(value.type),
    shape: shape === undefined ? null : dimensions(shape, value.name),
  };
}

/** `float32`, `map<int64,float32>`, `sequence<map<string,float32>>`, `optional<...>`, `sparse<...>`, `opaque<...>`, `unknown`. */
function typeName(type: TypeProto | undefined): string {
  const value = type?.value;
  switch (value?.case) {
    case 'tensorType':
      return elementName(value.value.elemType);
    case 'sparseTensorType':
      return `sparse<${elementName(value.value.elemType)}>`;
    case 'sequenceType':
      return `sequence<${typeName(value.value.elemType)}>`;
    case 'optionalType':
      return `optional<${typeName(value.value.elemType)}>`;
    case 'mapType':
      return `map<${elementName(value.value.keyType)},${typeName(value.value.valueType)}>`;
    case 'opaqueType':
      return `opaque<${value.value.domain === '' ? '' : `${value.value.domain}.`}${value.value.name}>`;
    default:
      return 'unknown';
  }
}

function dimensions(shape: TensorShapeProto, name: string): (number | string | null)[] {
  return shape.dim.map(({ value }) => {
    if (value.case === 'dimParam') return value.value === '' ? null : value.value;
    if (value.case !== 'dimValue' || value.value < 0n) return null;
    if (value.value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw problem('MODEL_INVALID', `${quoted(name)} has a dimension of ${value.value}.`, {
        subject: name,
        hint: 'Export the model again.',
      });
    }
    return Number(value.value);
  });
}
