import { closestName, problem } from '../contract/index.ts';
import type { ColumnsInput, FeatureColumn, Recipe } from '../contract/index.ts';
import type { Binder } from './binder.ts';
import { chooseColumns } from './choose-columns.ts';
import { requireReadable } from './readable-columns.ts';
import { findInput } from './shape.ts';
import { asFlagValue, listed, shown } from './words.ts';

/** An input's concrete columns, or null when it is refused. Says in lines what it did. */
export function bindColumns(input: ColumnsInput, binder: Binder, recipe: Recipe): ColumnsInput | null {
  const chosen = featuresOf(input, binder, recipe);
  if (chosen === null) return null;
  const { features } = chosen;
  for (const feature of features) binder.use(feature.column);
  const missing = features.filter((feature) => binder.table.get(feature.column) === undefined);
  if (missing.length > 0) {
    refuseMissing(input, features, missing, binder, recipe);
    return null;
  }
  const value = findInput(binder.inspection, input.input);
  const isReadable = features.map((feature) => requireReadable(feature, value?.type ?? 'float32', input.input, binder));
  if (isReadable.includes(false)) return null;
  const names = listed(
    features.map((feature) => feature.column),
    8,
  );
  binder.line({
    input: input.input,
    from: names,
    status: chosen.isGuess ? 'guessed' : 'ok',
    words: `${shown(input.input)}: ${names}${chosen.how}.`,
  });
  return { ...input, columns: features };
}

interface ChosenFeatures {
  features: FeatureColumn[];
  isGuess: boolean;
  /** How they were chosen, to follow their names in a sentence. */
  how: string;
}

function featuresOf(input: ColumnsInput, binder: Binder, recipe: Recipe): ChosenFeatures | null {
  if (Array.isArray(input.columns)) return { features: input.columns, isGuess: false, how: '' };
  if (input.columns !== null) return rangeOf(input, input.columns, binder, recipe);
  const open = recipe.inputs.filter((other) => other.from === 'columns' && other.columns === null);
  if (open.length > 1) {
    const words = `The inputs ${listed(open.map((other) => other.input))} each take several columns, and the recipe does not say which.`;
    binder.refuseInput(
      input.input,
      words,
      'Name the columns of each input in a recipe and import the model with --recipe FILE.',
    );
    return null;
  }
  const named = new Set(
    recipe.inputs.flatMap((other) =>
      other.from === 'columns' && Array.isArray(other.columns) ? other.columns.map((feature) => feature.column) : [],
    ),
  );
  return chooseColumns(input, named, binder);
}

function rangeOf(
  input: ColumnsInput,
  { first, last }: { first: string; last: string },
  binder: Binder,
  recipe: Recipe,
): ChosenFeatures | null {
  const { names } = binder.table;
  const ends = [first, last].map((column) => ({ column, missing: input.missing, steps: [] }));
  const lacking = ends.filter((end) => !names.includes(end.column));
  if (lacking.length > 0) {
    refuseMissing(input, ends, lacking, binder, recipe);
    return null;
  }
  const from = names.indexOf(first);
  const to = names.indexOf(last);
  if (to < from) {
    binder.refuseInput(
      input.input,
      `The column ${shown(last)} stands before ${shown(first)} in ${binder.dataName}.`,
      'Swap the first and the last column of the range.',
    );
    return null;
  }
  const between = names.slice(from, to + 1);
  const left = between.filter((name) => binder.isKeptOut(name));
  const features = between
    .filter((name) => !binder.isKeptOut(name))
    .map((column): FeatureColumn => ({ column, missing: input.missing, steps: [] }));
  const without = left.length === 0 ? '' : ` without ${listed(left)}`;
  return { features, isGuess: false, how: `, the columns from ${shown(first)} to ${shown(last)}${without}` };
}

/** Missing columns that have a line and a closest name each. */
const mostMissingTold = 50;

function refuseMissing(
  input: ColumnsInput,
  features: readonly FeatureColumn[],
  missing: readonly FeatureColumn[],
  binder: Binder,
  recipe: Recipe,
): void {
  const taken = new Set(features.map((feature) => feature.column));
  const free = binder.table.names.filter((name) => !taken.has(name));
  // Looking for the closest of very many names takes long, and nobody reads more lines than these.
  const told = missing.slice(0, mostMissingTold);
  const closest = new Map(told.map((feature) => [feature.column, closestName(feature.column, free)]));
  for (const { column } of told) {
    const near = closest.get(column) ?? null;
    const offer = near === null ? '' : ` The closest column is ${shown(near)}.`;
    const words = `${binder.dataName} lacks ${shown(column)}, which feeds the input ${shown(input.input)}.${offer}`;
    binder.line({ input: input.input, from: null, status: 'missing', words });
  }
  const [first] = missing;
  const all = missing.map((feature) => feature.column);
  const offers = all.flatMap((column) => {
    const near = closest.get(column) ?? null;
    return near === null ? [] : [`${shown(near)} for ${shown(column)}`];
  });
  const message = `${binder.dataName} lacks ${listed(all)}, needed by the input ${shown(input.input)}.`;
  const offer =
    offers.length === 0
      ? ` Its columns are ${listed(binder.table.names)}.`
      : ` The closest ${offers.length === 1 ? 'column is' : 'columns are'} ${listed(offers)}.`;
  binder.refuse(
    problem('BINDING_MISSING_COLUMN', message + offer, {
      subject: first?.column ?? null,
      hint: missingHint(input, features, { closest, missing: new Set(all).size }, recipe),
    }),
  );
}

/** The flag that takes the closest columns, ready to copy, where one flag can say it. */
function missingHint(
  input: ColumnsInput,
  features: readonly FeatureColumn[],
  { closest, missing }: { closest: ReadonlyMap<string, string | null>; missing: number },
  recipe: Recipe,
): string {
  const areAllOffered = closest.size === missing && [...closest.values()].every((near) => near !== null);
  const offered = new Set(closest.values());
  const isOnly = recipe.inputs.filter((other) => other.from === 'columns').length === 1;
  if (isOnly && Array.isArray(input.columns) && areAllOffered && offered.size === closest.size) {
    const names = features.map((feature) => closest.get(feature.column) ?? feature.column);
    return `If that is meant: --features ${asFlagValue(names)}`;
  }
  return 'Rename the column in the data, or change the name in the recipe.';
}
