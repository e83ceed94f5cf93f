import { problem } from '../contract/index.ts';
import type { FeatureColumn } from '../contract/index.ts';
import { fillText, missingWords } from './column-doubles.ts';
import type { ColumnsEncode } from './input-encoder.ts';

/** Features into a string tensor: the cells' text exactly as it stands in the data. */
export function compileText(features: readonly FeatureColumn[]): ColumnsEncode {
  const width = features.length;
  const fills = features.map((feature) => fillText(feature.missing));
  return (columns, rows, faults) => {
    const tensor = Array.from<string>({ length: rows * width });
    for (const [index, feature] of features.entries()) {
      const column = columns[index];
      if (column?.kind !== 'text') throw problem('INTERNAL', 'The reader gave numbers where text was asked for.');
      const fill = fills[index] ?? null;
      for (let row = 0; row < rows; row += 1) {
        const text = column.values[row] ?? fill;
        tensor[row * width + index] = text ?? '';
        if (text === null) faults.mark(row, missingWords(feature.column));
      }
    }
    return tensor;
  };
}
