import { expect, test } from 'vitest';
import { suggestRecipe } from '../../../engine/recipes/index.ts';
import { inspectionOf, regressor, zippedClassifier } from './models.ts';

test('a zipped classifier decides by its label output and takes the probabilities from the map output', () => {
  const { recipe } = suggestRecipe(zippedClassifier(3));
  expect(recipe.inputs).toEqual([{ input: 'X', from: 'columns', columns: null, missing: { rule: 'fail' } }]);
  expect(recipe.outputs).toMatchObject({
    task: 'classification',
    decision: 'label',
    prediction: 'output_label',
    scores: 'output_probability',
  });
});

test('a distance beside a label is not taken for probabilities', () => {
  const clusters = inspectionOf(
    [['X', 'float32', [null, 2]]],
    [
      ['label', 'int64', [null], 'Squeeze'],
      ['scores', 'float32', [null, 3], 'Sqrt'],
    ],
  );
  const { recipe, notes } = suggestRecipe(clusters);
  expect(recipe.outputs).toMatchObject({ decision: 'label', scores: null });
  expect(notes.join()).toContain('scores');
});

test.each([
  ['Softmax', 'argmax', 'none'],
  ['LogSoftmax', 'argmax', 'exp'],
  ['ai.onnx.ml.TreeEnsembleClassifier', 'argmax', 'none'],
])('an output of %s over several columns is decided by %s with the activation %s', (producer, decision, activation) => {
  const inspection = inspectionOf([['x', 'float32', ['N', 4]]], [['y', 'float32', ['N', 3], producer]]);
  expect(suggestRecipe(inspection).recipe.outputs).toMatchObject({
    task: 'classification',
    decision,
    activation,
    scores: 'y',
  });
});

test('one sigmoid a row is decided by a threshold, said as a guess', () => {
  const inspection = inspectionOf([['x', 'float32', ['N', 4]]], [['p', 'float32', ['N', 1], 'Sigmoid']]);
  const { recipe, notes } = suggestRecipe(inspection);
  expect(recipe.outputs).toMatchObject({ decision: 'threshold', scores: 'p', threshold: 0.5 });
  expect(notes).toEqual([expect.stringContaining('guess')]);
});

test('one number a row is a regression; scores of unknown meaning stay as they are', () => {
  const number = inspectionOf([['x', 'float32', ['N', 4]]], [['y', 'float32', ['N'], 'Add']]);
  expect(suggestRecipe(number).recipe.outputs).toEqual({ task: 'regression', prediction: 'y' });
  const scores = inspectionOf([['x', 'float32', ['N', 4]]], [['y', 'float32', ['N', 3], 'Gemm']]);
  expect(suggestRecipe(scores).recipe.outputs).toEqual({ task: 'raw', outputs: ['y'] });
  expect(suggestRecipe(scores, { labels: ['a', 'b', 'c'] }).recipe.outputs).toMatchObject({
    decision: 'argmax',
    activation: 'softmax',
    labels: ['a', 'b', 'c'],
  });
  expect(suggestRecipe(scores, { labels: ['a', 'b'] }).recipe.outputs).toEqual({ task: 'raw', outputs: ['y'] });
});

test.each([
  ['float32', ['N', 1, 28, 28], 'NCHW', 'grey', 1 / 255, 28],
  ['float32', ['N', 224, 224, 3], 'NHWC', 'rgb', 1 / 255, 224],
  ['float32', [1, 3, null, null], 'NCHW', 'rgb', 1 / 255, null],
  ['uint8', ['N', 'h', 'w', 3], 'NHWC', 'rgb', 1, null],
  ['float32', ['N', 28, 28], 'NHW', 'grey', 1 / 255, 28],
  ['float32', ['N', 1, 30_000, 30_000], 'NCHW', 'grey', 1 / 255, null],
] as const)('%s %j is taken for a picture as %s', (type, shape, layout, channels, scale, side) => {
  const inspection = inspectionOf([['x', type, [...shape]]], [['y', 'float32', ['N', 10], 'Gemm']]);
  const { recipe, notes } = suggestRecipe(inspection);
  const to = { width: side, height: side };
  const steps = side === null ? {} : { steps: [{ step: 'resize', algorithm: 'pillow-bilinear', to }] };
  expect(recipe.inputs).toEqual([
    { input: 'x', from: 'image', channels, layout, scale, mean: [], std: [], size: null, ...steps },
  ]);
  expect(recipe.outputs).toMatchObject({ decision: 'argmax', activation: 'softmax' });
  expect(notes.filter((note) => note.includes('guess'))).toHaveLength(side === null ? 2 : 3);
});

test('several single inputs go by their own names, numbers and text alike', () => {
  const inspection = inspectionOf(
    [
      ['age', 'float32', [null, 1]],
      ['sex', 'string', [null]],
      ['visits', 'int64', [1]],
    ],
    [['y', 'float32', [null, 1], 'ai.onnx.ml.LinearRegressor']],
  );
  const { recipe } = suggestRecipe(inspection);
  const bound = recipe.inputs.map((input) =>
    input.from === 'columns' && Array.isArray(input.columns) ? input.columns[0]!.column : null,
  );
  expect(bound).toEqual(['age', 'sex', 'visits']);
});

test('inputs with a default stay out of the recipe', () => {
  const inspection = inspectionOf(
    [
      ['x', 'float32', ['N', 2]],
      ['threshold', 'float32', [1]],
    ],
    [['y', 'float32', ['N', 1], 'Mul']],
    { optionalInputs: ['threshold'] },
  );
  const { recipe, notes } = suggestRecipe(inspection);
  expect(recipe.inputs.map((input) => input.input)).toEqual(['x']);
  expect(notes[0]).toContain('threshold');
});

