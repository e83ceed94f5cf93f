import { expect, test } from 'vitest';
import type { PictureStep } from '../../../engine/contract/index.ts';
import {
  bindData,
  compileEncoder,
  compileTracer,
  exportRecipe,
  recipeDigest,
  TraceBudget,
  validateRecipe,
} from '../../../engine/recipes/index.ts';
import { inspectionOf, pictures, recipeOf } from './models.ts';

const model = inspectionOf([['x', 'float32', ['N', 3, 224, 224]]], [['y', 'float32', ['N', 10], 'Gemm']]);
const anySize = inspectionOf([['x', 'float32', ['N', 3, 'h', 'w']]], [['y', 'float32', ['N', 10], 'Gemm']]);
const raw = { task: 'raw', outputs: ['y'] };
const imagenet: PictureStep[] = [
  { step: 'resize', algorithm: 'pillow-bilinear', to: { shortest: 256 } },
  { step: 'crop', width: 224, height: 224 },
];

function recipeWith(steps: unknown[], more: object = {}) {
  const input = { input: 'x', from: 'image', channels: 'rgb', layout: 'NCHW', steps, ...more };
  return { format: 'drydock-recipe/1', inputs: [input], outputs: raw };
}

test('a recipe from before there were steps keeps its digest', () => {
  const image = { input: 'image', from: 'image', channels: 'grey', layout: 'NCHW', scale: 0.00392156862745098 };
  const outputs = {
    task: 'classification',
    decision: 'argmax',
    prediction: 'logits',
    scores: 'logits',
    activation: 'softmax',
  };
  const recipe = recipeOf([image], outputs);
  expect(recipeDigest(recipe)).toBe('417a1747587340ae63774980a8b707e4400b81095076383c215c025efb9674a3');
  expect(exportRecipe(recipe)).not.toContain('steps');
});

test('a traced picture names every step with its size', () => {
  const recipe = validateRecipe(recipeWith([{ step: 'orient' }, ...imagenet], { scale: 0.5, mean: [1, 2, 3] }), model);
  const batch = {
    columns: [],
    rows: 1,
    rowNumbers: new Float64Array([1]),
    addresses: new Float64Array([0]),
    files: null,
    rowErrors: new Map<number, string>(),
  };
  const unread = (): never => {
    throw new Error('A picture has no cells.');
  };
  const [input] = compileTracer(recipe, model).trace(unread, batch, 0, new TraceBudget());
  expect(input!.picture!.steps).toEqual([
    'read as rgb, 0 to 255',
    'turned as EXIF says',
    'resized until the shortest side is 256 (pillow-bilinear)',
    'cropped to the middle 224 x 224',
    'times 0.5',
    'minus 1, 2, 3',
    'laid out as NCHW: [1, 3, 224, 224]',
  ]);
});

test('steps are read, written and asked of the reader as they stand', () => {
  const recipe = validateRecipe(recipeWith(imagenet), model);
  expect(JSON.parse(exportRecipe(recipe))).toMatchObject({ inputs: [{ steps: imagenet }] });
  expect(compileEncoder(recipe, model).wants).toEqual([
    { column: 'image', as: 'pixels', width: 224, height: 224, channels: 3, steps: imagenet },
  ]);
});

test('steps that end in one size are the size of a model that takes any', () => {
  const recipe = validateRecipe(recipeWith(imagenet), anySize);
  expect(compileEncoder(recipe, anySize).wants[0]).toMatchObject({ width: 224, height: 224 });
  expect(bindData(recipe, anySize, pictures()).lines[0]!.words).toBe(
    'x: the pictures, resized until the shortest side is 256 (pillow-bilinear), cropped to the middle 224 x 224, 224 x 224, rgb, as NCHW.',
  );
});

test.each<[string, unknown[], object, string]>([
  [
    'make another size than the model takes',
    [{ step: 'crop', width: 200, height: 224 }],
    {},
    "The recipe's steps make pictures of 200 x 224, the input x takes 224 x 224.",
  ],
  [
    'turn the picture too late',
    [...imagenet, { step: 'orient' }],
    {},
    'The step orient of x stands behind crop; a picture is turned before anything else.',
  ],
  [
    'shrink on load behind another step',
    [imagenet[0], { step: 'resize', algorithm: 'opencv-area', to: { width: 224, height: 224 }, shrinkOnLoad: true }],
    {},
    'The step resize of x shrinks on load, but it is not the first to change the size.',
  ],
  [
    'differ from the size beside them',
    [{ step: 'resize', algorithm: 'opencv-area', to: { width: 100, height: 100 } }],
    { size: { width: 90, height: 100 } },
    "The recipe's size is 90 x 100, its steps make 100 x 100.",
  ],
])('a recipe is refused whose steps %s', (_what, steps, more, words) => {
  const against = 'size' in more ? anySize : model;
  expect(() => validateRecipe(recipeWith(steps, more), against)).toThrow(words);
});

test.each<[string, unknown[], string]>([
  ['an unknown algorithm', [{ ...imagenet[0], algorithm: 'bilinear' }], 'inputs[0].steps[0].algorithm'],
  ['an unknown step', [{ step: 'rotate' }], 'inputs[0].steps[0]'],
  ['a side beyond all bounds', [{ step: 'crop', width: 1e9, height: 1 }], 'inputs[0].steps[0].width'],
  ['no step at all', [], 'inputs[0].steps'],
])('a recipe with %s is refused by the field', (_what, steps, path) => {
  expect(() => validateRecipe(recipeWith(steps), model)).toThrow(`The recipe is not valid at ${path}`);
});

test('a recipe that does not resize says beforehand how many rows will fail', () => {
  const look = {
    looked: 64,
    unreadable: 0,
    examples: [],
    sizes: [
      { width: 640, height: 480, count: 60 },
      { width: 224, height: 224, count: 4 },
    ],
    differentSizes: 2,
    formats: [],
  };
  const plain = recipeOf([{ input: 'x', from: 'image', channels: 'rgb', layout: 'NCHW' }], raw);
  const bound = bindData(plain, model, { ...pictures(), look });
  expect(bound.notes.join(' ')).toContain(
    'Of 64 pictures looked at, 60 are not 224 x 224, and the recipe does not resize',
  );
  const resizing = validateRecipe(recipeWith(imagenet), model);
  expect(bindData(resizing, model, { ...pictures(), look }).notes).toEqual(['Not used: label.']);
});
