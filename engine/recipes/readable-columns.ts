import { problem } from '../contract/index.ts';
import type { FeatureColumn } from '../contract/index.ts';
import type { Binder } from './binder.ts';
import { readsText } from './fit-inputs.ts';
import { isInteger } from './shape.ts';
import { counted, shown } from './words.ts';

/**
 * Whether a column can be what its input takes, judged by its type and the sample: false, and refused, when no sampled
 * row would do. Rows that alone will fail are noted.
 */
export function requireReadable(feature: FeatureColumn, inputType: string, input: string, binder: Binder): boolean {
  const column = binder.table.get(feature.column);
  if (column === undefined) return false;
  const name = shown(feature.column);
  if (column.type === 'list' || column.type === 'struct' || column.type === 'image') {
    return refuseType(
      feature,
      input,
      `${name} holds a ${column.type} in every row, the input ${shown(input)} takes single values.`,
      binder,
    );
  }
  noteMissing(feature, column.missing, binder);
  if (inputType === 'string' || readsText(feature)) return true;
  const { numbers, others, example, hasFractions } = binder.table.numberEvidence(feature.column);
  if (numbers === 0 && others > 0) {
    const words = `${name} holds text ("${shown(example ?? '')}"), the input ${shown(input)} takes numbers.`;
    return refuseType(feature, input, words, binder);
  }
  if (
    isInteger(inputType) &&
    feature.steps.length === 0 &&
    column.type === 'float' &&
    hasFractions &&
    !hasWholeNumbers(feature, binder)
  ) {
    return refuseType(
      feature,
      input,
      `${name} holds fractions, the input ${shown(input)} takes whole numbers (${inputType}).`,
      binder,
    );
  }
  if (others > 0) {
    binder.notes.push(
      `${counted(others, 'sampled cell')} of ${name} ${others === 1 ? 'is' : 'are'} no number ("${shown(example ?? '')}"): such rows fail.`,
    );
  }
  return true;
}

function refuseType(feature: FeatureColumn, input: string, words: string, binder: Binder): false {
  binder.line({ input, from: feature.column, status: 'type', words });
  binder.refuse(
    problem('BINDING_TYPE', words, {
      subject: feature.column,
      hint: 'Choose other columns with --features COL,..., or give the column a step (code, oneHot) in the recipe.',
    }),
  );
  return false;
}

function hasWholeNumbers(feature: FeatureColumn, binder: Binder): boolean {
  return binder.table.cells(feature.column).some((cell) => Number.isInteger(Number(cell)));
}

function noteMissing(feature: FeatureColumn, missing: number, binder: Binder): void {
  if (missing === 0) return;
  const name = shown(feature.column);
  const cells = `${counted(missing, 'sampled cell')} of ${name} ${missing === 1 ? 'is' : 'are'} missing`;
  if (feature.missing.rule === 'fail') binder.notes.push(`${cells}: such rows fail.`);
  else if (feature.missing.rule === 'nan') binder.notes.push(`${cells}: the model gets NaN.`);
  else binder.notes.push(`${cells}: ${shown(String(feature.missing.value))} is used.`);
}