test('named features become the columns of the one input and have to be as many as it takes', () => {
  const { recipe } = suggestRecipe(regressor(2), { features: ['b', 'a'] });
  expect(recipe.inputs[0]).toMatchObject({ columns: [{ column: 'b' }, { column: 'a' }] });
  expect(() => suggestRecipe(regressor(2), { features: ['a'] })).toThrow(
    /takes 2 values a row, the recipe's columns give 1/,
  );
  expect(suggestRecipe(regressor(2), { featuresFrom: 'a', featuresTo: 'c' }).recipe.inputs[0]).toMatchObject({
    columns: { first: 'a', last: 'c' },
  });
  expect(() => suggestRecipe(regressor(2), { featuresFrom: 'a' })).toThrow(/first and its last/);
});

test('the prediction that is named overrides what would be taken, and a wrong name is met with the closest', () => {
  const inspection = inspectionOf(
    [['x', 'float32', ['N', 4]]],
    [
      ['embedding', 'float32', ['N', 64], 'Gemm'],
      ['score', 'float32', ['N', 1], 'Add'],
    ],
  );
  expect(suggestRecipe(inspection).recipe.outputs).toEqual({ task: 'raw', outputs: ['embedding', 'score'] });
  expect(suggestRecipe(inspection, { prediction: 'score' }).recipe.outputs).toEqual({
    task: 'regression',
    prediction: 'score',
  });
  expect(() => suggestRecipe(inspection, { prediction: 'scores' })).toThrow(
    expect.objectContaining({
      problem: expect.objectContaining({ code: 'RECIPE_MISFIT', hint: 'The closest output is score.' }),
    }),
  );
});

test('a model that gives only sequences gets a recipe that names them, and the reason why no row can be scored', () => {
  const inspection = inspectionOf(
    [['x', 'float32', ['N', 4]]],
    [['parts', 'sequence<float32>', null, 'SplitToSequence']],
  );
  const { recipe, notes } = suggestRecipe(inspection);
  expect(recipe.outputs).toEqual({ task: 'raw', outputs: ['parts'] });
  expect(notes.at(-1)).toMatch(
    /cannot be scored as it is: The output parts gives sequence<float32>.*ConcatFromSequence/,
  );
});

test('one value for a whole call is the prediction of a row at a time where there is nothing else', () => {
  const alone = (rows: number | string) =>
    inspectionOf([['x', 'float32', [rows, 2]]], [['total', 'float32', [], 'ReduceSum']]);
  const { recipe, notes } = suggestRecipe(alone('N'));
  expect(recipe.outputs).toEqual({ task: 'regression', prediction: 'total' });
  expect(notes).toContain('The output total is one value for all rows of a call, so the model is run a row at a time.');
  expect(suggestRecipe(alone(1)).recipe.outputs).toEqual(recipe.outputs);
  expect(suggestRecipe(alone(4)).notes.at(-1)).toMatch(
    /total is one value for the 4 rows that the model takes at once/,
  );
  const beside = inspectionOf(
    [['x', 'float32', ['N', 2]]],
    [
      ['loss', 'float32', [], 'ReduceMean'],
      ['y', 'float32', ['N', 1], 'Gemm'],
    ],
  );
  expect(suggestRecipe(beside)).toMatchObject({
    recipe: { outputs: { prediction: 'y' } },
    notes: [expect.stringContaining('loss'), expect.any(String)],
  });
  expect(suggestRecipe(beside, { prediction: 'loss' }).recipe.outputs).toEqual({
    task: 'regression',
    prediction: 'loss',
  });
});

test('one output per class is read as one, beside the label or without it, however many there are', () => {
  const labels = ['a', 'b', 'c', 'd', 'e'];
  const columns = labels.map((label) => `s${label}`);
  const outputs = columns.map((name): [string, string, null[], string] => [name, 'float32', [null], 'Reshape']);
  const rest = { zipped: [{ output: 'p', tensor: 'p', labels, keyType: 'string' as const, columns }], labels };
  const x: [string, string, (null | number)[]][] = [['x', 'float32', [null, 2]]];
  const { recipe, notes } = suggestRecipe(
    inspectionOf(x, [['output_label', 'string', [null], 'Identity'], ...outputs], rest),
  );
  expect(recipe.outputs).toMatchObject({ decision: 'label', prediction: 'output_label', scores: 'p' });
  expect(notes).toEqual(['The outputs sa, sb, sc, sd and se are the probabilities of one class each, read together.']);
  const scores = suggestRecipe(inspectionOf(x, outputs, rest)).recipe.outputs;
  expect(scores).toMatchObject({ decision: 'argmax', prediction: 'p', scores: 'p' });
  const named = suggestRecipe(inspectionOf(x, outputs, rest), { prediction: 'sc' }).recipe.outputs;
  expect(named).toEqual({ task: 'regression', prediction: 'sc' });
});

test('names that are keys of every object are names like any other', () => {
  const inspection = inspectionOf(
    [['__proto__', 'float32', ['N', 2]]],
    [['constructor', 'float32', ['N', 3], 'Softmax']],
  );
  const { recipe } = suggestRecipe(inspection);
  expect(recipe.inputs[0]!.input).toBe('__proto__');
  expect(recipe.outputs).toMatchObject({ decision: 'argmax', scores: 'constructor' });
});
