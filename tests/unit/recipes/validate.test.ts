import { expect, test } from 'vitest';
import { ProblemError } from '../../../engine/contract/index.ts';
import type { Inspection, Problem } from '../../../engine/contract/index.ts';
import { exportRecipe, recipeDigest, suggestRecipe, validateRecipe } from '../../../engine/recipes/index.ts';
import { inspectionOf, recipeOf, regressor, zippedClassifier } from './models.ts';

const image = inspectionOf([['x', 'float32', ['N', 1, 28, 28]]], [['y', 'float32', ['N', 10], 'Gemm']]);
const text = inspectionOf([['s', 'string', [null, 1]]], [['y', 'float32', [null, 1], 'Add']]);
const whole = inspectionOf([['i', 'int64', [null, 1]]], [['y', 'float32', [null, 1], 'Add']]);
const regression = { task: 'regression', prediction: 'variable' };

function refusal(unknown: unknown, inspection: Inspection): Problem {
  try {
    validateRecipe(unknown, inspection);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error('The recipe was accepted.');
}

function columns(input: string, features: unknown, outputs: object = regression): object {
  return { format: 'drydock-recipe/1', inputs: [{ input, from: 'columns', columns: features }], outputs };
}

test('what is exported is read again as the same recipe with the same digest', () => {
  const inspection = zippedClassifier(2);
  const { recipe } = suggestRecipe(inspection, { features: ['a', 'b'] });
  const read = validateRecipe(JSON.parse(exportRecipe(recipe)), inspection);
  expect(read).toEqual(recipe);
  expect(recipeDigest(read)).toBe(recipeDigest(recipe));
  expect(exportRecipe(read)).toBe(exportRecipe(recipe));
});

test('the digest depends neither on the order of fields nor on defaults being written out', () => {
  const brief = validateRecipe(columns('X', [{ column: 'a' }, { column: 'b' }]), regressor(2));
  const long = validateRecipe(
    {
      outputs: regression,
      inputs: [
        {
          columns: [{ steps: [], missing: { rule: 'fail' }, column: 'a' }, { column: 'b' }],
          from: 'columns',
          input: 'X',
        },
      ],
      format: 'drydock-recipe/1',
    },
    regressor(2),
  );
  expect(recipeDigest(brief)).toBe(recipeDigest(long));
  expect(recipeDigest(brief)).toMatch(/^[0-9a-f]{64}$/);
  const other = validateRecipe(columns('X', [{ column: 'b' }, { column: 'a' }]), regressor(2));
  expect(recipeDigest(other)).not.toBe(recipeDigest(brief));
});

test.each([
  ['text instead of an object', 'hello', null],
  ['a wrong format', { format: 'other/1', inputs: [], outputs: regression }, 'format'],
  [
    'an input without a name',
    { format: 'drydock-recipe/1', inputs: [{ from: 'columns' }], outputs: regression },
    'inputs[0].input',
  ],
  [
    'a source that does not exist',
    { format: 'drydock-recipe/1', inputs: [{ input: 'X', from: 'sound' }], outputs: regression },
    'inputs[0].from',
  ],
  ['a column without a name', columns('X', [{ column: 'a' }, { column: '' }]), 'inputs[0].columns[1].column'],
  [
    'a spread of 0',
    columns('X', [{ column: 'a', steps: [{ step: 'standardise', mean: 0, std: 0 }] }]),
    'inputs[0].columns[0].steps[0].std',
  ],
  ['an unknown field', columns('X', [{ column: 'a', scale: 2 }]), 'inputs[0].columns[0]'],
  [
    'a threshold above 1',
    columns('X', null, { task: 'classification', decision: 'threshold', prediction: 'p', threshold: 2 }),
    'outputs.threshold',
  ],
])('%s is refused with the path of the wrong field', (_, recipe, subject) => {
  const found = refusal(recipe, regressor(1));
  expect(found.code).toBe('RECIPE_INVALID');
  expect(found.subject).toBe(subject);
  expect(found.message).toMatch(/^The recipe is not valid.*\.$/);
});

test('a code for the text __proto__ is refused instead of being lost', () => {
  const recipe: unknown = JSON.parse(
    '{"format":"drydock-recipe/1","inputs":[{"input":"X","from":"columns","columns":[{"column":"a","steps":[{"step":"code","codes":{"__proto__":1}}]}]}],"outputs":{"task":"regression","prediction":"variable"}}',
  );
  expect(refusal(recipe, regressor(1)).subject).toContain('__proto__');
});

test.each([
  ['an input that the model lacks', columns('Y', null), regressor(1), /no input Y/],
  [
    'an input twice',
    {
      ...columns('X', null),
      inputs: [
        { input: 'X', from: 'columns' },
        { input: 'X', from: 'columns' },
      ],
    },
    regressor(1),
    /twice/,
  ],
  ['no input', { ...columns('X', null), inputs: [] }, regressor(1), /does not feed X/],
  [
    'too many columns',
    columns('X', [{ column: 'a' }, { column: 'b' }]),
    regressor(1),
    /takes 1 value a row, the recipe's columns give 2/,
  ],
  [
    'one-hot that is not last',
    columns('X', [
      {
        column: 'a',
        steps: [
          { step: 'oneHot', categories: ['x'] },
          { step: 'standardise', mean: 0, std: 1 },
        ],
      },
    ]),
    regressor(1),
    /not the last/,
  ],
  [
    'a code after another step',
    columns('X', [
      {
        column: 'a',
        steps: [
          { step: 'standardise', mean: 0, std: 1 },
          { step: 'code', codes: { x: 1 } },
        ],
      },
    ]),
    regressor(1),
    /first step/,
  ],
  [
    'a step on text',
    columns('s', [{ column: 'a', steps: [{ step: 'standardise', mean: 0, std: 1 }] }], {
      task: 'regression',
      prediction: 'y',
    }),
    text,
    /takes text/,
  ],
  [
    'NaN for whole numbers',
    columns('i', [{ column: 'a', missing: { rule: 'nan' } }], { task: 'regression', prediction: 'y' }),
    whole,
    /has no NaN/,
  ],
  [
    'a fraction for whole numbers',
    columns('i', [{ column: 'a', missing: { rule: 'value', value: 0.5 } }], { task: 'regression', prediction: 'y' }),
    whole,
    /whole numbers/,
  ],
  [
    'text for a missing number',
    columns('X', [{ column: 'a', missing: { rule: 'value', value: 'x' } }]),
    regressor(1),
    /a number is needed/,
  ],
  [
    'a picture for columns',
    { ...columns('X', null), inputs: [{ input: 'X', from: 'image', channels: 'grey', layout: 'NCHW' }] },
    regressor(1),
    /4 dimensions are needed/,
  ],
  [
    'three channels for one',
    {
      format: 'drydock-recipe/1',
      inputs: [{ input: 'x', from: 'image', channels: 'rgb', layout: 'NCHW' }],
      outputs: { task: 'raw', outputs: ['y'] },
    },
    image,
    /takes 1 channel/,
  ],
  [
    'an output that the model lacks',
    columns('X', null, { task: 'regression', prediction: 'variables' }),
    regressor(1),
    /no output variables/,
  ],
])('%s does not fit', (_, recipe, inspection, words) => {
  const found = refusal(recipe, inspection);
  expect(found.code).toBe('RECIPE_MISFIT');
  expect(found.message).toMatch(words);
});

test('labels have to be as many as the scores, and the positive class one of them', () => {
  const outputs = {
    task: 'classification',
    decision: 'label',
    prediction: 'output_label',
    scores: 'output_probability',
  };
  const build = (more: object): object => columns('X', null, { ...outputs, ...more });
  expect(refusal(build({ labels: ['a', 'b', 'c'] }), zippedClassifier(1)).message).toMatch(/3 labels.*2 classes/);
  expect(refusal(build({ labels: ['a', 'b'], positive: 'c' }), zippedClassifier(1)).message).toMatch(
    /c is not among the labels a and b/,
  );
  expect(validateRecipe(build({ labels: ['a', 'b'], positive: 'a' }), zippedClassifier(1)).outputs).toMatchObject({
    positive: 'a',
  });
});

test('the tensor behind a map output can be named in its place', () => {
  const outputs = { task: 'classification', decision: 'argmax', prediction: 'probabilities', scores: 'probabilities' };
  expect(validateRecipe(columns('X', null, outputs), zippedClassifier(1)).outputs).toMatchObject({
    scores: 'probabilities',
  });
});

test('an input with a default cannot be fed, because the runtime would drop the value', () => {
  const inspection = inspectionOf(
    [
      ['x', 'float32', ['N', 1]],
      ['scale', 'float32', [1]],
    ],
    [['y', 'float32', ['N', 1], 'Mul']],
    { optionalInputs: ['scale'] },
  );
  const recipe = recipeOf(
    [
      { input: 'x', from: 'columns' },
      { input: 'scale', from: 'columns', columns: [{ column: 'scale' }] },
    ],
    { task: 'regression', prediction: 'y' },
  );
  expect(refusal(recipe, inspection).message).toContain('default value');
});

test('inputs that want different numbers of rows a call do not go together', () => {
  const inspection = inspectionOf(
    [
      ['a', 'float32', [2, 1]],
      ['b', 'float32', [3, 1]],
    ],
    [['y', 'float32', [2, 1], 'Add']],
  );
  const recipe = recipeOf(
    [
      { input: 'a', from: 'columns' },
      { input: 'b', from: 'columns' },
    ],
    { task: 'regression', prediction: 'y' },
  );
  expect(refusal(recipe, inspection).message).toMatch(/2 rows a call and b takes 3/);
});
