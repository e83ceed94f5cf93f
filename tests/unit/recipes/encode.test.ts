import { expect, test } from 'vitest';
import type { CellColumn, PixelColumn, RowBatch } from '../../../engine/data/index.ts';
import { compileEncoder } from '../../../engine/recipes/index.ts';
import { inspectionOf, recipeOf } from './models.ts';

type Cell = number | bigint | string | null;

function numbers(cells: Cell[]): CellColumn {
  const state = Uint8Array.from(cells, (cell) => (cell === null ? 1 : typeof cell === 'string' ? 2 : 0));
  const invalid = new Map(cells.flatMap((cell, row) => (typeof cell === 'string' ? [[row, cell] as const] : [])));
  return {
    kind: 'number',
    state,
    invalid,
    values: Float64Array.from(cells, (cell) => (typeof cell === 'number' ? cell : 0)),
  };
}

function integers(cells: Cell[]): CellColumn {
  const state = Uint8Array.from(cells, (cell) => (cell === null ? 1 : typeof cell === 'string' ? 2 : 0));
  const invalid = new Map(cells.flatMap((cell, row) => (typeof cell === 'string' ? [[row, cell] as const] : [])));
  return {
    kind: 'integer',
    state,
    invalid,
    values: BigInt64Array.from(cells, (cell) => (typeof cell === 'bigint' ? cell : 0n)),
  };
}

function texts(values: (string | null)[]): CellColumn {
  return { kind: 'text', values };
}

function batch(columns: CellColumn[], rows: number, rowErrors = new Map<number, string>()): RowBatch {
  return {
    rows,
    rowNumbers: new Float64Array(rows),
    addresses: new Float64Array(rows),
    files: null,
    columns,
    rowErrors,
  };
}

function encoderOf(type: string, features: object[], width: number) {
  const inspection = inspectionOf([['X', type, [null, width]]], [['y', 'float32', [null, 1], 'Add']]);
  return compileEncoder(
    recipeOf([{ input: 'X', from: 'columns', columns: features }], { task: 'regression', prediction: 'y' }),
    inspection,
  );
}

test('columns stand side by side in a row, rounded to float32', () => {
  const encoder = encoderOf('float32', [{ column: 'a' }, { column: 'b' }], 2);
  expect(encoder.wants).toEqual([
    { column: 'a', as: 'number' },
    { column: 'b', as: 'number' },
  ]);
  const { feeds, goodRows } = encoder.encode(batch([numbers([0.1, 2, 3]), numbers([4, 5, 6])], 3));
  expect(feeds[0]).toMatchObject({ name: 'X', type: 'float32', dims: [3, 2] });
  expect([...(feeds[0]!.data as Float32Array)]).toEqual([0.1, 4, 2, 5, 3, 6].map(Math.fround));
  expect([...goodRows]).toEqual([0, 1, 2]);
});

test('rows that cannot be encoded are left out and the others packed, each with its first reason', () => {
  const encoder = encoderOf('float32', [{ column: 'income' }, { column: 'age' }], 2);
  const cells = batch(
    [numbers([1, null, 'n/a', 4, 5]), numbers([10, null, 30, 40, 50])],
    5,
    new Map([[3, 'the row has 7 cells, the header 2']]),
  );
  const { feeds, goodRows, errors } = encoder.encode(cells);
  expect([...goodRows]).toEqual([0, 4]);
  expect([...(feeds[0]!.data as Float32Array)]).toEqual([1, 10, 5, 50]);
  expect(feeds[0]!.dims).toEqual([2, 2]);
  expect(Object.fromEntries(errors)).toEqual({
    1: 'income is missing',
    2: 'income is "n/a", a number was expected',
    3: 'the row has 7 cells, the header 2',
  });
});

