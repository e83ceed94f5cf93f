import { expect, test } from 'vitest';
import type { ColumnRoles, DataDescription, Inspection, Recipe } from '../../../engine/contract/index.ts';
import { bindData, suggestRecipe } from '../../../engine/recipes/index.ts';
import { counting, csv, inspectionOf, pictures, recipeOf, regressor } from './models.ts';

function boundColumns(recipe: Recipe | null): string[] {
  return (recipe?.inputs ?? []).flatMap((input) =>
    input.from === 'columns' && Array.isArray(input.columns) ? input.columns.map((feature) => feature.column) : [],
  );
}

function bindOpen(inspection: Inspection, data: DataDescription, roles: ColumnRoles = {}) {
  return bindData(suggestRecipe(inspection).recipe, inspection, data, roles);
}

const tenRows = counting(10, 0.5);

test('exactly as many numeric columns as the input takes are used in the order of the file, said so', () => {
  const { recipe, lines, refusal, unused, notes } = bindOpen(
    regressor(2),
    csv({ b: tenRows, name: ['x', 'y'], a: tenRows }),
  );
  expect(refusal).toBeNull();
  expect(boundColumns(recipe)).toEqual(['b', 'a']);
  expect(lines).toEqual([
    {
      input: 'X',
      from: 'b and a',
      status: 'guessed',
      words: 'X: b and a, the 2 numeric columns of the data in its order.',
    },
  ]);
  expect(unused).toEqual(['name']);
  expect(notes).toEqual(['Not used: name.']);
});

test('label, id and kept columns are left out before counting', () => {
  const data = csv({ key: counting(10), a: tenRows, b: tenRows, truth: tenRows, extra: tenRows });
  const binding = bindOpen(regressor(2), data, { label: 'truth', id: 'key', keep: ['extra'] });
  expect(boundColumns(binding.recipe)).toEqual(['a', 'b']);
  expect(binding.label).toEqual({ column: 'truth', guessed: false });
  expect(binding.id).toEqual({ column: 'key', guessed: false });
  expect(binding.unused).toEqual([]);
});

test.each([
  ['target', counting(10, 0.1, 0.7)],
  ['label', [0, 1, 0, 1, 1, 0, 1, 0, 1, 1]],
  ['Class', [0, 1, 2, 1, 1, 0, 1, 0, 1, 1]],
  ['y', [0, 1, 0, 1, 1, 0, 1, 0, 1, 1]],
])('one column too many is resolved by keeping out %s, which looks like a label', (name, values) => {
  const binding = bindOpen(regressor(2), csv({ a: tenRows, [name]: values, b: tenRows }));
  expect(boundColumns(binding.recipe)).toEqual(['a', 'b']);
  expect(binding.label).toEqual({ column: name, guessed: true });
  expect(binding.notes.join()).toContain(`${name} is kept out`);
});

test.each(['id', 'customer_id', 'Unnamed: 0', 'index', 'PassengerId'])(
  'one column too many is resolved by keeping out %s, which looks like an id',
  (name) => {
    const binding = bindOpen(regressor(2), csv({ [name]: counting(10, 1), a: tenRows, b: tenRows }));
    expect(boundColumns(binding.recipe)).toEqual(['a', 'b']);
    expect(binding.id).toEqual({ column: name, guessed: true });
  },
);

test('a column called id whose values repeat is no id', () => {
  const binding = bindOpen(regressor(2), csv({ id: [1, 2, 1, 2, 1, 2, 1, 2, 1, 2], a: tenRows, b: tenRows }));
  expect(binding.refusal?.code).toBe('BINDING_AMBIGUOUS');
});

test('where exactly as many columns are there, one that looks like a label is used and said so', () => {
  const binding = bindOpen(regressor(3), csv({ a: tenRows, b: tenRows, target: tenRows }));
  expect(boundColumns(binding.recipe)).toEqual(['a', 'b', 'target']);
  expect(binding.notes.join()).toContain('target is among the features although it looks like a label');
});

test('booleans count where the numbers alone are too few', () => {
  const binding = bindOpen(regressor(2), csv({ a: tenRows, flag: [true, false, true], name: ['x'] }));
  expect(boundColumns(binding.recipe)).toEqual(['a', 'flag']);
  expect(binding.lines[0]!.words).toContain('numeric or boolean');
});

