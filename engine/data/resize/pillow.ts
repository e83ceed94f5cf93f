import { blankPixels } from './pixels.ts';
import type { Pixels, PixelWindow } from './pixels.ts';
import { TableCache } from './table-cache.ts';

export type PillowFilter = 'box' | 'bilinear' | 'hamming' | 'bicubic' | 'lanczos';

/** The filters of Pillow's Resample.c: how far each reaches, and its weight at a distance. */
const filters: Record<PillowFilter, { support: number; weight: (x: number) => number }> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => (Math.abs(x) < 1 ? 1 - Math.abs(x) : 0) },
  hamming: { support: 1, weight: hamming },
  bicubic: { support: 2, weight: bicubic },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

function hamming(distance: number): number {
  const x = Math.abs(distance);
  if (x === 0) return 1;
  if (x >= 1) return 0;
  const turn = x * Math.PI;
  return (Math.sin(turn) / turn) * (0.54 + 0.46 * Math.cos(turn));
}

/** The cubic convolution of Keys with a = -0.5. */
function bicubic(distance: number): number {
  const a = -0.5;
  const x = Math.abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

function sinc(x: number): number {
  if (x === 0) return 1;
  const turn = x * Math.PI;
  return Math.sin(turn) / turn;
}

/** Weights are integers with this many bits behind the point, as Pillow's for 8-bit pictures (PRECISION_BITS). */
const precision = 22;
const half = 1 << (precision - 1);

/** For every output position in a range: the first source position, how many, and their weights side by side. */
interface Taps {
  starts: Int32Array;
  counts: Int32Array;
  weights: Int32Array;
  /** Weights reserved for each position. */
  stride: number;
}

const tables = new TableCache<Taps>();

function tapsOf(filter: PillowFilter, from: number, to: number, first: number, count: number): Taps {
  return tables.get(`${filter} ${from} ${to} ${first} ${count}`, () => computeTaps(filter, from, to, first, count));
}

/** precompute_coeffs and normalize_coeffs_8bpc of Resample.c, for output positions from `first`. */
function computeTaps(name: PillowFilter, from: number, to: number, first: number, count: number): Taps {
  const { support: reach, weight } = filters[name];
  const scale = from / to;
  const filterScale = Math.max(scale, 1);
  const support = reach * filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const taps = {
    starts: new Int32Array(count),
    counts: new Int32Array(count),
    weights: new Int32Array(count * stride),
    stride,
  };
  const exact = new Float64Array(stride);
  const perPixel = 1 / filterScale;
  for (let at = 0; at < count; at++) {
    const centre = (first + at + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const width = Math.min(from, Math.trunc(centre + support + 0.5)) - start;
    let sum = 0;
    for (let tap = 0; tap < width; tap++) {
      const value = weight((tap + start - centre + 0.5) * perPixel);
      exact[tap] = value;
      sum += value;
    }
    taps.starts[at] = start;
    taps.counts[at] = width;
    for (let tap = 0; tap < width; tap++) {
      const share = sum === 0 ? exact[tap]! : exact[tap]! / sum;
      taps.weights[at * stride + tap] = Math.trunc((share < 0 ? -0.5 : 0.5) + share * (1 << precision));
    }
  }
  return taps;
}

/**
 * Pillow's Image.resize for 8-bit pictures (ImagingResample in Resample.c): columns first, rounded to 8 bits, then rows.
 * Equal to it in every pixel, but that Pillow 13 takes rows first where the height shrinks by more than twice as much as
 * the width: models are older than that, and it is one level at most. Of the resized picture only the window is computed.
 */
export function resizeAsPillow(
  source: Pixels,
  size: { width: number; height: number },
  filter: PillowFilter,
  window: PixelWindow,
): Pixels {
  const across =
    size.width === source.width ? null : tapsOf(filter, source.width, size.width, window.left, window.width);
  if (size.height === source.height) return filterColumns(source, across, window.top, window.height, window);
  const down = tapsOf(filter, source.height, size.height, window.top, window.height);
  const firstRow = down.starts[0]!;
  const last = window.height - 1;
  const rows = down.starts[last]! + down.counts[last]! - firstRow;
  return filterRows(filterColumns(source, across, firstRow, rows, window), down, firstRow, window);
}

/** Rows `firstRow` and on of the source, each reduced to the window's columns. */
function filterColumns(source: Pixels, taps: Taps | null, firstRow: number, rows: number, window: PixelWindow): Pixels {
  const { channels } = source;
  const { pixels, clamped } = blankPixels(window.width, rows, channels);
  for (let row = 0; row < rows; row++) {
    const from = (firstRow + row) * source.width * channels;
    const to = row * window.width * channels;
    if (taps === null) {
      const begin = from + window.left * channels;
      clamped.set(source.data.subarray(begin, begin + window.width * channels), to);
    } else if (channels === 3) filterColourRow(source.data, from, clamped, to, taps, window.width);
    else filterGreyRow(source.data, from, clamped, to, taps, window.width);
  }
  return pixels;
}

function filterColourRow(
  source: Uint8Array,
  from: number,
  target: Uint8ClampedArray,
  to: number,
  taps: Taps,
  width: number,
): void {
  const { starts, counts, weights, stride } = taps;
  let place = to;
  for (let x = 0; x < width; x++) {
    let red = half;
    let green = half;
    let blue = half;
    let pixel = from + 3 * starts[x]!;
    const end = x * stride + counts[x]!;
    for (let tap = x * stride; tap < end; tap++) {
      const weight = weights[tap]!;
      red = (red + Math.imul(source[pixel]!, weight)) | 0;
      green = (green + Math.imul(source[pixel + 1]!, weight)) | 0;
      blue = (blue + Math.imul(source[pixel + 2]!, weight)) | 0;
      pixel += 3;
    }
    target[place] = red >> precision;
    target[place + 1] = green >> precision;
    target[place + 2] = blue >> precision;
    place += 3;
  }
}

function filterGreyRow(
  source: Uint8Array,
  from: number,
  target: Uint8ClampedArray,
  to: number,
  taps: Taps,
  width: number,
): void {
  const { starts, counts, weights, stride } = taps;
  for (let x = 0; x < width; x++) {
    let sum = half;
    let pixel = from + starts[x]!;
    const end = x * stride + counts[x]!;
    for (let tap = x * stride; tap < end; tap++) sum = (sum + Math.imul(source[pixel++]!, weights[tap]!)) | 0;
    target[to + x] = sum >> precision;
  }
}

/** The window's rows out of rows that begin with the source's row `firstRow`. */
function filterRows(narrow: Pixels, taps: Taps, firstRow: number, window: PixelWindow): Pixels {
  const { starts, counts, weights, stride } = taps;
  const length = window.width * narrow.channels;
  const { pixels, clamped } = blankPixels(window.width, window.height, narrow.channels);
  for (let y = 0; y < window.height; y++) {
    const firstTap = y * stride;
    const begin = (starts[y]! - firstRow) * length;
    filterRow(narrow.data, begin, length, weights.subarray(firstTap, firstTap + counts[y]!), clamped, y * length);
  }
  return pixels;
}

/** One output row: four values at a time, so that a weight is fetched once for all of them. */
function filterRow(
  source: Uint8Array,
  begin: number,
  length: number,
  weights: Int32Array,
  target: Uint8ClampedArray,
  to: number,
): void {
  const taps = weights.length;
  let x = 0;
  for (; x + 3 < length; x += 4) {
    let one = half;
    let two = half;
    let three = half;
    let four = half;
    let pixel = begin + x;
    for (let tap = 0; tap < taps; tap++) {
      const weight = weights[tap]!;
      one = (one + Math.imul(source[pixel]!, weight)) | 0;
      two = (two + Math.imul(source[pixel + 1]!, weight)) | 0;
      three = (three + Math.imul(source[pixel + 2]!, weight)) | 0;
      four = (four + Math.imul(source[pixel + 3]!, weight)) | 0;
      pixel += length;
    }
    target[to + x] = one >> precision;
    target[to + x + 1] = two >> precision;
    target[to + x + 2] = three >> precision;
    target[to + x + 3] = four >> precision;
  }
  for (; x < length; x++) {
    let sum = half;
    for (let tap = 0; tap < taps; tap++) {
      sum = (sum + Math.imul(source[begin + x + tap * length]!, weights[tap]!)) | 0;
    }
    target[to + x] = sum >> precision;
  }
}