test('batches of any number of rows are encoded alike, also after one with errors', () => {
  const encoder = encoderOf(
    'float32',
    Array.from({ length: 5 }, (_, index) => ({ column: `c${index}` })),
    5,
  );
  for (const rows of [1, 127, 128, 129, 1000, 1000, 3]) {
    const columns = Array.from({ length: 5 }, (_, index) =>
      numbers(
        Array.from({ length: rows }, (_, row) =>
          row === rows - 1 && index === 2 && rows > 1 ? null : row * 10 + index,
        ),
      ),
    );
    const { feeds, goodRows } = encoder.encode(batch(columns, rows));
    expect(goodRows).toHaveLength(rows > 1 ? rows - 1 : 1);
    const data = feeds[0]!.data as Float32Array;
    expect(data).toHaveLength(goodRows.length * 5);
    for (let row = 0; row < goodRows.length; row += 1)
      for (let index = 0; index < 5; index += 1) expect(data[row * 5 + index]).toBe(row * 10 + index);
  }
});

test('a missing cell takes the value of the rule before the steps, or NaN', () => {
  const features = [
    { column: 'a', missing: { rule: 'value', value: 3 }, steps: [{ step: 'standardise', mean: 1, std: 2 }] },
    { column: 'b', missing: { rule: 'nan' } },
  ];
  const { feeds, errors } = encoderOf('float64', features, 2).encode(
    batch([numbers([5, null]), numbers([null, 7])], 2),
  );
  expect([...(feeds[0]!.data as Float64Array)]).toEqual([2, Number.NaN, 1, 7]);
  expect(errors.size).toBe(0);
});

test('one-hot, codes and numbers stand in the order of the recipe', () => {
  const features = [
    { column: 'colour', steps: [{ step: 'oneHot', categories: ['red', 'blue'], unknown: 'zeros' }] },
    {
      column: 'size',
      steps: [
        { step: 'code', codes: { S: 1, L: 3 } },
        { step: 'standardise', mean: 1, std: 2 },
      ],
    },
    { column: 'n' },
  ];
  const encoder = encoderOf('float32', features, 4);
  expect(encoder.wants.map((want) => want.as)).toEqual(['text', 'text', 'number']);
  const { feeds, errors, goodRows } = encoder.encode(
    batch([texts(['blue', 'green', 'red', null]), texts(['S', 'L', 'XL', 'S']), numbers([7, 8, 9, 10])], 4),
  );
  expect([...goodRows]).toEqual([0, 1]);
  expect([...(feeds[0]!.data as Float32Array)]).toEqual([0, 1, 0, 7, 0, 0, 1, 8]);
  expect(errors.get(2)).toBe('size is "XL", for which the recipe has no code');
  expect(errors.get(3)).toBe('colour is missing');
});

test('an unknown category fails its row unless the recipe counts it as zeros', () => {
  const encoder = encoderOf(
    'float32',
    [{ column: 'c', steps: [{ step: 'oneHot', categories: ['x', 'constructor'] }] }],
    2,
  );
  const { errors, feeds } = encoder.encode(batch([texts(['__proto__', 'constructor'])], 2));
  expect(errors.get(0)).toBe('c is "__proto__", which is none of the recipe\'s categories');
  expect([...(feeds[0]!.data as Float32Array)]).toEqual([0, 1]);
});

test('whole numbers beyond 2^53 stay exact in int64, fractions and text fail their rows', () => {
  const encoder = encoderOf('int64', [{ column: 'a' }, { column: 'b', missing: { rule: 'value', value: -1 } }], 2);
  expect(encoder.wants.map((want) => want.as)).toEqual(['integer', 'integer']);
  const { feeds, errors } = encoder.encode(
    batch([integers([9_007_199_254_740_993n, '1.5', 3n]), integers([1n, 2n, null])], 3),
  );
  expect(feeds[0]!.data).toEqual(BigInt64Array.of(9_007_199_254_740_993n, 1n, 3n, -1n));
  expect(errors.get(1)).toBe('a is "1.5", a whole number was expected');
});

