import { problem } from '../contract/index.ts';
import type { FeatureColumn } from '../contract/index.ts';
import type { CellColumn } from '../data/index.ts';
import { fillText, missingWords } from './column-doubles.ts';
import type { RowFaults } from './faults.ts';
import { shown } from './words.ts';

/** The number of every row's category; -1 for a category that the recipe does not know and that counts as zeros. */
export type CategoryNumbers = (column: CellColumn, rows: number, faults: RowFaults) => Int32Array;

export function compileCategories(feature: FeatureColumn): CategoryNumbers {
  const step = feature.steps.at(-1);
  if (step?.step !== 'oneHot') throw problem('INTERNAL', 'A feature without a one-hot step was compiled as one.');
  const numbers = new Map<string, number>();
  for (const [index, category] of step.categories.entries()) {
    if (!numbers.has(category)) numbers.set(category, index);
  }
  const fill = fillText(feature.missing);
  let found = new Int32Array(0);
  return (column, rows, faults) => {
    if (column.kind !== 'text') throw problem('INTERNAL', 'The reader gave numbers where text was asked for.');
    if (found.length !== rows) found = new Int32Array(rows);
    for (let row = 0; row < rows; row += 1) {
      const text = column.values[row] ?? fill;
      const number = text === null ? undefined : numbers.get(text);
      found[row] = number ?? -1;
      if (number !== undefined) continue;
      if (text === null) faults.mark(row, missingWords(feature.column));
      else if (step.unknown === 'fail') {
        faults.mark(row, `${shown(feature.column)} is "${shown(text)}", which is none of the recipe's categories`);
      }
    }
    return found;
  };
}
