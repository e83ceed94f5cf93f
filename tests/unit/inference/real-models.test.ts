import { afterAll, expect, test } from 'vitest';
import type { Recipe } from '../../../engine/contract/index.ts';
import { removeCopies, batchOf, expectedRuns, openSuggested, tableOf } from './fixtures.ts';

afterAll(removeCopies);

/** Models whose inputs are columns, with the output that is compared with `prediction`. */
const predictions = [
  ['valid/logistic_plain', 'label'],
  ['valid/logistic_zipmap_int', 'output_label'],
  ['valid/logistic_zipmap_text', 'output_label'],
  ['valid/logistic_zipmap_columns', 'output_label'],
  ['valid/lightgbm_binary', 'label'],
  ['valid/tree_random_forest', 'output_label'],
  ['valid/tree_histogram_boosting', 'label'],
  ['valid/classes_150', 'label'],
  ['valid/output_bool', 'passed'],
  ['valid/output_text', 'label'],
  ['valid/input_default', 'y'],
  ['valid/local_functions', 'y'],
  ['valid/if_subgraph', 'y'],
] as const;

test.each(predictions)('the predictions of %s are those that onnxruntime gives in Python', async (name, output) => {
  const runs = await expectedRuns(name);
  expect(runs.length).toBeGreaterThan(0);
  for (const run of runs) {
    const table = tableOf(run);
    const hasMissing = Object.values(table).flat().includes(null);
    const { predictor, inspection } = await openSuggested(name, table, {}, hasMissing ? withNaN : undefined);
    // A run that overrides a default cannot be repeated: the runtime for Node takes no other value.
    if (Object.keys(run.inputs).some((input) => inspection.optionalInputs.includes(input))) continue;
    const { columns, errors } = await predictor.predict(batchOf(predictor.wants, table));
    expect(errors.every((error) => error === null)).toBe(true);
    const prediction = columns.find((column) => column.name === 'prediction')!;
    const expected = run.outputs[output]!.data;
    expect([...prediction.values].map(plain)).toEqual(expected.map(plain));
    await predictor.close();
  }
});

test('the probabilities behind a ZipMap are those of the maps, in the order of the labels', async () => {
  for (const name of [
    'valid/logistic_zipmap_text',
    'valid/logistic_zipmap_int',
    'valid/lightgbm_binary',
    'valid/tree_random_forest',
  ]) {
    const [run] = await expectedRuns(name);
    const table = tableOf(run!);
    const { predictor } = await openSuggested(name, table);
    const { columns } = await predictor.predict(batchOf(predictor.wants, table));
    const maps = Object.values(run!.outputs).find((value) => value.sequence !== undefined)!.sequence!;
    for (const [row, { map }] of maps.entries()) {
      for (const [label, probability] of map) {
        const column = columns.find((candidate) => candidate.name === `probability_${label}`)!;
        expect(column.values[row]).toBeCloseTo(probability, 6);
      }
      const confidence = columns.find((column) => column.name === 'confidence')!;
      expect(confidence.values[row]).toBeCloseTo(Math.max(...map.map(([, value]) => value)), 6);
    }
    await predictor.close();
  }
});

test('one output per class gives the same probabilities as the outputs themselves', async () => {
  const [run] = await expectedRuns('valid/logistic_zipmap_columns');
  const table = tableOf(run!);
  const { predictor } = await openSuggested('valid/logistic_zipmap_columns', table);
  const { columns, errors } = await predictor.predict(batchOf(predictor.wants, table));
  expect(errors.every((error) => error === null)).toBe(true);
  const names = ['setosa', 'versicolor', 'virginica'].map((label) => `probability_${label}`);
  expect(columns.map((column) => column.name)).toEqual(['prediction', 'confidence', ...names]);
  for (const label of ['setosa', 'versicolor', 'virginica']) {
    const found = columns.find((column) => column.name === `probability_${label}`)!.values;
    const expected = run!.outputs[`s${label}`]!.data as number[];
    expect(expected.length).toBe(found.length);
    for (const [row, probability] of expected.entries()) expect(found[row]).toBeCloseTo(probability, 6);
  }
  await predictor.close();
});

