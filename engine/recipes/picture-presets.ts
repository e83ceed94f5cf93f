import { problem } from '../contract/index.ts';
import type { ImageInput, Inspection, PicturePreset, PictureStep, Recipe, ValueInfo } from '../contract/index.ts';
import { requireImageFits, wantedSize } from './fit-pictures.ts';
import { findInput, rowShape } from './shape.ts';

/** Mean and standard deviation of ImageNet's red, green and blue between 0 and 1, as torchvision's models take them. */
const imagenetMean = [0.485, 0.456, 0.406];
const imagenetStd = [0.229, 0.224, 0.225];
/** Mean blue, green and red of ImageNet as Caffe's models took them (keras.applications.imagenet_utils, mode caffe). */
const caffeMean = [103.939, 116.779, 123.68];

/** Models that take pictures of any size are mostly trained at this one. */
const usualSide = 224;

type Layout = ImageInput['layout'];
type Channels = ImageInput['channels'];

interface Form {
  input: string;
  layout: Layout;
  colour: boolean;
  width: number;
  height: number;
}

interface PresetPlan {
  preset: Exclude<PicturePreset['preset'], 'current'>;
  words: string;
  order: 'rgb' | 'bgr';
  steps: (form: Form) => PictureStep[];
  values: { scale: number; mean: number[]; std: number[] };
}

const zeroOne = { scale: 1 / 255, mean: [], std: [] };
const minusOneOne = { scale: 1 / 127.5, mean: [1, 1, 1], std: [] };
const asTheyAre = { scale: 1, mean: [], std: [] };
const normalised = { scale: 1 / 255, mean: imagenetMean, std: imagenetStd };
const caffe = { scale: 1, mean: caffeMean, std: [] };

const bilinear = ({ width, height }: Form): PictureStep[] => [
  { step: 'resize', algorithm: 'pillow-bilinear', to: { width, height } },
];
/** keras.utils.load_img resizes with nearest neighbour unless it is told otherwise. */
const nearest = ({ width, height }: Form): PictureStep[] => [
  { step: 'resize', algorithm: 'pillow-nearest', to: { width, height } },
];
/** 256 for 224, and in that proportion for other sizes. */
const resizeAndCrop = (form: Form): PictureStep[] => {
  const { width, height } = form;
  if (width !== height) return bilinear(form);
  const shortest = Math.round((width * 256) / 224);
  return [
    { step: 'resize', algorithm: 'pillow-bilinear', to: { shortest } },
    { step: 'crop', width, height },
  ];
};

const presets: PresetPlan[] = [
  { preset: 'zero-one', words: 'Pixels from 0 to 1.', order: 'rgb', steps: bilinear, values: zeroOne },
  { preset: 'minus-one-one', words: 'Pixels from -1 to 1.', order: 'rgb', steps: bilinear, values: minusOneOne },
  { preset: 'raw', words: 'Pixels as they are, 0 to 255.', order: 'rgb', steps: bilinear, values: asTheyAre },
  {
    preset: 'imagenet',
    words: 'ImageNet as torchvision does it: shortest side resized, middle cropped, normalised.',
    order: 'rgb',
    steps: resizeAndCrop,
    values: normalised,
  },
  {
    preset: 'keras-torch',
    words: 'Keras, mode torch: nearest neighbour, ImageNet mean and standard deviation.',
    order: 'rgb',
    steps: nearest,
    values: normalised,
  },
  {
    preset: 'keras-tf',
    words: 'Keras, mode tf: nearest neighbour, pixels from -1 to 1.',
    order: 'rgb',
    steps: nearest,
    values: minusOneOne,
  },
  {
    preset: 'keras-caffe',
    words: 'Keras, mode caffe: nearest neighbour, blue first, ImageNet mean subtracted.',
    order: 'bgr',
    steps: nearest,
    values: caffe,
  },
];

