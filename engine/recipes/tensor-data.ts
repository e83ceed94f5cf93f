/// <reference lib="es2025.float16" />
import type { ElementType } from '../contract/index.ts';
import type { FeedData } from './feeds.ts';

/** Typed arrays that hold JavaScript numbers. */
export type NumberData = Exclude<FeedData, string[] | BigInt64Array | BigUint64Array>;

/** Element types whose tensors hold JavaScript numbers; bool is a byte of 0 or 1. */
export type NumberType = Exclude<ElementType, 'string' | 'int64' | 'uint64'>;

/** Zeroed memory for `length` elements. Float arrays round to nearest even on assignment, float16 from the double directly. */
export function numberData(type: NumberType, length: number): NumberData {
  switch (type) {
    case 'float16':
      return new Float16Array(length);
    case 'float32':
      return new Float32Array(length);
    case 'float64':
      return new Float64Array(length);
    case 'int8':
      return new Int8Array(length);
    case 'int16':
      return new Int16Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'uint8':
    case 'bool':
      return new Uint8Array(length);
    case 'uint16':
      return new Uint16Array(length);
    case 'uint32':
      return new Uint32Array(length);
  }
}

/** Elements of any type: zeros, or empty texts. */
export function emptyData(type: ElementType, length: number): FeedData {
  switch (type) {
    case 'string':
      return Array.from({ length }, () => '');
    case 'int64':
      return new BigInt64Array(length);
    case 'uint64':
      return new BigUint64Array(length);
    default:
      return numberData(type, length);
  }
}

/** Least and greatest value of an integer tensor's elements; null for floats. */
export function numberRange(type: NumberType): [least: number, greatest: number] | null {
  switch (type) {
    case 'float16':
    case 'float32':
    case 'float64':
      return null;
    case 'bool':
      return [0, 1];
    case 'int8':
      return [-128, 127];
    case 'int16':
      return [-32_768, 32_767];
    case 'int32':
      return [-2_147_483_648, 2_147_483_647];
    case 'uint8':
      return [0, 255];
    case 'uint16':
      return [0, 65_535];
    case 'uint32':
      return [0, 4_294_967_295];
  }
}

/** Moves the good rows together at the front, in place, and returns that part. */
export function packRows(data: FeedData, width: number, goodRows: Int32Array): FeedData {
  if (Array.isArray(data)) {
    const packed: string[] = [];
    for (const row of goodRows) packed.push(...data.slice(row * width, (row + 1) * width));
    return packed;
  }
  for (const [target, row] of goodRows.entries()) {
    if (target !== row) data.copyWithin(target * width, row * width, (row + 1) * width);
  }
  return data.subarray(0, goodRows.length * width);
}