test('one value for a whole call is computed for every row alone', async () => {
  const table = { x: [1, 2, null, 3.5] };
  const { predictor } = await openSuggested('valid/output_scalar', table);
  const { columns, errors } = await predictor.predict(batchOf(predictor.wants, table));
  expect(errors).toEqual([null, null, 'x is missing', null]);
  expect([...columns[0]!.values]).toEqual([1, 2, 0, 3.5]);
  await predictor.close();
});

test('several named inputs of numbers, whole numbers and text are fed from the columns of their names', async () => {
  const [run] = await expectedRuns('valid/named_inputs_mixed');
  const table = { ...tableOf(run!), extra: ['a', 'b'] };
  const { predictor } = await openSuggested('valid/named_inputs_mixed', table);
  expect(predictor.wants.map((want) => want.as)).toEqual(['number', 'integer', 'text', 'text']);
  // The empty text of the fixture is a cell here, not a missing one.
  const { columns, errors } = await predictor.predict(batchOf(predictor.wants, table));
  expect(errors).toEqual([null, null]);
  expect([...columns[0]!.values]).toEqual(run!.outputs['output_label']!.data);
  await predictor.close();
});

test('a model that holds an imputer gets missing cells as NaN', async () => {
  const [run] = await expectedRuns('valid/imputer_nan');
  const table = tableOf(run!);
  expect(Object.values(table).flat().includes(null)).toBe(true);
  const { predictor } = await openSuggested('valid/imputer_nan', table);
  const { columns, errors } = await predictor.predict(batchOf(predictor.wants, table));
  expect(errors.every((error) => error === null)).toBe(true);
  expect([...columns[0]!.values].map(plain)).toEqual(run!.outputs['output_label']!.data.map(plain));
  await predictor.close();
});

test('a missing cell fails its row where the recipe gives no rule, and the others are scored', async () => {
  const [run] = await expectedRuns('valid/logistic_plain');
  const table = tableOf(run!);
  table['X_1']![1] = null;
  const { predictor } = await openSuggested('valid/logistic_plain', table);
  const { columns, errors } = await predictor.predict(batchOf(predictor.wants, table));
  expect(errors).toEqual([null, 'X_1 is missing', ...errors.slice(2).map(() => null)]);
  const [labels, confidence] = columns;
  if (labels?.type !== 'int64' || confidence?.type !== 'float32')
    throw new Error('an integer and a float32 were expected');
  expect(labels.valid[1]).toBe(0);
  expect(confidence.valid[1]).toBe(0);
  const expected = run!.outputs['label']!.data;
  expect([labels.values[0], labels.values[2]].map(Number)).toEqual([expected[0], expected[2]]);
  await predictor.close();
});

test('float16, float64 and int64 tensors go in and come out with their values', async () => {
  const half = await openSuggested('valid/input_float16', { a: [0.1, 2], b: [-3, 65504] });
  const halves = await half.predictor.predict(batchOf(half.predictor.wants, { a: [0.1, 2], b: [-3, 65504] }));
  const [runHalf] = await expectedRuns('valid/input_float16');
  expect(runHalf!.inputs['x']!.type).toBe('float16');
  expect(halves.errors).toEqual([null, null]);
  expect(halves.columns[0]!.type).toBe('list<float32>');

  for (const name of ['valid/input_float16', 'valid/input_double', 'valid/input_int64']) {
    const [run] = await expectedRuns(name);
    const table = tableOf(run!);
    const { predictor } = await openSuggested(name, table);
    const { columns, errors } = await predictor.predict(batchOf(predictor.wants, table));
    expect(errors.every((error) => error === null)).toBe(true);
    const flat = [...columns[0]!.values].flatMap((row) => [...(row as Iterable<number | bigint>)].map(Number));
    expect(flat).toEqual(run!.outputs['y']!.data.map(Number));
    await predictor.close();
  }
  await half.predictor.close();
});

