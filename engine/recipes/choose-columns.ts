import type { ColumnInfo, ColumnsInput, FeatureColumn } from '../contract/index.ts';
import type { Binder } from './binder.ts';
import { looksLikeId, looksLikeLabel } from './lookalikes.ts';
import { findInput, rowShape } from './shape.ts';
import { asFlagValue, counted, listed, shown } from './words.ts';

export interface ColumnChoice {
  features: FeatureColumn[];
  isGuess: boolean;
  how: string;
}

/** Columns that a flag names at most, where one is offered to be copied. */
const mostToCopy = 200;

/** Candidates of one reading of "the columns that are left", with its words. */
interface Candidates {
  columns: ColumnInfo[];
  kind: string;
}

/**
 * Columns for an input of k values a row that names none: exactly k numeric ones left beside label, id and kept ones, in
 * the data's order; else without those that look like a label or id; else refused, with the candidates and the flag.
 */
export function chooseColumns(input: ColumnsInput, named: ReadonlySet<string>, binder: Binder): ColumnChoice | null {
  const value = findInput(binder.inspection, input.input);
  const { width, dims } = rowShape(value?.shape ?? null);
  const isFree = (column: ColumnInfo): boolean => !named.has(column.name) && !binder.isKeptOut(column.name);
  if (width === null && dims.length > 1) {
    const words = `The input ${shown(input.input)} takes tensors of several dimensions, which columns of a table cannot fill.`;
    binder.refuseInput(
      input.input,
      words,
      'Export the model with fixed sizes, or with an input of one value per column.',
    );
    return null;
  }
  const own = binder.table.get(input.input);
  if (width === 1 && own !== undefined && isFree(own)) return choice(input, [own], false, ', the column of that name');
  const free = binder.table.columns.filter(isFree);
  const readings = value?.type === 'string' ? textReadings(free) : numberReadings(free, binder);
  if (width === null) return chooseAll(input, readings[0]!, binder);
  return chooseExactly(input, width, readings, binder);
}

function choice(input: ColumnsInput, columns: readonly ColumnInfo[], isGuess: boolean, how: string): ColumnChoice {
  return {
    features: columns.map((column) => ({ column: column.name, missing: input.missing, steps: [] })),
    isGuess,
    how,
  };
}

function numberReadings(free: readonly ColumnInfo[], binder: Binder): Candidates[] {
  const isNumeric = (column: ColumnInfo): boolean => column.type === 'integer' || column.type === 'float';
  const isMostlyNumeric = (column: ColumnInfo): boolean => isNumeric(column) || hasMostlyNumbers(column, binder);
  return [
    { columns: free.filter(isNumeric), kind: 'numeric' },
    { columns: free.filter(isMostlyNumeric), kind: 'mostly numeric' },
    {
      columns: free.filter((column) => isMostlyNumeric(column) || column.type === 'boolean'),
      kind: 'numeric or boolean',
    },
  ];
}

/** A few cells that are no numbers make a reader call a column text; those rows fail, the column is still numeric. */
function hasMostlyNumbers(column: ColumnInfo, binder: Binder): boolean {
  if (column.type !== 'string') return false;
  const { numbers, others } = binder.table.numberEvidence(column.name);
  return numbers > others;
}

function textReadings(free: readonly ColumnInfo[]): Candidates[] {
  const isScalar = (column: ColumnInfo): boolean => !['list', 'struct', 'image'].includes(column.type);
  return [
    { columns: free.filter((column) => column.type === 'string'), kind: 'text' },
    { columns: free.filter(isScalar), kind: 'single-valued' },
  ];
}

/** An input of any width: everything that is left, but for what looks like a label or id. */
function chooseAll(input: ColumnsInput, { columns, kind }: Candidates, binder: Binder): ColumnChoice | null {
  const left = withoutLookalikes(columns, binder);
  if (left.length === 0) {
    binder.refuseInput(
      input.input,
      `${binder.dataName} has no ${kind} column left for the input ${shown(input.input)}.`,
      'Name the columns: --features COL,...',
    );
    return null;
  }
  keepOut(columns, left, binder);
  return choice(input, left, true, `, every ${kind} column left; the model does not say how many it takes`);
}

function chooseExactly(
  input: ColumnsInput,
  width: number,
  readings: readonly Candidates[],
  binder: Binder,
): ColumnChoice | null {
  for (const { columns, kind } of readings) {
    const left = withoutLookalikes(columns, binder);
    if (left.length !== width) continue;
    keepOut(columns, left, binder);
    const which = left.length === columns.length ? 'of the data in its order' : "left in the data's order";
    return choice(input, left, true, `, the ${width} ${kind} ${width === 1 ? 'column' : 'columns'} ${which}`);
  }
  for (const { columns, kind } of readings) {
    if (columns.length !== width) continue;
    noteSuspects(columns, binder);
    return choice(
      input,
      columns,
      true,
      `, the ${width} ${kind} ${width === 1 ? 'column' : 'columns'} of the data in its order`,
    );
  }
  refuseChoice(input, width, readings[0]!, binder);
  return null;
}

function withoutLookalikes(columns: readonly ColumnInfo[], binder: Binder): ColumnInfo[] {
  const { table } = binder;
  return columns.filter((column) => !looksLikeLabel(column, table) && !looksLikeId(column, table));
}

/** Says what was kept out of the features, and makes it the label or id where a person named none. */
function keepOut(columns: readonly ColumnInfo[], left: readonly ColumnInfo[], binder: Binder): void {
  const stays = new Set(left);
  for (const column of columns) {
    if (stays.has(column)) continue;
    const isLabel = looksLikeLabel(column, binder.table);
    const role = isLabel ? 'label' : 'id';
    binder.notes.push(
      `The column ${shown(column.name)} is kept out of the features because it looks like ${isLabel ? 'a label' : 'an id'}; --${role} says so, --features overrules it.`,
    );
    binder[role] ??= { column: column.name, guessed: true };
  }
}

/** Says which features look as if they should be none. */
function noteSuspects(columns: readonly ColumnInfo[], binder: Binder): void {
  const sound = new Set(withoutLookalikes(columns, binder));
  const names = columns.filter((column) => !sound.has(column)).map((column) => column.name);
  const [are, look] = names.length === 1 ? ['is', 'it looks'] : ['are', 'they look'];
  binder.notes.push(
    `${listed(names)} ${are} among the features although ${look} like a label or id: as many columns are needed. Name the features with --features if that is wrong.`,
  );
}

function refuseChoice(input: ColumnsInput, width: number, { columns, kind }: Candidates, binder: Binder): void {
  const names = columns.map((column) => column.name);
  const words =
    `The input ${shown(input.input)} takes ${counted(width, 'column')}, and ${binder.dataName} has ${names.length} ${kind} ` +
    `${names.length === 1 ? 'one' : 'ones'} left${names.length === 0 ? '' : `: ${listed(names, 40)}`}.`;
  const spare = names.length - width;
  // A flag with thousands of names is nothing to copy.
  if (names.length > mostToCopy || width > mostToCopy) {
    binder.refuseInput(input.input, words, `Name the ${width} in the model's order in a recipe: import --recipe FILE.`);
    return;
  }
  const hint =
    spare > 0
      ? `Name the ${width} in the model's order; take ${spare} out of: --features ${asFlagValue(names)}`
      : `Name the ${width} in the model's order: --features ${asFlagValue([...names, ...Array.from({ length: -spare }, () => 'COL')])}`;
  binder.refuseInput(input.input, words, hint);
}