test('a column of numbers with some dirt counts as numeric, its dirty rows being noted', () => {
  const data = csv({ id: counting(10), a: tenRows, b: ['1', '2.5', 'oops', '4', ''] });
  const binding = bindOpen(regressor(2), data);
  expect(boundColumns(binding.recipe)).toEqual(['a', 'b']);
  expect(binding.id).toEqual({ column: 'id', guessed: true });
  expect(binding.notes.join()).toContain('1 sampled cell of b is no number ("oops")');
});

test('another number of columns is refused with the candidates and the flag ready to copy', () => {
  const { recipe, refusal, lines } = bindOpen(regressor(2), csv({ a: tenRows, 'b,c': tenRows, d: tenRows }));
  expect(recipe).toBeNull();
  expect(refusal).toMatchObject({ code: 'BINDING_AMBIGUOUS', subject: 'X' });
  expect(refusal!.message).toContain('takes 2 columns, and test.csv has 3 numeric ones left: a, b,c and d');
  expect(refusal!.hint).toContain('--features a,"b,c",d');
  expect(lines[0]!.status).toBe('ambiguous');
});

test('an input of any width takes every numeric column left, said as a guess', () => {
  const binding = bindOpen(regressor(null), csv({ id: counting(10), a: tenRows, b: tenRows, note: ['x'] }));
  expect(boundColumns(binding.recipe)).toEqual(['a', 'b']);
  expect(binding.lines[0]!.status).toBe('guessed');
});

test('a named column that is missing is refused and the closest name offered, never silently used', () => {
  const { recipe } = suggestRecipe(regressor(2), { features: ['income', 'age'] });
  for (const [found, offered] of [
    ['Income', 'Income'],
    ['INCOME ', 'INCOME '],
    ['income_eur', 'income_eur'],
    ['incmoe', 'incmoe'],
  ]) {
    const binding = bindData(recipe, regressor(2), csv({ [found!]: tenRows, age: tenRows, other: tenRows }));
    expect(binding.recipe).toBeNull();
    expect(binding.refusal).toMatchObject({ code: 'BINDING_MISSING_COLUMN', subject: 'income' });
    expect(binding.refusal!.message).toContain(offered!.trim());
    expect(binding.refusal!.hint).toBe(`If that is meant: --features ${offered!},age`);
    expect(binding.lines[0]).toMatchObject({ status: 'missing' });
  }
  const none = bindData(recipe, regressor(2), csv({ zzz: tenRows, age: tenRows }));
  expect(none.refusal!.message).toContain('Its columns are zzz and age');
});

test('of one-hot codes and steps the named features take the places of the recipe in order', () => {
  const recipe = recipeOf(
    [
      {
        input: 'X',
        from: 'columns',
        columns: [{ column: 'age', steps: [{ step: 'standardise', mean: 1, std: 2 }] }, { column: 'b' }],
      },
    ],
    { task: 'regression', prediction: 'variable' },
  );
  const binding = bindData(recipe, regressor(2), csv({ years: tenRows, b: tenRows }), { features: ['years', 'b'] });
  expect(binding.recipe!.inputs[0]).toMatchObject({
    columns: [{ column: 'years', steps: [{ mean: 1 }] }, { column: 'b' }],
  });
  expect(binding.notes.join()).toContain('years for age');
  expect(bindData(recipe, regressor(2), csv({ years: tenRows }), { features: ['years'] }).refusal?.code).toBe(
    'BINDING_AMBIGUOUS',
  );
});

test('a range takes the columns between in the order of the file, without label and id', () => {
  const { recipe } = suggestRecipe(regressor(3), { featuresFrom: 'a', featuresTo: 'd' });
  const data = csv({ z: tenRows, a: tenRows, b: tenRows, truth: tenRows, d: tenRows });
  expect(boundColumns(bindData(recipe, regressor(3), data, { label: 'truth' }).recipe)).toEqual(['a', 'b', 'd']);
  const wrong = bindData(recipe, regressor(3), data);
  expect(wrong.refusal).toMatchObject({ code: 'RECIPE_MISFIT' });
  const turned = bindData(
    suggestRecipe(regressor(3), { featuresFrom: 'd', featuresTo: 'a' }).recipe,
    regressor(3),
    data,
  );
  expect(turned.refusal!.message).toContain('stands before');
});