test.each([
  [
    'int8',
    [127, 128, 1.5],
    [0],
    { 1: 'a is 128, outside -128 to 127 of int8', 2: 'a is 1.5, a whole number was expected' },
  ],
  ['uint8', [255, -1, 0], [0, 2], { 1: 'a is -1, outside 0 to 255 of uint8' }],
  ['uint32', [4_294_967_295, 4_294_967_296, 1], [0, 2], { 1: 'a is 4294967296, outside 0 to 4294967295 of uint32' }],
  ['bool', [0, 1, 2], [0, 1], { 2: 'a is 2, true or false was expected' }],
])('%s takes what it can hold and nothing else', (type, cells, good, words) => {
  const { goodRows, errors } = encoderOf(type, [{ column: 'a' }], 1).encode(batch([numbers(cells)], 3));
  expect([...goodRows]).toEqual(good);
  expect(Object.fromEntries(errors)).toEqual(words);
});

test('uint64 refuses what is below 0', () => {
  const { errors, feeds } = encoderOf('uint64', [{ column: 'a' }], 1).encode(batch([integers([5n, -5n])], 2));
  expect(feeds[0]!.data).toEqual(BigUint64Array.of(5n));
  expect(errors.get(1)).toBe('a is -5, below 0');
});

test('a whole number beyond 64 bits with a sign is told as such, also for uint64', () => {
  const column = integers([5n, '9223372036854775808', '1.5']);
  const { errors } = encoderOf('uint64', [{ column: 'a' }], 1).encode(batch([column], 3));
  expect(Object.fromEntries(errors)).toEqual({
    1: 'a is 9223372036854775808, and whole numbers are read from -2^63 to 2^63 - 1',
    2: 'a is "1.5", a whole number was expected',
  });
});

test('float16 is rounded to nearest even from the double, once', () => {
  // 1 + 2^-11 lies between two halves and goes to the even one; a little more goes up, which rounding by way of float32 would lose.
  const cells = [1 + 2 ** -11, 1 + 2 ** -11 + 2 ** -40, 65_519, 65_520, 2 ** -25, 2 ** -25 * 1.01];
  const { feeds } = encoderOf('float16', [{ column: 'a' }], 1).encode(batch([numbers(cells)], cells.length));
  expect(Array.from(feeds[0]!.data as Float32Array)).toEqual([1, 1 + 2 ** -10, 65_504, Infinity, 0, 2 ** -24]);
});

test('text reaches a string input as it stands', () => {
  const { feeds, errors } = encoderOf(
    'string',
    [{ column: 'a' }, { column: 'b', missing: { rule: 'value', value: 'none' } }],
    2,
  ).encode(batch([texts([' x ', null]), texts([null, 'y'])], 2));
  expect(feeds[0]).toMatchObject({ dims: [1, 2], data: [' x ', 'none'] });
  expect(errors.get(1)).toBe('a is missing');
});

test('a column that feeds two inputs is asked for once', () => {
  const inspection = inspectionOf(
    [
      ['a', 'float32', [null, 1]],
      ['b', 'float32', [null]],
    ],
    [['y', 'float32', [null, 1], 'Add']],
  );
  const recipe = recipeOf(
    [
      { input: 'a', from: 'columns', columns: [{ column: 'v' }] },
      { input: 'b', from: 'columns', columns: [{ column: 'v' }] },
    ],
    { task: 'regression', prediction: 'y' },
  );
  const encoder = compileEncoder(recipe, inspection);
  expect(encoder.wants).toEqual([{ column: 'v', as: 'number' }]);
  const { feeds } = encoder.encode(batch([numbers([1, 2])], 2));
  expect(feeds.map((feed) => feed.dims)).toEqual([[2, 1], [2]]);
});

test('columns fill a tensor of more dimensions row by row', () => {
  const inspection = inspectionOf([['x', 'float32', ['N', 2, 2]]], [['y', 'float32', ['N', 1], 'Add']]);
  const columns = ['a', 'b', 'c', 'd'].map((column) => ({ column }));
  const encoder = compileEncoder(
    recipeOf([{ input: 'x', from: 'columns', columns }], { task: 'regression', prediction: 'y' }),
    inspection,
  );
  const { feeds } = encoder.encode(batch([numbers([1]), numbers([2]), numbers([3]), numbers([4])], 1));
  expect(feeds[0]).toMatchObject({ dims: [1, 2, 2], data: Float32Array.of(1, 2, 3, 4) });
});

