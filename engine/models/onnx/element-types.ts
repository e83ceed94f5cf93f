/** Words and widths of TensorProto.DataType. Names as in ONNX, in the words of the contract where it has them. */
interface ElementFormat {
  name: string;
  /** Bits of one element in raw data; 0 where there is no raw form. */
  bits: number;
  /** The typed data field of TensorProto that may hold it instead, and elements of the tensor per entry of that field. */
  field: number;
  perEntry: number;
}

const float = 4;
const int32 = 5;
const text = 6;
const int64 = 7;
const double = 10;
const uint64 = 11;

const formats: ReadonlyMap<number, ElementFormat> = new Map(
  (
    [
      [1, 'float32', 32, float, 1],
      [2, 'uint8', 8, int32, 1],
      [3, 'int8', 8, int32, 1],
      [4, 'uint16', 16, int32, 1],
      [5, 'int16', 16, int32, 1],
      [6, 'int32', 32, int32, 1],
      [7, 'int64', 64, int64, 1],
      [8, 'string', 0, text, 1],
      [9, 'bool', 8, int32, 1],
      [10, 'float16', 16, int32, 1],
      [11, 'float64', 64, double, 1],
      [12, 'uint32', 32, uint64, 1],
      [13, 'uint64', 64, uint64, 1],
      [14, 'complex64', 64, float, 0.5],
      [15, 'complex128', 128, double, 0.5],
      [16, 'bfloat16', 16, int32, 1],
      [17, 'float8e4m3fn', 8, int32, 1],
      [18, 'float8e4m3fnuz', 8, int32, 1],
      [19, 'float8e5m2', 8, int32, 1],
      [20, 'float8e5m2fnuz', 8, int32, 1],
      [21, 'uint4', 4, int32, 2],
      [22, 'int4', 4, int32, 2],
      [23, 'float4e2m1', 4, int32, 2],
      [24, 'float8e8m0', 8, int32, 1],
      [25, 'uint2', 2, int32, 4],
      [26, 'int2', 2, int32, 4],
      [27, 'float6e2m3', 6, int32, 1],
      [28, 'float6e3m2', 6, int32, 1],
    ] as const
  ).map(([code, name, bits, field, perEntry]) => [code, { name, bits, field, perEntry }]),
);

/** Null for codes that this version does not know. */
export function elementFormat(code: number): ElementFormat | null {
  return formats.get(code) ?? null;
}

/** `undefined` for 0, `type 99` for codes that this version does not know. */
export function elementName(code: number): string {
  return formats.get(code)?.name ?? (code === 0 ? 'undefined' : `type ${code}`);
}
