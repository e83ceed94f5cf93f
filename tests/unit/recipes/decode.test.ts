import { expect, test } from 'vitest';
import { compileDecoder } from '../../../engine/recipes/index.ts';
import type { Decoded, OutputTensor } from '../../../engine/recipes/index.ts';
import { inspectionOf, recipeOf, zippedClassifier } from './models.ts';

const inputs = [{ input: 'X', from: 'columns' }];

function tensor(type: string, dims: number[], values: (number | bigint | string)[]): OutputTensor {
  const kinds = {
    float32: Float32Array,
    float64: Float64Array,
    int64: BigInt64Array,
    uint64: BigUint64Array,
    bool: Uint8Array,
    int32: Int32Array,
  };
  const data =
    type === 'string'
      ? (values as string[])
      : (kinds[type as 'float32'] as unknown as { from(values: unknown): Float32Array }).from(values);
  return { type, dims, data };
}

function valuesOf(decoded: Decoded, name: string): unknown[] {
  const column = decoded.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new Error(`There is no column ${name}.`);
  const values = [...column.values] as unknown[];
  return 'valid' in column ? values.map((value, row) => (column.valid[row] === 1 ? value : null)) : values;
}

function classifier(
  outputs: object,
  scores: [type: string, shape: (number | null)[]] = ['float32', [null, 3]],
  labels: string[] | null = null,
) {
  const inspection = inspectionOf([['X', 'float32', [null, 2]]], [['p', scores[0], scores[1], 'Softmax']], { labels });
  return compileDecoder(
    recipeOf(inputs, { task: 'classification', decision: 'argmax', prediction: 'p', ...outputs }),
    inspection,
  );
}

test("argmax gives the first of the largest, its confidence and every probability, in the model's precision", () => {
  const decoder = classifier({ labels: ['a', 'b', 'c'] });
  expect(decoder.fetches).toEqual(['p']);
  expect(decoder.columns).toEqual([
    { name: 'prediction', type: 'string' },
    { name: 'confidence', type: 'float32' },
    { name: 'probability_a', type: 'float32' },
    { name: 'probability_b', type: 'float32' },
    { name: 'probability_c', type: 'float32' },
  ]);
  const decoded = decoder.decode(new Map([['p', tensor('float32', [2, 3], [0.2, 0.7, 0.1, 0.4, 0.2, 0.4])]]), 2);
  expect(valuesOf(decoded, 'prediction')).toEqual(['b', 'a']);
  expect(valuesOf(decoded, 'confidence')).toEqual([Math.fround(0.7), Math.fround(0.4)]);
  expect(valuesOf(decoded, 'probability_c')).toEqual([Math.fround(0.1), Math.fround(0.4)]);
});

test('softmax does not overflow, sums to 1 and is computed in double', () => {
  const decoder = classifier({ activation: 'softmax', labels: ['a', 'b', 'c'] });
  const decoded = decoder.decode(new Map([['p', tensor('float32', [2, 3], [1000, 1001, 999, -1e30, 0, 1e30])]]), 2);
  const sums = [0, 1].map((row) =>
    ['a', 'b', 'c'].reduce((sum, label) => sum + Number(valuesOf(decoded, `probability_${label}`)[row]), 0),
  );
  expect(sums[0]).toBeCloseTo(1, 12);
  expect(sums[1]).toBe(1);
  expect(valuesOf(decoded, 'probability_b')[0]).toBeCloseTo(Math.E / (Math.E + 1 + 1 / Math.E), 12);
  expect(decoder.columns[1]!.type).toBe('float64');
});

test('labels that are whole numbers, or that are not known, make predictions whole numbers', () => {
  for (const decoder of [
    classifier({ labels: ['10', '20', '30'] }),
    classifier({}, ['float32', [null, 3]], ['10', '20', '30']),
  ]) {
    const decoded = decoder.decode(new Map([['p', tensor('float32', [1, 3], [0, 0, 1])]]), 1);
    expect(valuesOf(decoded, 'prediction')).toEqual([30n]);
    expect(decoder.columns.map((column) => column.name)).toContain('probability_20');
  }
  const unknown = classifier({});
  expect(unknown.notes.join()).toContain('no names');
  expect(valuesOf(unknown.decode(new Map([['p', tensor('float32', [1, 3], [0, 0, 1])]]), 1), 'prediction')).toEqual([
    2n,
  ]);
});

