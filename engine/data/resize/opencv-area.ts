import { roundToEven } from './opencv.ts';
import { blankPixels } from './pixels.ts';
import type { Pixels, PixelWindow } from './pixels.ts';
import { TableCache } from './table-cache.ts';

/** Which source positions, with which share, make up each output position: entries `ends[i - 1]` to `ends[i]`. */
interface Shares {
  places: Int32Array;
  shares: Float32Array;
  ends: Int32Array;
}

const tables = new TableCache<Shares>();

/**
 * INTER_AREA of cv::resize where no side grows: the mean over each output pixel's area. Whole factors are summed in
 * integers, others in single precision in OpenCV's order.
 */
export function resizeByArea(source: Pixels, size: { width: number; height: number }, window: PixelWindow): Pixels {
  const stepX = source.width / size.width;
  const stepY = source.height / size.height;
  if (Number.isInteger(stepX) && Number.isInteger(stepY)) return meanOfBlocks(source, stepX, stepY, window);
  return meanOfShares(source, size, window);
}

function meanOfBlocks(source: Pixels, stepX: number, stepY: number, window: PixelWindow): Pixels {
  const { channels } = source;
  const { pixels } = blankPixels(window.width, window.height, channels);
  const share = Math.fround(1 / (stepX * stepY));
  const isTwoByTwo = stepX === 2 && stepY === 2;
  let to = 0;
  for (let y = 0; y < window.height; y++) {
    for (let x = 0; x < window.width; x++) {
      const corner = ((window.top + y) * stepY * source.width + (window.left + x) * stepX) * channels;
      for (let channel = 0; channel < channels; channel++) {
        const sum = sumOfBlock(source, corner + channel, stepX, stepY);
        pixels.data[to++] = isTwoByTwo ? (sum + 2) >> 2 : roundToEven(Math.fround(sum * share));
      }
    }
  }
  return pixels;
}

function sumOfBlock({ data, width, channels }: Pixels, corner: number, stepX: number, stepY: number): number {
  let sum = 0;
  for (let row = 0; row < stepY; row++) {
    let from = corner + row * width * channels;
    for (let column = 0; column < stepX; column++) {
      sum += data[from]!;
      from += channels;
    }
  }
  return sum;
}

function sharesOf(from: number, to: number, first: number, count: number): Shares {
  return tables.get(`${from} ${to} ${first} ${count}`, () => computeShares(from, to, first, count));
}

/** computeResizeAreaTab of resize.cpp. */
function computeShares(from: number, to: number, first: number, count: number): Shares {
  const scale = 1 / (to / from);
  const places: number[] = [];
  const shares: number[] = [];
  const ends = new Int32Array(count);
  for (let at = 0; at < count; at++) {
    const begin = (first + at) * scale;
    const end = begin + scale;
    const cell = Math.min(scale, from - begin);
    const lastWhole = Math.min(Math.floor(end), from - 1);
    const firstWhole = Math.min(Math.ceil(begin), lastWhole);
    if (firstWhole - begin > 1e-3) {
      places.push(firstWhole - 1);
      shares.push((firstWhole - begin) / cell);
    }
    for (let place = firstWhole; place < lastWhole; place++) {
      places.push(place);
      shares.push(1 / cell);
    }
    if (end - lastWhole > 1e-3) {
      places.push(lastWhole);
      shares.push(Math.min(Math.min(end - lastWhole, 1), cell) / cell);
    }
    ends[at] = places.length;
  }
  return { places: Int32Array.from(places), shares: Float32Array.from(shares), ends };
}

function meanOfShares(source: Pixels, size: { width: number; height: number }, window: PixelWindow): Pixels {
  const across = sharesOf(source.width, size.width, window.left, window.width);
  const down = sharesOf(source.height, size.height, window.top, window.height);
  const length = window.width * source.channels;
  const { pixels } = blankPixels(window.width, window.height, source.channels);
  const row = new Float32Array(length);
  const sums = new Float32Array(length);
  let summed = -1;
  for (let y = 0; y < window.height; y++) {
    sums.fill(0);
    for (let entry = y === 0 ? 0 : down.ends[y - 1]!; entry < down.ends[y]!; entry++) {
      // A row on the border of two output rows has a share in both.
      if (down.places[entry] !== summed) sumRow(source, (summed = down.places[entry]!), across, row);
      const share = down.shares[entry]!;
      for (let x = 0; x < length; x++) sums[x] = sums[x]! + Math.fround(row[x]! * share);
    }
    for (let x = 0; x < length; x++) pixels.data[y * length + x] = Math.min(255, roundToEven(sums[x]!));
  }
  return pixels;
}

function sumRow(source: Pixels, row: number, across: Shares, sums: Float32Array): void {
  const from = row * source.width * source.channels;
  if (source.channels === 3) sumColour(source.data, from, across, sums);
  else sumGrey(source.data, from, across, sums);
}

/** In single precision after every product and every sum, as the float arithmetic that it equals. */
function sumColour(data: Uint8Array, from: number, { places, shares, ends }: Shares, sums: Float32Array): void {
  const f = Math.fround;
  let entry = 0;
  for (let x = 0; x < ends.length; x++) {
    let red = f(0);
    let green = f(0);
    let blue = f(0);
    for (; entry < ends[x]!; entry++) {
      const pixel = from + 3 * places[entry]!;
      const share = shares[entry]!;
      red = f(red + f(data[pixel]! * share));
      green = f(green + f(data[pixel + 1]! * share));
      blue = f(blue + f(data[pixel + 2]! * share));
    }
    sums[3 * x] = red;
    sums[3 * x + 1] = green;
    sums[3 * x + 2] = blue;
  }
}

function sumGrey(data: Uint8Array, from: number, { places, shares, ends }: Shares, sums: Float32Array): void {
  const f = Math.fround;
  let entry = 0;
  for (let x = 0; x < ends.length; x++) {
    let sum = f(0);
    for (; entry < ends[x]!; entry++) sum = f(sum + f(data[from + places[entry]!]! * shares[entry]!));
    sums[x] = sum;
  }
}
