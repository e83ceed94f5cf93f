import type { Pixels } from './resize/index.ts';

/**
 * Where an EXIF orientation takes the pixel that the turned picture shows at (x, y): whether sides change places, and
 * whether the stored columns and rows run backwards. As Pillow's ImageOps.exif_transpose.
 */
const turns: Record<number, { swap: boolean; backX: boolean; backY: boolean }> = {
  2: { swap: false, backX: true, backY: false },
  3: { swap: false, backX: true, backY: true },
  4: { swap: false, backX: false, backY: true },
  5: { swap: true, backX: false, backY: false },
  6: { swap: true, backX: false, backY: true },
  7: { swap: true, backX: true, backY: true },
  8: { swap: true, backX: true, backY: false },
};

/** The picture as its EXIF orientation (1 to 8) wants it seen. */
export function turnPixels(source: Pixels, orientation: number): Pixels {
  const turn = turns[orientation];
  if (turn === undefined) return source;
  const { channels } = source;
  const width = turn.swap ? source.height : source.width;
  const height = turn.swap ? source.width : source.height;
  const data = new Uint8Array(source.data.length);
  let to = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const column = turn.swap ? y : x;
      const row = turn.swap ? x : y;
      const storedX = turn.backX ? source.width - 1 - column : column;
      const storedY = turn.backY ? source.height - 1 - row : row;
      const from = (storedY * source.width + storedX) * channels;
      for (let channel = 0; channel < channels; channel++) data[to++] = source.data[from + channel]!;
    }
  }
  return { width, height, channels, data };
}