test('model labels that are not as many as the classes are not used, said so', () => {
  const decoder = classifier({}, ['float32', [null, 3]], ['yes', 'no']);
  expect(decoder.columns.map((column) => column.name)).toContain('probability_2');
  expect(decoder.notes.join()).toContain('2 labels for 3 classes');
});

test('a row with NaN among its scores is an error and null, the others stand', () => {
  const decoder = classifier({ labels: ['a', 'b', 'c'], activation: 'softmax' });
  const decoded = decoder.decode(new Map([['p', tensor('float32', [2, 3], [1, Number.NaN, 0, 3, 2, 1])]]), 2);
  expect(Object.fromEntries(decoded.errors)).toEqual({ 0: "the model's output is not a number (NaN)" });
  expect(valuesOf(decoded, 'prediction')).toEqual([null, 'a']);
  expect(valuesOf(decoded, 'confidence')[0]).toBeNull();
  expect(valuesOf(decoded, 'probability_b')[0]).toBeNull();
});

test.each([
  [
    [null, 1],
    [0.25, 0.5],
  ],
  [[null], [0.25, 0.5]],
])('a threshold on one probability of shape %j decides between two labels', (shape, values) => {
  const decoder = classifier({ decision: 'threshold', labels: ['no', 'yes'], threshold: 0.5 }, ['float32', shape]);
  const dims = shape.length === 1 ? [2] : [2, 1];
  const decoded = decoder.decode(new Map([['p', tensor('float32', dims, values)]]), 2);
  expect(valuesOf(decoded, 'prediction')).toEqual(['no', 'yes']);
  expect(valuesOf(decoded, 'confidence')).toEqual([0.75, 0.5]);
  expect(valuesOf(decoded, 'probability_yes')).toEqual([0.25, 0.5]);
  expect(valuesOf(decoded, 'probability_no')).toEqual([0.75, 0.5]);
});

test('the positive class can be the first label, and the scores logits', () => {
  const decoder = classifier(
    { decision: 'threshold', labels: ['spam', 'ham'], positive: 'spam', activation: 'sigmoid', threshold: 0.9 },
    ['float32', [null, 1]],
  );
  const decoded = decoder.decode(new Map([['p', tensor('float32', [2, 1], [5, 1])]]), 2);
  expect(valuesOf(decoded, 'prediction')).toEqual(['spam', 'ham']);
  expect(valuesOf(decoded, 'probability_spam')[0]).toBeCloseTo(1 / (1 + Math.exp(-5)), 12);
  // 0.73 is below the threshold, and still the larger of the two probabilities.
  expect(valuesOf(decoded, 'confidence')[1]).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
});

test('a map output is fetched by its tensor and decided by the label output', () => {
  const outputs = {
    task: 'classification',
    decision: 'label',
    prediction: 'output_label',
    scores: 'output_probability',
  };
  const decoder = compileDecoder(recipeOf(inputs, outputs), zippedClassifier(2, ['no', 'maybe', 'yes']));
  expect(decoder.fetches).toEqual(['output_label', 'probabilities']);
  const decoded = decoder.decode(
    new Map([
      ['output_label', tensor('string', [2], ['maybe', 'odd'])],
      ['probabilities', tensor('float32', [2, 3], [0.5, 0.25, 0.25, 0.125, 0.75, 0.125])],
    ]),
    2,
  );
  expect(valuesOf(decoded, 'prediction')).toEqual(['maybe', 'odd']);
  // The confidence is that of the class that the model decided for, not the largest.
  expect(valuesOf(decoded, 'confidence')).toEqual([0.25, 0.75]);
});

test('class numbers become the labels of the recipe, and one without a label is an error', () => {
  const inspection = inspectionOf([['X', 'float32', [null, 2]]], [['label', 'int64', [null], 'ArgMax']]);
  const decoder = compileDecoder(
    recipeOf(inputs, { task: 'classification', decision: 'label', prediction: 'label', labels: ['cat', 'dog'] }),
    inspection,
  );
  const decoded = decoder.decode(new Map([['label', tensor('int64', [3], [1n, 0n, 7n])]]), 3);
  expect(valuesOf(decoded, 'prediction')).toEqual(['dog', 'cat', null]);
  expect(decoded.errors.get(2)).toBe('the model gives the class 7, the recipe has 2 labels');
});

