import { describe, expect, test } from 'vitest';
import type { ColumnInfo, SampleCell } from '../../../engine/contract/index.ts';
import { guessRoles, type GuessedData, type GuessingModel } from '../../../engine/intake/guesses.ts';
import { orderModels } from '../../../engine/intake/model-order.ts';
import { predictionColumns } from '../../../engine/intake/predictions.ts';

type Cells = Record<string, SampleCell[]>;

function dataOf(cells: Cells, predictions: string[] = []): GuessedData {
  const names = Object.keys(cells);
  const columns = names.map((name): ColumnInfo => {
    const isNumber = cells[name]!.every((cell) => typeof cell === 'number');
    return { name, type: isNumber ? 'integer' : 'string', missing: 0 };
  });
  const rows = cells[names[0]!]!.map((_, row) => names.map((name) => cells[name]![row] ?? null));
  return { columns, sample: { columns: names, rows }, predictions, classes: [] };
}

function model(facts: Partial<GuessingModel['facts']>): GuessingModel {
  const none = { task: 'raw' as const, labels: null, positive: null, features: null, pictures: false };
  return { shown: 'm.onnx', facts: { ...none, ...facts } };
}

const counting = (rows: number, from = 0): number[] => Array.from({ length: rows }, (_, row) => from + row);
const repeating = (rows: number, values: SampleCell[]): SampleCell[] =>
  Array.from({ length: rows }, (_, row) => values[row % values.length]!);

describe('the roles of columns', () => {
  test('are guessed by names and values', () => {
    const data = dataOf({ customer_id: counting(20, 100), age: counting(20), target: repeating(20, [0, 1]) });
    const { id, label, positive } = guessRoles(data, []);
    expect([id.value, label.value, positive.value]).toEqual(['customer_id', 'target', '1']);
    for (const { why } of [id, label, positive]) expect(why).toMatch(/\.$/);
  });

  test('are not guessed where nothing speaks for them', () => {
    const none = { value: null, why: null };
    const data = dataOf({ a: counting(20), b: repeating(20, ['x', 'y', 'z']) });
    expect(guessRoles(data, [])).toEqual({ label: none, id: none, positive: none });
    expect(guessRoles(null, [])).toEqual({ label: none, id: none, positive: none });
    // An id whose values repeat is none.
    expect(guessRoles(dataOf({ shop_id: repeating(20, [1, 2]) }), []).id).toEqual(none);
  });

  test('come from the classes of a model also where a sorted file shows but one of them', () => {
    const species = model({ task: 'classification', labels: ['Adelie', 'Gentoo'] });
    const sorted = dataOf({ mass: counting(20), kind: repeating(20, ['Adelie']) });
    expect(guessRoles(sorted, [species]).label.value).toBe('kind');
    // One number, or one yes, may be anything.
    const flags = model({ task: 'classification', labels: ['0', '1'] });
    expect(guessRoles(dataOf({ mass: counting(20), promo: repeating(20, [1]) }), [flags]).label.value).toBeNull();
    const answers = model({ task: 'classification', labels: ['no', 'yes'] });
    expect(guessRoles(dataOf({ member: repeating(20, ['no']) }), [answers]).label.value).toBeNull();
  });

  test('come from the classes of a model where no name says them', () => {
    const data = dataOf({ age: counting(20), bought: repeating(20, ['nein', 'ja']) });
    const { label, positive } = guessRoles(data, [
      model({ task: 'classification', labels: ['ja', 'nein'], positive: 'ja' }),
    ]);
    expect(label).toEqual({ value: 'bought', why: 'Its values are the classes of m.onnx.' });
    expect(positive).toEqual({ value: 'ja', why: 'The positive class of m.onnx.' });
  });

  test('never are features of a model, nor predictions', () => {
    const data = dataOf({ y: counting(20), target: counting(20), label: repeating(20, ['a', 'b']) }, ['label']);
    const regression = model({ task: 'regression', features: ['y'] });
    expect(guessRoles(data, [regression]).label.value).toBe('target');
    expect(guessRoles(data, [model({ features: ['y', 'target'] })]).label.value).toBeNull();
  });

  test('take the one number that a regression leaves over for its truth', () => {
    const data = dataOf({ day: repeating(20, ['mon', 'tue']), hour: counting(20), bikers: counting(20, 7) });
    const regression = model({ task: 'regression', features: ['hour'] });
    expect(guessRoles(data, [regression]).label).toEqual({
      value: 'bikers',
      why: 'It is the one column of numbers that m.onnx does not take.',
    });
  });

  test('name as positive what says that it is so, else the second in order', () => {
    const positive = (values: SampleCell[]): string | null =>
      guessRoles(dataOf({ label: repeating(20, values) }), []).positive.value;
    expect(positive(['spam', 'ham'])).toBe('spam');
    expect(positive(['True', 'False'])).toBe('True');
    expect(positive(['zebra', 'ape'])).toBe('zebra');
    expect(positive(['a', 'b', 'c'])).toBeNull();
  });
});

describe('the order of models', () => {
  const at = (path: string, modified: number): Parameters<typeof orderModels>[0][number] => ({
    shown: path,
    path,
    modified,
    known: null,
  });

  test.each([
    [['/m/credit_v10.onnx', '/m/credit_v9.onnx', '/m/credit_v2.onnx']],
    [['/m/credit-1.10.onnx', '/m/credit-1.9.onnx']],
    [['/digits/v2/model.onnx', '/digits/v1/model.onnx']],
    [['/m/net.3.onnx', '/m/net.2.onnx']],
  ])('follows the numbers in their names: %j', (paths) => {
    expect(orderModels(paths.map((path) => at(path, 0)))).toEqual(paths.toReversed());
  });

  test('follows the time where a name has no number', () => {
    expect(orderModels([at('/m/b_v1.onnx', 30), at('/m/a.onnx', 20), at('/m/c.onnx', 10)])).toEqual([
      '/m/c.onnx',
      '/m/a.onnx',
      '/m/b_v1.onnx',
    ]);
  });

  test('follows the versions of one known model, and names each once', () => {
    const known = (version: number) => ({
      ...at(`/x/${version}.onnx`, 0),
      shown: `m@${version}`,
      known: { model: 'm', version },
    });
    expect(orderModels([known(12), known(3), known(12)])).toEqual(['m@3', 'm@12']);
  });
});

describe('columns of predictions', () => {
  test.each([
    [['row', 'prediction', 'confidence', 'probability_no'], 'prediction', ['probability_no']],
    [['id', 'y_true', 'y_pred'], 'y_pred', []],
    [['id', 'Predicted Label', 'prob.a', 'prob.b'], 'Predicted Label', ['prob.a', 'prob.b']],
    [['key', 'yhat'], 'yhat', []],
    [['id', 'y_score'], 'y_score', ['y_score']],
    [
      ['file', 'row', 'credit@2.prediction', 'credit@2.probability_yes'],
      'credit@2.prediction',
      ['credit@2.probability_yes'],
    ],
  ])('are found in %j', (columns, prediction, probabilities) => {
    expect(predictionColumns(columns)).toEqual({ prediction, probabilities });
  });

  test.each([[['age', 'score', 'income']], [['predictor_1', 'x']], [['problem', 'proband', 'probe_id']], [[]]])(
    'are not seen in %j',
    (columns) => {
      expect(predictionColumns(columns)).toBeNull();
    },
  );
});
