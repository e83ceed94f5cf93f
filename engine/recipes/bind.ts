import { closestName, problem } from '../contract/index.ts';
import type { ColumnRoles, ColumnsInput, DataDescription, Inspection, Recipe, RecipeInput } from '../contract/index.ts';
import { bindColumns } from './bind-columns.ts';
import { bindImage } from './bind-image.ts';
import { Binder } from './binder.ts';
import type { Binding } from './binding.ts';
import { requireInputsFit } from './fit-inputs.ts';
import { requireOutputsFit } from './fit-outputs.ts';
import { applyFeatures } from './named-features.ts';
import { listed, shown } from './words.ts';

/**
 * Brings a recipe and data together: which column or picture feeds which input, said line by line, or why not.
 * `roles` are what a person says on top: a label, an id and kept columns are never features unless they are named as such.
 * Never throws for data that does not fit: the first reason stands in `refusal`.
 */
export function bindData(
  recipe: Recipe,
  inspection: Inspection,
  description: DataDescription,
  roles: ColumnRoles = {},
): Binding {
  const binder = new Binder(inspection, description, roles);
  requireRoles(binder);
  const named = applyFeatures(recipe, binder);
  const inputs = named.inputs.map((input) =>
    input.from === 'image' ? bindImage(input, binder) : bindTable(input, binder, named),
  );
  noteDefaults(binder);
  const resolved: Recipe = { ...named, inputs: inputs.flatMap((input) => input ?? []) };
  if (binder.refusal === null) requireFit(resolved, binder);
  return finish(resolved, binder);
}

/** The columns that a person names have to be there. */
function requireRoles(binder: Binder): void {
  const { table, roles } = binder;
  const named = [
    ['--label', roles.label],
    ['--id', roles.id],
    ...(roles.keep ?? []).map((column) => ['--keep', column]),
  ] as const;
  for (const [flag, column] of named) {
    if (column === undefined || table.get(column) !== undefined) continue;
    const closest = closestName(column, table.names);
    binder.refuse(
      problem('BINDING_MISSING_COLUMN', `${binder.dataName} has no column ${shown(column)}, which ${flag} names.`, {
        subject: column,
        hint: closest === null ? `Its columns are ${listed(table.names)}.` : `The closest column is ${shown(closest)}.`,
      }),
    );
  }
}

function bindTable(input: ColumnsInput, binder: Binder, recipe: Recipe): RecipeInput | null {
  if (binder.description.format === 'images') {
    const words = `The input ${shown(input.input)} takes columns of a table, ${binder.dataName} holds pictures.`;
    binder.line({ input: input.input, from: null, status: 'type', words });
    binder.refuse(
      problem('BINDING_TYPE', words, { subject: input.input, hint: 'Choose a CSV, Parquet or JSON Lines file.' }),
    );
    return null;
  }
  return bindColumns(input, binder, recipe);
}

/** Inputs that the model fills itself. Old models list every weight as one, so only a few are named. */
function noteDefaults(binder: Binder): void {
  const { optionalInputs } = binder.inspection;
  const mostLines = 8;
  for (const input of optionalInputs.slice(0, mostLines)) {
    binder.line({
      input,
      from: null,
      status: 'default',
      words: `${shown(input)}: the default value that the model holds.`,
    });
  }
  if (optionalInputs.length > mostLines) {
    binder.notes.push(
      `${optionalInputs.length - mostLines} more inputs are left at the default values that the model holds.`,
    );
  }
}

function requireFit(resolved: Recipe, binder: Binder): void {
  if (resolved.inputs.length === 0) {
    binder.refuse(problem('RECIPE_MISFIT', 'The model takes no input, so there is nothing to predict for a row.'));
    return;
  }
  binder.attempt(() => {
    requireInputsFit(resolved, binder.inspection);
    requireOutputsFit(resolved, binder.inspection);
  });
}

function finish(resolved: Recipe, binder: Binder): Binding {
  const unused = binder.unusedColumns();
  const notes = [...binder.notes];
  if (unused.length > 0 && binder.refusal === null) notes.push(`Not used: ${listed(unused)}.`);
  return {
    recipe: binder.refusal === null ? resolved : null,
    lines: binder.lines,
    refusal: binder.refusal,
    label: binder.label,
    id: binder.id,
    unused,
    notes,
  };
}
