import type { PictureStep } from '../contract/index.ts';
import { maxPixels, PictureRefusal } from './picture-decode.ts';
import type { DecodeWant } from './picture-decode.ts';
import { blankPixels, cutPixels, resizePixels } from './resize/index.ts';
import type { Pixels, PixelWindow } from './resize/index.ts';

interface Size {
  width: number;
  height: number;
}

type ResizeStep = Extract<PictureStep, { step: 'resize' }>;
type LetterboxStep = Extract<PictureStep, { step: 'letterbox' }>;

/** What the decoder has to know of the steps that follow. */
export function decodeWantOf(channels: 1 | 3, steps: readonly PictureStep[]): DecodeWant {
  const [first, second] = steps;
  const orient = first?.step === 'orient';
  const step = orient ? second : first;
  if ((step?.step !== 'resize' && step?.step !== 'letterbox') || step.shrinkOnLoad !== true) {
    return { channels, orient, shrinkTo: null };
  }
  // A picture that will be turned may have its sides the other way round: the larger side is kept for both.
  const largest = (size: Size): Size => {
    const side = Math.max(size.width, size.height);
    return orient ? { width: side, height: side } : size;
  };
  return { channels, orient, shrinkTo: (width, height) => largest(targetOf(step, { width, height })) };
}

function targetOf(step: ResizeStep | LetterboxStep, size: Size): Size {
  return step.step === 'resize' ? resizedSize(step, size) : insideSize(step, size);
}

/**
 * The steps after decoding, in order. A resize followed by a crop is computed only where the crop looks. Throws
 * `PictureRefusal` when a picture would become too large on the way.
 */
export function applySteps(pixels: Pixels, steps: readonly PictureStep[]): Pixels {
  let current = pixels;
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at]!;
    const next = steps[at + 1];
    if (step.step === 'resize' && next?.step === 'crop') {
      const size = bounded(resizedSize(step, current));
      if (size.width >= next.width && size.height >= next.height) {
        current = resizePixels(current, size, step.algorithm, centreOf(size, next));
        at += 1;
        continue;
      }
    }
    current = applyStep(current, step);
  }
  return current;
}

function applyStep(pixels: Pixels, step: PictureStep): Pixels {
  switch (step.step) {
    case 'orient':
      return pixels;
    case 'resize':
      return resizePixels(pixels, bounded(resizedSize(step, pixels)), step.algorithm);
    case 'crop':
      return crop(pixels, step);
    case 'letterbox':
      return letterbox(pixels, step);
  }
}

/** A sliver of a picture, scaled until its shortest side fits, would be a bomb. */
function bounded(size: Size): Size {
  if (size.width * size.height <= maxPixels) return size;
  throw new PictureRefusal(`picture would become ${size.width} x ${size.height}, at most 100 million pixels are made`);
}

/** The size after a resize; a free side is rounded down (torchvision's _compute_resized_output_size), at least 1. */
export function resizedSize({ to }: ResizeStep, { width, height }: Size): Size {
  if ('width' in to) return { width: to.width, height: to.height };
  const given = 'shortest' in to ? to.shortest : to.longest;
  const fixed = 'shortest' in to ? Math.min(width, height) : Math.max(width, height);
  const other = Math.max(1, Math.trunc((given * (width + height - fixed)) / fixed));
  const isWidthFixed = 'shortest' in to ? width <= height : width >= height;
  return isWidthFixed ? { width: given, height: other } : { width: other, height: given };
}

/** torchvision's CenterCrop: halves are rounded to the even number. */
function centreOf(size: Size, wanted: Size): PixelWindow {
  return {
    left: roundToEven((size.width - wanted.width) / 2),
    top: roundToEven((size.height - wanted.height) / 2),
    width: wanted.width,
    height: wanted.height,
  };
}

function crop(pixels: Pixels, wanted: Size): Pixels {
  const width = Math.max(pixels.width, wanted.width);
  const height = Math.max(pixels.height, wanted.height);
  const isPadded = width > pixels.width || height > pixels.height;
  const left = Math.trunc((width - pixels.width) / 2);
  const top = Math.trunc((height - pixels.height) / 2);
  const padded = isPadded ? framed(pixels, { width, height }, left, top, [0, 0, 0]) : pixels;
  return cutPixels(padded, centreOf(padded, wanted));
}

/**
 * The picture with its proportions inside a frame, in its middle. Pillow's algorithms place it as ImageOps.pad does, the
 * others as YOLO's letterbox over cv2.copyMakeBorder does: they round in their own ways.
 */
function letterbox(pixels: Pixels, step: LetterboxStep): Pixels {
  const size = insideSize(step, pixels);
  const inside = resizePixels(pixels, size, step.algorithm);
  const [x, y] = [(step.width - size.width) / 2, (step.height - size.height) / 2];
  const place = step.algorithm.startsWith('pillow') ? roundToEven : (half: number) => roundToEven(half - 0.1);
  return framed(inside, step, place(x), place(y), step.colour);
}

function insideSize(step: LetterboxStep, { width, height }: Size): Size {
  if (!step.algorithm.startsWith('pillow')) {
    const scale = Math.min(step.height / height, step.width / width);
    return { width: atLeastOne(roundToEven(width * scale)), height: atLeastOne(roundToEven(height * scale)) };
  }
  // ImageOps.contain
  const ratio = width / height;
  const frame = step.width / step.height;
  if (ratio === frame) return { width: step.width, height: step.height };
  return ratio > frame
    ? { width: step.width, height: atLeastOne(roundToEven((height / width) * step.width)) }
    : { width: atLeastOne(roundToEven((width / height) * step.height)), height: step.height };
}

function atLeastOne(side: number): number {
  return Math.max(1, side);
}

/** Python's round. */
function roundToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

function framed(inside: Pixels, size: Size, left: number, top: number, colour: readonly number[]): Pixels {
  const { channels } = inside;
  const { pixels } = blankPixels(size.width, size.height, channels);
  fill(pixels, colour);
  for (let y = 0; y < inside.height; y++) {
    const row = inside.data.subarray(y * inside.width * channels, (y + 1) * inside.width * channels);
    pixels.data.set(row, ((top + y) * size.width + left) * channels);
  }
  return pixels;
}

function fill({ data, channels }: Pixels, colour: readonly number[]): void {
  const [red = 0, green = 0, blue = 0] = colour;
  if (channels === 1) data.fill((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
  else if (red === green && green === blue) data.fill(red);
  else for (let at = 0; at < data.length; at += 3) data.set([red, green, blue], at);
}