test('a column of which no sampled cell is a number is refused, one with some is taken and said so', () => {
  const { recipe } = suggestRecipe(regressor(1), { features: ['a'] });
  const never = bindData(recipe, regressor(1), csv({ a: ['low', 'high'] }));
  expect(never.refusal).toMatchObject({ code: 'BINDING_TYPE', subject: 'a' });
  expect(never.refusal!.message).toContain('"low"');
  const some = bindData(recipe, regressor(1), csv({ a: ['1', 'oops', '2'] }));
  expect(some.refusal).toBeNull();
  expect(some.notes.join()).toContain('1 sampled cell of a is no number');
});

test('a column of fractions is refused for whole numbers', () => {
  const inspection = inspectionOf([['i', 'int64', [null, 1]]], [['y', 'float32', [null, 1], 'Add']]);
  const { recipe } = suggestRecipe(inspection, { features: ['a'] });
  expect(bindData(recipe, inspection, csv({ a: [0.5, 1.5] })).refusal?.code).toBe('BINDING_TYPE');
  expect(bindData(recipe, inspection, csv({ a: [0.5, 2] })).refusal).toBeNull();
});

test('several inputs are bound by name and a missing one is named with its input', () => {
  const inspection = inspectionOf(
    [
      ['age', 'float32', [null, 1]],
      ['sex', 'string', [null, 1]],
    ],
    [['y', 'float32', [null, 1], 'Add']],
  );
  const good = bindOpen(inspection, csv({ sex: ['f', 'm'], age: [1, 2], more: [1, 2] }));
  expect(good.refusal).toBeNull();
  expect(good.lines.map((line) => [line.input, line.from, line.status])).toEqual([
    ['age', 'age', 'ok'],
    ['sex', 'sex', 'ok'],
  ]);
  const bad = bindOpen(inspection, csv({ Sex: ['f', 'm'], age: [1, 2] }));
  expect(bad.refusal).toMatchObject({ code: 'BINDING_MISSING_COLUMN', subject: 'sex' });
  expect(bad.refusal!.message).toContain('The closest column is Sex');
});

test('a label or id that does not exist is refused with the closest name', () => {
  const binding = bindOpen(regressor(1), csv({ a: tenRows, target: tenRows }), { label: 'Target' });
  expect(binding.refusal).toMatchObject({
    code: 'BINDING_MISSING_COLUMN',
    subject: 'Target',
    hint: 'The closest column is target.',
  });
});

test('pictures for a model of columns and a table for a model of pictures are refused in words', () => {
  expect(bindOpen(regressor(2), pictures()).refusal).toMatchObject({ code: 'BINDING_TYPE' });
  const image = inspectionOf([['x', 'float32', ['N', 1, 28, 28]]], [['y', 'float32', ['N', 10], 'Softmax']]);
  expect(bindOpen(image, csv({ a: tenRows })).refusal!.message).toContain('test.csv is a table');
  const bound = bindOpen(image, pictures());
  expect(bound.lines[0]).toMatchObject({ status: 'ok', from: 'image' });
  expect(bound.lines[0]!.words).toContain('28 x 28');
});

test('pictures of any size need a size in the recipe', () => {
  const image = inspectionOf([['x', 'float32', ['N', 1, 'h', 'w']]], [['y', 'float32', ['N', 10], 'Softmax']]);
  const { recipe } = suggestRecipe(image);
  expect(bindData(recipe, image, pictures()).refusal!.hint).toContain('"step": "resize"');
  const sized: Recipe = {
    ...recipe,
    inputs: recipe.inputs.map((input) => ({ ...input, size: { width: 8, height: 8 } }) as never),
  };
  expect(bindData(sized, image, pictures()).refusal).toBeNull();
});

test('inputs left at their default and a model without inputs are told', () => {
  const optional = inspectionOf(
    [
      ['x', 'float32', ['N', 1]],
      ['scale', 'float32', [1]],
    ],
    [['y', 'float32', ['N', 1], 'Mul']],
    { optionalInputs: ['scale'] },
  );
  expect(bindOpen(optional, csv({ a: tenRows })).lines.at(-1)).toMatchObject({ input: 'scale', status: 'default' });
  const none = inspectionOf([], [['y', 'float32', [2], 'Neg']]);
  expect(bindOpen(none, csv({ a: tenRows })).refusal!.message).toContain('takes no input');
});

test('hostile column names are quoted for the flag and never run over a line of the sentence', () => {
  const binding = bindOpen(regressor(3), csv({ 'a\nb': tenRows, __proto__x: tenRows }));
  expect(binding.refusal!.message).not.toContain('\n');
  expect(binding.refusal!.hint).toContain('"a\nb"');
});
