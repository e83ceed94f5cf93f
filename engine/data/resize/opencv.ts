import { blankPixels } from './pixels.ts';
import type { Pixels, PixelWindow } from './pixels.ts';
import { TableCache } from './table-cache.ts';

/** `stretch` is what INTER_AREA becomes where a side grows: linear, placed by the edges of cells. */
export type OpencvFilter = 'linear' | 'stretch' | 'cubic';

/** Weights are integers with this many bits behind the point (INTER_RESIZE_COEF_BITS). */
const weightBits = 11;
const whole = 1 << weightBits;

/** For every output position in a range: its source positions, clamped to the picture, and their weights. */
interface Taps {
  places: Int32Array;
  weights: Int32Array;
  /** Positions and weights of each output position: 2 or 4. */
  taps: number;
}

const tables = new TableCache<Taps>();

function tapsOf(filter: OpencvFilter, axis: 'x' | 'y', from: number, to: number, first: number, count: number): Taps {
  const key = `${filter} ${axis} ${from} ${to} ${first} ${count}`;
  return tables.get(key, () => computeTaps(filter, axis, from, to, first, count));
}

/** The tables of cv::resize (hal::resize in resize.cpp): positions in single precision, weights rounded to even. */
function computeTaps(
  filter: OpencvFilter,
  axis: 'x' | 'y',
  from: number,
  to: number,
  first: number,
  count: number,
): Taps {
  const taps = filter === 'cubic' ? 4 : 2;
  const table = { places: new Int32Array(count * taps), weights: new Int32Array(count * taps), taps };
  const inverse = to / from;
  const scale = 1 / inverse;
  for (let at = 0; at < count; at++) {
    const target = first + at;
    let [place, fraction] = filter === 'stretch' ? byEdge(target, scale, inverse) : byCentre(target, scale);
    // Across, linear weights stop at the edges; down, rows are clamped and the weights stay.
    if (taps === 2 && axis === 'x') {
      if (place < 0) [place, fraction] = [0, 0];
      if (place >= from - 1) [place, fraction] = [from - 1, 0];
    }
    const weights = taps === 4 ? cubicWeights(fraction) : [Math.fround(1 - fraction), fraction];
    for (const [tap, weight] of weights.entries()) {
      const offset = taps === 4 ? tap - 1 : tap;
      table.places[at * taps + tap] = Math.min(from - 1, Math.max(0, place + offset));
      table.weights[at * taps + tap] = roundToEven(Math.fround(weight * whole));
    }
  }
  return table;
}

function byCentre(target: number, scale: number): [place: number, fraction: number] {
  const position = Math.fround((target + 0.5) * scale - 0.5);
  const place = Math.floor(position);
  return [place, Math.fround(position - place)];
}

function byEdge(target: number, scale: number, inverse: number): [place: number, fraction: number] {
  const place = Math.floor(target * scale);
  const position = Math.fround(target + 1 - (place + 1) * inverse);
  return [place, position <= 0 ? 0 : Math.fround(position - Math.floor(position))];
}

/** interpolateCubic of resize.cpp: cubic convolution with A = -0.75, in single precision. */
function cubicWeights(x: number): number[] {
  const a = -0.75;
  const f = Math.fround;
  const outer = f(f(f(f(f(f(a * f(x + 1)) - f(5 * a)) * f(x + 1)) + f(8 * a)) * f(x + 1)) - f(4 * a));
  const inner = (y: number): number => f(f(f(f(f(f(a + 2) * y) - f(a + 3)) * y) * y) + 1);
  const near = inner(x);
  const far = inner(f(1 - x));
  return [outer, near, far, f(f(f(1 - outer) - near) - far)];
}

/** cvRound: halves go to the even number. */
export function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/**
 * cv::resize of 8-bit pictures with INTER_LINEAR or INTER_CUBIC: columns in 11-bit integers kept whole, then rows. Only
 * the source rows that the window needs are looked at.
 */
export function resizeAsOpencv(
  source: Pixels,
  size: { width: number; height: number },
  filter: OpencvFilter,
  window: PixelWindow,
): Pixels {
  const across = tapsOf(filter, 'x', source.width, size.width, window.left, window.width);
  const down = tapsOf(filter, 'y', source.height, size.height, window.top, window.height);
  const length = window.width * source.channels;
  const { pixels, clamped } = blankPixels(window.width, window.height, source.channels);
  // As many rows as one output row needs, each kept until another one needs its place.
  const rows = Array.from({ length: down.taps }, () => ({ row: -1, sums: new Int32Array(length) }));
  for (let y = 0; y < window.height; y++) {
    const sums = fetchRows(source, across, down, y, rows);
    if (filter === 'cubic') addCubic(sums, down.weights, y * 4, clamped, y * length);
    else addLinear(sums, down.weights, y * 2, clamped, y * length);
  }
  return pixels;
}

