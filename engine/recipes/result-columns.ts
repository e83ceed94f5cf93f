export type ScalarColumnType = 'string' | 'int64' | 'float32' | 'float64' | 'boolean';
export type ListColumnType = 'list<float32>' | 'list<float64>' | 'list<int64>' | 'list<string>';
export type ResultColumnType = ScalarColumnType | ListColumnType | 'list<struct<label,probability>>';

/** A column of predictions before any row is known. Names are unique within a recipe. */
export interface ResultColumnSpec {
  name: string;
  type: ResultColumnType;
}

export interface ClassProbability {
  label: string;
  probability: number;
}

/**
 * A column of predictions, one entry per row. Typed arrays hold 0 where `valid` is 0 (the row failed: null); strings
 * and lists hold null there. Booleans are bytes 0 and 1.
 */
export type ResultColumn =
  | { name: string; type: 'float32'; values: Float32Array; valid: Uint8Array }
  | { name: string; type: 'float64'; values: Float64Array; valid: Uint8Array }
  | { name: string; type: 'int64'; values: BigInt64Array; valid: Uint8Array }
  | { name: string; type: 'boolean'; values: Uint8Array; valid: Uint8Array }
  | { name: string; type: 'string'; values: (string | null)[] }
  | { name: string; type: 'list<float32>'; values: (Float32Array | null)[] }
  | { name: string; type: 'list<float64>'; values: (Float64Array | null)[] }
  | { name: string; type: 'list<int64>'; values: (BigInt64Array | null)[] }
  | { name: string; type: 'list<string>'; values: (string[] | null)[] }
  | { name: string; type: 'list<struct<label,probability>>'; values: (ClassProbability[] | null)[] };
