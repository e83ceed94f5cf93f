/** A picture in memory: 8 bits a channel, interleaved rows (HWC), grey or RGB. */
export interface Pixels {
  width: number;
  height: number;
  channels: 1 | 3;
  data: Uint8Array;
}

/** A part of a picture that is asked for, in pixels of that picture. */
export interface PixelWindow {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Zeroed pixels; the second view writes with clamping to 0 and 255. */
export function blankPixels(
  width: number,
  height: number,
  channels: 1 | 3,
): { pixels: Pixels; clamped: Uint8ClampedArray } {
  const data = new Uint8Array(width * height * channels);
  return { pixels: { width, height, channels, data }, clamped: new Uint8ClampedArray(data.buffer) };
}