interface FilteredRow {
  row: number;
  sums: Int32Array;
}

/** The filtered source rows of an output row, in the order of its taps; rows known already are not filtered again. */
function fetchRows(source: Pixels, across: Taps, down: Taps, y: number, kept: FilteredRow[]): Int32Array[] {
  const wanted = Array.from(down.places.subarray(y * down.taps, (y + 1) * down.taps));
  for (const row of wanted) {
    if (kept.some((slot) => slot.row === row)) continue;
    const free = kept.find((slot) => !wanted.includes(slot.row)) as FilteredRow;
    free.row = row;
    filterRow(source, row, across, free.sums);
  }
  return wanted.map((row) => (kept.find((slot) => slot.row === row) as FilteredRow).sums);
}

function filterRow(source: Pixels, row: number, across: Taps, sums: Int32Array): void {
  const from = row * source.width * source.channels;
  if (source.channels === 1) filterGrey(source.data, from, across, sums);
  else if (across.taps === 2) filterColourByTwo(source.data, from, across, sums);
  else filterColour(source.data, from, across, sums);
}

function filterGrey(data: Uint8Array, from: number, { places, weights, taps }: Taps, sums: Int32Array): void {
  for (let x = 0; x < sums.length; x++) {
    let sum = 0;
    const end = (x + 1) * taps;
    for (let tap = x * taps; tap < end; tap++) sum += Math.imul(data[from + places[tap]!]!, weights[tap]!);
    sums[x] = sum;
  }
}

/** The linear case written out: most pictures are colour and most resizes linear. */
function filterColourByTwo(data: Uint8Array, from: number, { places, weights }: Taps, sums: Int32Array): void {
  let to = 0;
  for (let tap = 0; tap < places.length; tap += 2) {
    const left = from + 3 * places[tap]!;
    const right = from + 3 * places[tap + 1]!;
    const one = weights[tap]!;
    const two = weights[tap + 1]!;
    sums[to] = Math.imul(data[left]!, one) + Math.imul(data[right]!, two);
    sums[to + 1] = Math.imul(data[left + 1]!, one) + Math.imul(data[right + 1]!, two);
    sums[to + 2] = Math.imul(data[left + 2]!, one) + Math.imul(data[right + 2]!, two);
    to += 3;
  }
}

function filterColour(data: Uint8Array, from: number, { places, weights, taps }: Taps, sums: Int32Array): void {
  let to = 0;
  for (let first = 0; first < places.length; first += taps) {
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let tap = first; tap < first + taps; tap++) {
      const pixel = from + 3 * places[tap]!;
      const weight = weights[tap]!;
      red += Math.imul(data[pixel]!, weight);
      green += Math.imul(data[pixel + 1]!, weight);
      blue += Math.imul(data[pixel + 2]!, weight);
    }
    sums[to] = red;
    sums[to + 1] = green;
    sums[to + 2] = blue;
    to += 3;
  }
}

/** VResizeLinear for uchar: the sums lose 4 bits, the products 16, and the last two are rounded. */
function addLinear(
  [upper, lower]: Int32Array[],
  weights: Int32Array,
  at: number,
  target: Uint8ClampedArray,
  to: number,
): void {
  const above = weights[at]!;
  const below = weights[at + 1]!;
  const length = upper!.length;
  for (let x = 0; x < length; x++) {
    const first = Math.imul(above, upper![x]! >> 4) >> 16;
    const second = Math.imul(below, lower![x]! >> 4) >> 16;
    target[to + x] = (first + second + 2) >> 2;
  }
}

/**
 * VResizeCubic with FixedPtCast: 22 bits rounded off. OpenCV's vector code sums in single precision instead, which gives
 * about 3 of 100 pixels one level more or less.
 */
function addCubic(sums: Int32Array[], weights: Int32Array, at: number, target: Uint8ClampedArray, to: number): void {
  const [first, second, third, fourth] = sums as [Int32Array, Int32Array, Int32Array, Int32Array];
  const [a, b, c, d] = weights.subarray(at, at + 4) as unknown as [number, number, number, number];
  const rounding = 1 << (2 * weightBits - 1);
  for (let x = 0; x < first.length; x++) {
    const sum = Math.imul(first[x]!, a) + Math.imul(second[x]!, b) + Math.imul(third[x]!, c) + Math.imul(fourth[x]!, d);
    target[to + x] = (sum + rounding) >> (2 * weightBits);
  }
}