/**
 * The presets as they fit the one picture input of a model. Throws RECIPE_MISFIT for a model that takes no picture, or
 * more than a picture.
 */
export function presetsFor(recipe: Recipe, inspection: Inspection): PicturePreset[] {
  const { form, value } = firstForm(recipe, inspection);
  return presets.flatMap((preset) => fitting(preset, form, preset.order, value));
}

/** What a finder tries: the recipe as it is, and every preset in every layout and channel order that fits the model. */
export function presetCandidates(recipe: Recipe, inspection: Inspection): PicturePreset[] {
  const { form, value, input } = firstForm(recipe, inspection);
  const current: PicturePreset = { preset: 'current', words: 'The recipe as it is.', input };
  const tried = layoutsOf(value, form).flatMap((layout) =>
    presets.flatMap((preset) =>
      ordersOf(preset, form).flatMap((order) => fitting(preset, { ...form, layout }, order, value)),
    ),
  );
  return [...(isComplete(input, value) ? [current] : []), ...tried];
}

/** The recipe with another picture input in its place. */
export function withPictureInput(recipe: Recipe, input: ImageInput): Recipe {
  return { ...recipe, inputs: [input] };
}

function firstForm(recipe: Recipe, inspection: Inspection): { form: Form; value: ValueInfo; input: ImageInput } {
  const [input] = recipe.inputs;
  const value = input === undefined ? undefined : findInput(inspection, input.input);
  if (recipe.inputs.length !== 1 || input?.from !== 'image' || value === undefined) {
    throw problem('RECIPE_MISFIT', 'Presets are for models that take one picture and nothing else.', {
      subject: input?.input ?? null,
      hint: 'Give the model a recipe that feeds its picture, with drydock import --recipe.',
    });
  }
  const size = wantedSize(input, value);
  const [width, height] = [size.width ?? size.height ?? usualSide, size.height ?? size.width ?? usualSide];
  return {
    form: { input: input.input, layout: input.layout, colour: input.channels !== 'grey', width, height },
    value,
    input,
  };
}

/** Both, where the model does not say which of its dimensions counts channels. */
function layoutsOf(value: ValueInfo, form: Form): Layout[] {
  const { rank, dims } = rowShape(value.shape);
  const isOpen = rank === null || (rank === 4 && dims[0] === null && dims[2] === null);
  return isOpen ? ['NCHW', 'NHWC'] : [form.layout];
}

function ordersOf(preset: PresetPlan, form: Form): Channels[] {
  if (!form.colour) return ['grey'];
  return preset.preset === 'keras-caffe' ? ['bgr'] : ['rgb', 'bgr'];
}

/** The preset for this form, or nothing where it does not fit: colour statistics for grey, fractions for bytes. */
function fitting(preset: PresetPlan, form: Form, order: Channels, value: ValueInfo): PicturePreset[] {
  const channels = form.colour ? order : 'grey';
  const { scale } = preset.values;
  const isColourOnly = preset.values === normalised || preset.values === caffe;
  if (!form.colour && isColourOnly) return [];
  const mean = form.colour ? preset.values.mean : preset.values.mean.slice(0, 1);
  const isReversed = channels !== preset.order && form.colour;
  const input: ImageInput = {
    input: form.input,
    from: 'image',
    channels,
    layout: form.layout,
    steps: preset.steps(form),
    scale,
    mean: isReversed ? mean.toReversed() : mean,
    std: isReversed ? preset.values.std.toReversed() : preset.values.std,
    size: null,
  };
  if (!isComplete(input, value)) return [];
  return [{ preset: preset.preset, words: isReversed ? `${preset.words} Blue first.` : preset.words, input }];
}

function isComplete(input: ImageInput, value: ValueInfo): boolean {
  try {
    requireImageFits(input, value);
    const { width, height } = wantedSize(input, value);
    return width !== null && height !== null;
  } catch {
    return false;
  }
}
