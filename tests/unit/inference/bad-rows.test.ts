import { afterAll, expect, test } from 'vitest';
import { openPredictor } from '../../../engine/inference/index.ts';
import { inspectModel } from '../../../engine/models/index.ts';
import { bindData, suggestRecipe } from '../../../engine/recipes/index.ts';
import { batchOf, descriptionOf, expectedRuns, modelPath, openSuggested, removeCopies, tableOf } from './fixtures.ts';

afterAll(removeCopies);

/** The vocabulary of the embedding model has 20 entries; a larger token makes its Gather fail. */
function tokens(rows: number, bad: ReadonlySet<number>): Record<string, number[]> {
  const column = (shift: number): number[] =>
    Array.from({ length: rows }, (_, row) => (bad.has(row) ? 500 : (row + shift) % 20));
  return { a: column(0), b: column(3), c: column(7) };
}

test('rows that the model cannot run cost those rows alone, wherever they stand', async () => {
  const bad = new Set([0, 17, 18, 63, 99]);
  const table = tokens(100, bad);
  const { predictor } = await openSuggested('valid/embedding_tokens', table);
  const { columns, errors } = await predictor.predict(batchOf(predictor.wants, table));
  expect(errors.flatMap((error, row) => (error === null ? [] : [row]))).toEqual([...bad]);
  expect(errors[17]).toMatch(/^the model could not run this row: Gather.*idx=500/);
  expect(errors[17]).not.toMatch(/onnxruntime_src|0x|\/[a-z_]+\//i);
  const clean = await predictor.predict(batchOf(predictor.wants, tokens(100, new Set())));
  const scores = columns[0]!.values as (Float32Array | null)[];
  const undisturbed = clean.columns[0]!.values as (Float32Array | null)[];
  expect(scores).toEqual(undisturbed.map((values, row) => (bad.has(row) ? null : values)));
  await predictor.close();
});

test('the last row alone is found to be bad in a batch of one more than a power of two', async () => {
  const table = tokens(257, new Set([256]));
  const { predictor } = await openSuggested('valid/embedding_tokens', table);
  const { errors } = await predictor.predict(batchOf(predictor.wants, table));
  expect(errors.flatMap((error, row) => (error === null ? [] : [row]))).toEqual([256]);
  await predictor.close();
});

test('a batch in which every row fails gives every row an error and no prediction', async () => {
  const all = new Set(Array.from({ length: 3000 }, (_, row) => row));
  const table = tokens(3000, all);
  const { predictor } = await openSuggested('valid/embedding_tokens', table);
  const { columns, errors } = await predictor.predict(batchOf(predictor.wants, table));
  expect(errors.every((error) => error !== null)).toBe(true);
  expect((columns[0]!.values as unknown[]).every((value) => value === null)).toBe(true);
  await predictor.close();
});

test('good rows behind many bad ones are still scored', async () => {
  const table = tokens(600, new Set(Array.from({ length: 300 }, (_, row) => row)));
  const { predictor } = await openSuggested('valid/embedding_tokens', table);
  const { errors } = await predictor.predict(batchOf(predictor.wants, table));
  expect(errors.filter((error) => error === null)).toHaveLength(300);
  expect(errors.slice(300).every((error) => error === null)).toBe(true);
  await predictor.close();
});

test.each(['valid/static_batch_1', 'valid/static_batch_4'])(
  '%s takes any number of rows, its fixed batch being padded',
  async (name) => {
    const [run] = await expectedRuns(name);
    const one = tableOf(run!);
    const repeat = 7;
    const table = Object.fromEntries(
      Object.entries(one).map(([column, cells]) => [
        column,
        Array.from({ length: repeat }, (_, row) => cells[row % cells.length]!),
      ]),
    );
    const { predictor } = await openSuggested(name, table);
    const { columns, errors } = await predictor.predict(batchOf(predictor.wants, table));
    expect(errors).toEqual(Array.from({ length: repeat }).fill(null));
    const expected = run!.outputs['probabilities']!;
    for (let row = 0; row < repeat; row += 1) {
      for (let label = 0; label < 3; label += 1) {
        const value = columns.find((column) => column.name === `probability_${label}`)!.values[row];
        expect(value).toBeCloseTo(expected.data[(row % expected.shape[0]!) * 3 + label] as number, 6);
      }
    }
    await predictor.close();
  },
);

test('an empty batch gives empty columns', async () => {
  const table = tokens(4, new Set());
  const { predictor } = await openSuggested('valid/embedding_tokens', table);
  const empty = { ...batchOf(predictor.wants, { a: [], b: [], c: [] }), rows: 0 };
  const { columns, errors } = await predictor.predict(empty);
  expect(errors).toEqual([]);
  expect(columns[0]!.values).toHaveLength(0);
  await predictor.close();
});

test('batches that are asked for at once do not disturb each other', async () => {
  const first = tokens(50, new Set([3]));
  const second = tokens(50, new Set([9]));
  const { predictor } = await openSuggested('valid/embedding_tokens', first);
  const [a, b] = await Promise.all([
    predictor.predict(batchOf(predictor.wants, first)),
    predictor.predict(batchOf(predictor.wants, second)),
  ]);
  expect(a.errors.findIndex((error) => error !== null)).toBe(3);
  expect(b.errors.findIndex((error) => error !== null)).toBe(9);
  await predictor.close();
});

test("NaN from a regression is that row's error, infinity is a value", async () => {
  const table = { x: [0, 1, -1] };
  const { predictor } = await openSuggested('valid/output_not_finite', table);
  const { columns, errors } = await predictor.predict(batchOf(predictor.wants, table));
  const values = columns[0]!;
  if (values.type !== 'float32') throw new Error('a float32 column was expected');
  for (const [row, error] of errors.entries()) {
    expect(Number.isNaN(values.values[row])).toBe(false);
    expect(values.valid[row]).toBe(error === null ? 1 : 0);
  }
  expect(errors.filter((error) => error !== null)).toEqual(["the model's output is not a number (NaN)"]);
  await predictor.close();
});

test('inputs and outputs with hostile names run like any other', async () => {
  const inspection = await inspectModel(modelPath('valid/strange_names'));
  const { recipe } = suggestRecipe(inspection);
  const table = Object.create(null) as Record<string, number[]>;
  for (const input of inspection.signature.inputs) table[input.name] = [1, 2];
  const binding = bindData(recipe, inspection, descriptionOf(table));
  expect(binding.refusal).toBeNull();
  const predictor = await openPredictor({
    modelPath: modelPath('valid/strange_names'),
    inspection,
    recipe: binding.recipe!,
    threads: 1,
  });
  const { columns, errors } = await predictor.predict(batchOf(predictor.wants, table));
  expect(errors).toEqual([null, null]);
  expect(columns).toHaveLength(inspection.signature.outputs.length);
  for (const column of columns) expect([...column.values].map(Number)).toEqual([1, 2]);
  expect(new Set(columns.map((column) => column.name.toLowerCase())).size).toBe(columns.length);
  await predictor.close();
});
