import { problem } from '../contract/index.ts';
import type { ColumnsInput, ElementType, FeatureColumn, ValueInfo } from '../contract/index.ts';
import type { ColumnWant } from '../data/index.ts';
import { compileBigIntegers } from './encode-big-integers.ts';
import { compileNumbers } from './encode-numbers.ts';
import { compileText } from './encode-text.ts';
import { featureWidth, readsText } from './fit-inputs.ts';
import type { ColumnsEncode, InputEncoder } from './input-encoder.ts';
import { isWideInteger, rowShape } from './shape.ts';
import type { NumberType } from './tensor-data.ts';
import { shown } from './words.ts';

/** Columns side by side into one input. Throws RECIPE_MISFIT when the recipe leaves the columns open. */
export function compileColumns(input: ColumnsInput, value: ValueInfo): InputEncoder {
  const features = input.columns;
  if (!Array.isArray(features)) {
    throw problem('RECIPE_MISFIT', `The recipe leaves open which columns feed the input ${shown(input.input)}.`, {
      subject: input.input,
    });
  }
  const type = value.type as ElementType;
  const width = features.reduce((sum, feature) => sum + featureWidth(feature), 0);
  return {
    feed: { name: input.input, type },
    wants: features.map((feature) => wantOf(feature, type)),
    width,
    dims: dimsOf(value, width),
    encode: compileFeatures(features, type, width),
  };
}

function wantOf(feature: FeatureColumn, type: ElementType): ColumnWant {
  if (type === 'string' || readsText(feature)) return { column: feature.column, as: 'text' };
  const isExact = isWideInteger(type) && feature.steps.length === 0;
  return { column: feature.column, as: isExact ? 'integer' : 'number' };
}

function compileFeatures(features: readonly FeatureColumn[], type: ElementType, width: number): ColumnsEncode {
  if (type === 'string') return compileText(features);
  if (type === 'int64' || type === 'uint64') return compileBigIntegers(features, type, width);
  return compileNumbers(features, type satisfies NumberType, width);
}

function dimsOf(value: ValueInfo, width: number): (rows: number) => number[] {
  const { rank, dims } = rowShape(value.shape);
  if (rank === 0) return () => [];
  if (rank === 1) return (rows) => [rows];
  if (rank === null || rank === 2) return (rows) => [rows, width];
  return (rows) => [rows, ...dims.map((dim) => dim ?? 1)];
}
