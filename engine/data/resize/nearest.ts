import { blankPixels } from './pixels.ts';
import type { Pixels, PixelWindow } from './pixels.ts';

/**
 * Pillow's nearest neighbour (ImagingScaleAffine in Geometry.c): the position is added up in double precision from half
 * a step, so that even its rounding errors are the same.
 */
export function pillowNearestPlaces(from: number, to: number): Int32Array {
  const places = new Int32Array(to);
  const step = from / to;
  let position = step * 0.5;
  for (let at = 0; at < to; at++) {
    places[at] = Math.min(Math.trunc(position), from - 1);
    position += step;
  }
  return places;
}

/** OpenCV's nearest neighbour (resizeNN in resize.cpp): floor of the output's index times the step, without a half. */
export function opencvNearestPlaces(from: number, to: number): Int32Array {
  const places = new Int32Array(to);
  const step = 1 / (to / from);
  for (let at = 0; at < to; at++) places[at] = Math.min(Math.floor(at * step), from - 1);
  return places;
}

/** Copies for every pixel of the window the source pixel at the place of its column and row. */
export function pickPixels(source: Pixels, columns: Int32Array, rows: Int32Array, window: PixelWindow): Pixels {
  const { channels } = source;
  const { pixels } = blankPixels(window.width, window.height, channels);
  let to = 0;
  for (let y = 0; y < window.height; y++) {
    const row = rows[window.top + y]! * source.width;
    for (let x = 0; x < window.width; x++) {
      const from = (row + columns[window.left + x]!) * channels;
      for (let channel = 0; channel < channels; channel++) pixels.data[to++] = source.data[from + channel]!;
    }
  }
  return pixels;
}