test('labels alike but for case, or twice, get columns of their own', () => {
  const decoder = classifier({ labels: ['crane', 'Crane', 'crane'] });
  expect(decoder.columns.map((column) => column.name)).toEqual([
    'prediction',
    'confidence',
    'probability_crane',
    'probability_Crane_2',
    'probability_crane_3',
  ]);
  expect(decoder.notes).toHaveLength(2);
});

test('an unknown number of classes, or more than 100, gives the 5 most probable', () => {
  const open = classifier({}, ['float32', [null, null]]);
  expect(open.columns.map((column) => column.name)).toEqual(['prediction', 'confidence', 'top5']);
  const decoded = open.decode(new Map([['p', tensor('float32', [1, 7], [0.1, 0.3, 0.05, 0.3, 0.02, 0.2, 0.03])]]), 1);
  const [top] = valuesOf(decoded, 'top5') as { label: string; probability: number }[][];
  expect(top!.map((entry) => entry.label)).toEqual(['1', '3', '5', '0', '2']);
  const labels = Array.from({ length: 101 }, (_, index) => `l${index}`);
  expect(classifier({ labels }, ['float32', [null, 101]]).columns).toHaveLength(3);
  expect(classifier({ labels: labels.slice(1) }, ['float32', [null, 100]]).columns).toHaveLength(102);
});

test('a regression gives one column, or one per value, and NaN is an error of its row', () => {
  const inspection = inspectionOf([['X', 'float32', [null, 2]]], [['y', 'float64', [null, 2], 'Gemm']]);
  const decoder = compileDecoder(recipeOf(inputs, { task: 'regression', prediction: 'y' }), inspection);
  expect(decoder.columns).toEqual([
    { name: 'prediction_1', type: 'float64' },
    { name: 'prediction_2', type: 'float64' },
  ]);
  const decoded = decoder.decode(new Map([['y', tensor('float64', [2, 2], [1, 2, 3, Number.NaN])]]), 2);
  expect(valuesOf(decoded, 'prediction_1')).toEqual([1, null]);
  expect(decoded.errors.size).toBe(1);
});

test('raw outputs are a column each: scalars, lists, text, truth and whole numbers, under names of their own', () => {
  const inspection = inspectionOf(
    [['X', 'float32', [null, 2]]],
    [
      ['s', 'float32', [null, 1], 'Add'],
      ['v', 'float32', [null, 2, 2], 'Add'],
      ['t', 'string', [null], 'Cast'],
      ['b', 'bool', [null], 'Less'],
      ['error', 'int64', [null], 'Cast'],
      ['S', 'uint64', [null], 'Cast'],
    ],
  );
  const decoder = compileDecoder(
    recipeOf(inputs, { task: 'raw', outputs: ['s', 'v', 't', 'b', 'error', 'S'] }),
    inspection,
  );
  expect(decoder.columns.map((column) => [column.name, column.type])).toEqual([
    ['s', 'float32'],
    ['v', 'list<float32>'],
    ['t', 'string'],
    ['b', 'boolean'],
    ['error_2', 'int64'],
    ['S_2', 'int64'],
  ]);
  const decoded = decoder.decode(
    new Map([
      ['s', tensor('float32', [2, 1], [1, Number.NaN])],
      ['v', tensor('float32', [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])],
      ['t', tensor('string', [2], ['x', 'y'])],
      ['b', tensor('bool', [2], [1, 0])],
      ['error', tensor('int64', [2], [5n, 6n])],
      ['S', tensor('uint64', [2], [7n, 2n ** 63n])],
    ]),
    2,
  );
  expect(valuesOf(decoded, 's')).toEqual([1, Number.NaN]);
  expect(valuesOf(decoded, 'v')).toEqual([Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7, 8)]);
  expect(valuesOf(decoded, 't')[0]).toBe('x');
  expect(valuesOf(decoded, 'S_2')).toEqual([7n, null]);
  expect(decoded.errors.get(1)).toContain('beyond the range of int64');
});

test('an output whose first dimension does not count rows is refused in words', () => {
  const decoder = classifier({ labels: ['a', 'b', 'c'] });
  expect(() => decoder.decode(new Map([['p', tensor('float32', [1, 3], [1, 0, 0])]]), 2)).toThrow(
    /shape \[1, 3\] for 2 rows/,
  );
  expect(() => decoder.decode(new Map([['p', tensor('float32', [2, 2], [1, 0, 0, 1])]]), 2)).toThrow(
    /gives 2 values a row, 3 were expected/,
  );
});
