import type { ImageInput, PictureStep, ValueInfo } from '../contract/index.ts';
import { misfit } from './misfit.ts';
import { isFloat, rowShape } from './shape.ts';
import { counted, shapeInWords, shown } from './words.ts';

/** Throws RECIPE_MISFIT when a picture as the recipe makes it is not what the input takes. */
export function requireImageFits(input: ImageInput, value: ValueInfo): void {
  const name = shown(value.name);
  const { rank, dims } = rowShape(value.shape);
  const wanted = input.layout === 'NHW' ? 3 : 4;
  if (rank !== null && rank !== wanted) {
    throw misfit(
      `The recipe feeds pictures as ${input.layout} to the input ${name}, which takes ${shapeInWords(value.shape)}: ${wanted} dimensions are needed.`,
      value.name,
    );
  }
  if (!isFloat(value.type) && value.type !== 'uint8') {
    throw misfit(`The input ${name} takes ${value.type}; pictures go into float or uint8 inputs.`, value.name);
  }
  const channels = input.channels === 'grey' ? 1 : 3;
  if (input.layout === 'NHW' && channels !== 1) {
    throw misfit(`The layout NHW of the input ${name} has no channels, so the picture has to be grey.`, value.name);
  }
  const declared = input.layout === 'NCHW' ? dims[0] : input.layout === 'NHWC' ? dims[2] : 1;
  if (rank !== null && declared !== null && declared !== undefined && declared !== channels) {
    throw misfit(
      `The input ${name} takes ${counted(declared, 'channel')} as ${input.layout}, the recipe gives ${channels} (${input.channels}).`,
      value.name,
    );
  }
  requirePixelScale(input, value, channels);
  requireSteps(input);
  requireSize(input, value);
}

function requirePixelScale(input: ImageInput, value: ValueInfo, channels: number): void {
  for (const [field, values] of [
    ['mean', input.mean],
    ['std', input.std],
  ] as const) {
    if (values.length === 0 || values.length === channels) continue;
    throw misfit(
      `The recipe gives ${counted(values.length, 'value')} of ${field} for ${counted(channels, 'channel')} of the input ${shown(value.name)}.`,
      value.name,
    );
  }
  const asTheyAre = input.scale === 1 && input.mean.every((mean) => mean === 0) && input.std.every((std) => std === 1);
  if (value.type === 'uint8' && !asTheyAre) {
    throw misfit(
      `The input ${shown(value.name)} takes uint8 pixels as they are; the recipe's scale, mean or std would not give whole numbers.`,
      value.name,
    );
  }
}

function requireSize(input: ImageInput, value: ValueInfo): void {
  const [height, width] = declaredSize(input, value);
  const made = madeSize(input.steps ?? []);
  for (const [what, size] of [
    ["recipe's pictures are", input.size],
    ["recipe's steps make pictures of", made],
  ] as const) {
    if (size === null) continue;
    const fits = (height === null || height === size.height) && (width === null || width === size.width);
    if (fits) continue;
    throw misfit(
      `The ${what} ${size.width} x ${size.height}, the input ${shown(value.name)} takes ${width ?? 'any'} x ${height ?? 'any'}.`,
      value.name,
    );
  }
  if (input.size !== null && made !== null && (input.size.width !== made.width || input.size.height !== made.height)) {
    throw misfit(
      `The recipe's size is ${input.size.width} x ${input.size.height}, its steps make ${made.width} x ${made.height}.`,
      value.name,
      'Leave the size out: the steps say it.',
    );
  }
}

/** What no step can mean where it stands. */
function requireSteps(input: ImageInput): void {
  for (const [index, step] of (input.steps ?? []).entries()) {
    if (step.step === 'orient' && index > 0) {
      throw misfit(
        `The step orient of ${shown(input.input)} stands behind ${input.steps![index - 1]!.step}; a picture is turned before anything else.`,
        input.input,
        'Make it the first step.',
      );
    }
    const isAfterSize = input.steps!.slice(0, index).some((other) => other.step !== 'orient');
    if ((step.step === 'resize' || step.step === 'letterbox') && step.shrinkOnLoad === true && isAfterSize) {
      throw misfit(
        `The step ${step.step} of ${shown(input.input)} shrinks on load, but it is not the first to change the size.`,
        input.input,
        'Take shrinkOnLoad out of it.',
      );
    }
  }
}

/** The size that steps give to every picture, or null when it depends on the picture. */
export function madeSize(steps: readonly PictureStep[]): { width: number; height: number } | null {
  const last = steps.findLast((step) => step.step !== 'orient');
  if (last === undefined) return null;
  if (last.step !== 'resize') return { width: last.width, height: last.height };
  return 'width' in last.to ? last.to : null;
}

/** The size that pictures have to have behind their steps; null where neither model nor recipe says it. */
export function wantedSize(input: ImageInput, value: ValueInfo): { width: number | null; height: number | null } {
  const [height, width] = declaredSize(input, value);
  const made = madeSize(input.steps ?? []);
  return {
    width: width ?? input.size?.width ?? made?.width ?? null,
    height: height ?? input.size?.height ?? made?.height ?? null,
  };
}

/** Height and width that the model declares for a picture input, null where it takes any. */
export function declaredSize(input: ImageInput, value: ValueInfo): [height: number | null, width: number | null] {
  const { rank, dims } = rowShape(value.shape);
  if (rank === null) return [null, null];
  const first = input.layout === 'NCHW' ? 1 : 0;
  return [dims[first] ?? null, dims[first + 1] ?? null];
}