test('int64 cells beyond 2^53 reach the model exactly', async () => {
  const big = 9_007_199_254_740_993n;
  const table = { a: [big, -big], b: [1n, 2n] };
  const { predictor } = await openSuggested('valid/input_int64', table);
  const { columns } = await predictor.predict(batchOf(predictor.wants, table));
  const [run] = await expectedRuns('valid/input_int64');
  const added = BigInt(run!.outputs['y']!.data[0] as number) - BigInt(run!.inputs['x']!.data[0] as number);
  expect((columns[0]!.values[0] as BigInt64Array)[0]).toBe(big + added);
  expect((columns[0]!.values[1] as BigInt64Array)[0]).toBe(-big + added);
  await predictor.close();
});

test('a softmax output gives the largest class with its confidence, a sigmoid the side of the threshold', async () => {
  const [run] = await expectedRuns('valid/softmax');
  const table = tableOf(run!);
  const { predictor } = await openSuggested('valid/softmax', table, { labels: ['a', 'b', 'c'] });
  const { columns } = await predictor.predict(batchOf(predictor.wants, table));
  const { data, shape } = run!.outputs['probabilities']!;
  for (let row = 0; row < shape[0]!; row += 1) {
    const scores = data.slice(row * 3, row * 3 + 3) as number[];
    expect(columns[0]!.values[row]).toBe(['a', 'b', 'c'][scores.indexOf(Math.max(...scores))]);
    expect(columns[1]!.values[row]).toBeCloseTo(Math.max(...scores), 6);
  }
  await predictor.close();

  const [sigmoid] = await expectedRuns('valid/sigmoid_one_column');
  const cells = tableOf(sigmoid!);
  const binary = await openSuggested('valid/sigmoid_one_column', cells, { labels: ['no', 'yes'] });
  const result = await binary.predictor.predict(batchOf(binary.predictor.wants, cells));
  expect(result.columns.map((column) => column.name)).toEqual([
    'prediction',
    'confidence',
    'probability_no',
    'probability_yes',
  ]);
  for (const [row, probability] of (sigmoid!.outputs['probability']!.data as number[]).entries()) {
    expect(result.columns[0]!.values[row]).toBe(probability >= 0.5 ? 'yes' : 'no');
    expect(result.columns[1]!.values[row]).toBeCloseTo(Math.max(probability, 1 - probability), 6);
  }
  await binary.predictor.close();
});

test('more than 100 classes give the 5 most probable in one column', async () => {
  const [run] = await expectedRuns('valid/classes_150');
  const table = tableOf(run!);
  const { predictor } = await openSuggested('valid/classes_150', table);
  expect(predictor.columns.map((column) => column.name)).toEqual(['prediction', 'confidence', 'top5']);
  const { columns } = await predictor.predict(batchOf(predictor.wants, table));
  const top = columns[2]!.values[0] as { label: string; probability: number }[];
  const scores = run!.outputs['probabilities']!.data.slice(0, 150) as number[];
  const sorted = scores
    .map((score, index) => ({ score, index }))
    .toSorted((a, b) => b.score - a.score || a.index - b.index);
  expect(top.map((entry) => entry.label)).toEqual(sorted.slice(0, 5).map((entry) => String(entry.index)));
  expect(top[0]!.probability).toBeCloseTo(sorted[0]!.score, 6);
  await predictor.close();
});

test('a regressor of two targets gives prediction_1 and prediction_2', async () => {
  const [run] = await expectedRuns('valid/regressor_two_targets');
  const table = tableOf(run!);
  const { predictor } = await openSuggested('valid/regressor_two_targets', table);
  const { columns } = await predictor.predict(batchOf(predictor.wants, table));
  expect(columns.map((column) => column.name)).toEqual(['prediction_1', 'prediction_2']);
  const { data, shape } = run!.outputs['variable']!;
  for (let row = 0; row < shape[0]!; row += 1) {
    expect(columns[0]!.values[row]).toBeCloseTo(data[row * 2] as number, 4);
    expect(columns[1]!.values[row]).toBeCloseTo(data[row * 2 + 1] as number, 4);
  }
  await predictor.close();
});

/** The recipe with NaN for missing cells. */
function withNaN(recipe: Recipe): Recipe {
  return {
    ...recipe,
    inputs: recipe.inputs.map((input) => (input.from === 'image' ? input : { ...input, missing: { rule: 'nan' } })),
  };
}

function plain(value: unknown): string | number {
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'number' ? value : /^-?\d+$/.test(String(value)) ? Number(value) : String(value);
}