function pixels(values: number[], channels: 1 | 3, width: number, height: number, state?: Uint8Array): PixelColumn {
  const rows = values.length / (channels * width * height);
  return {
    kind: 'pixels',
    width,
    height,
    channels,
    values: Uint8Array.from(values),
    state: state ?? new Uint8Array(rows),
    invalid: new Map(),
  };
}

test.each([
  ['NCHW', 'rgb', [1, 4, 2, 5, 3, 6]],
  ['NCHW', 'bgr', [3, 6, 2, 5, 1, 4]],
  ['NHWC', 'rgb', [1, 2, 3, 4, 5, 6]],
  ['NHWC', 'bgr', [3, 2, 1, 6, 5, 4]],
])('two pixels become %s in the order %s', (layout, channels, expected) => {
  const shape = layout === 'NCHW' ? ['N', 3, 1, 2] : ['N', 1, 2, 3];
  const inspection = inspectionOf([['x', 'float32', shape]], [['y', 'float32', ['N', 2], 'Softmax']]);
  const encoder = compileEncoder(
    recipeOf([{ input: 'x', from: 'image', channels, layout }], { task: 'raw', outputs: ['y'] }),
    inspection,
  );
  expect(encoder.wants).toEqual([{ column: 'image', as: 'pixels', width: 2, height: 1, channels: 3 }]);
  const { feeds } = encoder.encode(batch([pixels([1, 2, 3, 4, 5, 6], 3, 2, 1)], 1));
  expect([...(feeds[0]!.data as Float32Array)]).toEqual(expected);
  expect(feeds[0]!.dims).toEqual([1, ...shape.slice(1)]);
});

test('every pixel value is (pixel * scale - mean) / std to float32, and division by 255 is exact', () => {
  const inspection = inspectionOf([['x', 'float32', ['N', 1, 16, 16]]], [['y', 'float32', ['N', 2], 'Softmax']]);
  const all = Array.from({ length: 256 }, (_, value) => value);
  const encode = (more: object): Float32Array => {
    const recipe = recipeOf([{ input: 'x', from: 'image', channels: 'grey', layout: 'NCHW', ...more }], {
      task: 'raw',
      outputs: ['y'],
    });
    return compileEncoder(recipe, inspection).encode(batch([pixels(all, 1, 16, 16)], 1)).feeds[0]!.data as Float32Array;
  };
  expect([...encode({ scale: 1 / 255 })]).toEqual(all.map((value) => Math.fround(value / 255)));
  expect([...encode({ scale: 1 / 255, mean: [0.1307], std: [0.3081] })]).toEqual(
    all.map((value) => Math.fround((value * (1 / 255) - 0.1307) / 0.3081)),
  );
});

test('a picture that could not be read fails its row with the reason', () => {
  const inspection = inspectionOf([['x', 'uint8', ['N', 1, 1, 1]]], [['y', 'float32', ['N', 2], 'Softmax']]);
  const encoder = compileEncoder(
    recipeOf([{ input: 'x', from: 'image', channels: 'grey', layout: 'NCHW' }], { task: 'raw', outputs: ['y'] }),
    inspection,
  );
  const column = pixels([7, 0, 9], 1, 1, 1, Uint8Array.of(0, 2, 0));
  column.invalid.set(1, 'the picture is 3 x 3, the model takes 1 x 1');
  const { feeds, errors } = encoder.encode(batch([column], 3));
  expect(feeds[0]).toMatchObject({ type: 'uint8', dims: [2, 1, 1, 1], data: Uint8Array.of(7, 9) });
  expect(errors.get(1)).toBe('the picture is 3 x 3, the model takes 1 x 1');
});
