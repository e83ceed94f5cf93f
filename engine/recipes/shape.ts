import { elementTypes } from '../contract/index.ts';
import type { ElementType, Inspection, ValueInfo } from '../contract/index.ts';

/** The shape of a value seen as rows: the first dimension counts rows, the others are one row's. */
export interface RowShape {
  /** Null when the model declares no shape. */
  rank: number | null;
  /** Rows per call when the model fixes them, else null. A value of rank 0 is one row. */
  fixedBatch: number | null;
  /** One row's dimensions, null where dynamic. */
  dims: (number | null)[];
  /** Elements per row, null when not known. */
  width: number | null;
}

export function rowShape(shape: ValueInfo['shape']): RowShape {
  if (shape === null) return { rank: null, fixedBatch: null, dims: [null], width: null };
  const sizes = shape.map((dim) => (typeof dim === 'number' && dim > 0 ? dim : null));
  if (sizes.length === 0) return { rank: 0, fixedBatch: 1, dims: [], width: 1 };
  const dims = sizes.slice(1);
  const width = dims.reduce<number | null>(
    (product, dim) => (dim === null || product === null ? null : product * dim),
    1,
  );
  return { rank: sizes.length, fixedBatch: sizes[0] ?? null, dims, width };
}

/** Rows per call that a set of inputs insists on: the first fixed first dimension among them, or null. */
export function fixedBatchOf(inputs: readonly ValueInfo[]): number | null {
  for (const input of inputs) {
    const { fixedBatch } = rowShape(input.shape);
    if (fixedBatch !== null) return fixedBatch;
  }
  return null;
}

export function isElementType(type: string): type is ElementType {
  return (elementTypes as readonly string[]).includes(type);
}

export function isFloat(type: string): boolean {
  return type === 'float16' || type === 'float32' || type === 'float64';
}

export function isWideInteger(type: string): boolean {
  return type === 'int64' || type === 'uint64';
}

export function isInteger(type: string): boolean {
  return /^u?int(8|16|32|64)$/.test(type);
}

export function findInput(inspection: Inspection, name: string): ValueInfo | undefined {
  return inspection.signature.inputs.find((input) => input.name === name);
}

/**
 * The output of that name, under its own name or under that of the tensor behind a ZipMap. The tensor behind one output
 * per class stands for them all.
 */
export function findOutput(inspection: Inspection, name: string): ValueInfo | undefined {
  const zipped = zippedOf(inspection, name);
  const declared = inspection.signature.outputs.find((output) => output.name === (zipped?.output ?? name));
  if (declared !== undefined || zipped?.columns === undefined) return declared;
  const column = inspection.signature.outputs.find((output) => output.name === zipped.columns?.[0]);
  return { name: zipped.tensor, type: column?.type ?? 'float32', shape: [null, zipped.labels.length] };
}

/** Whether an output is one value for all rows of a call, so that a call may hold one row only. */
export function isOfWholeCall(value: ValueInfo | undefined): boolean {
  return value?.shape?.length === 0;
}

export function zippedOf(inspection: Inspection, name: string): Inspection['zipped'][number] | undefined {
  return inspection.zipped.find((zipped) => zipped.output === name || zipped.tensor === name);
}

/** Values per row of an output that holds one per class: known for a ZipMap by its labels. Null when not known. */
export function scoresWidth(inspection: Inspection, name: string): number | null {
  const zipped = zippedOf(inspection, name);
  if (zipped !== undefined) return zipped.labels.length > 0 ? zipped.labels.length : null;
  return rowShape(findOutput(inspection, name)?.shape ?? null).width;
}
