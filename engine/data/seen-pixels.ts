import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cellOk, type PixelColumn } from './batch.ts';
import { loadSharp } from './picture-decode.ts';
import { touched } from './thumbnails.ts';

/**
 * One row of a column of pixels as a PNG in the cache, pixel for pixel: what is left of a picture when every step has been
 * taken. The same pixels are written once. Null where the row has none.
 */
export async function writeSeenPixels(cache: string, column: PixelColumn, row: number): Promise<string | null> {
  if (column.state[row] !== cellOk) return null;
  const { width, height, channels } = column;
  const length = width * height * channels;
  const { buffer, byteOffset } = column.values;
  const pixels = Buffer.from(buffer, byteOffset + row * length, length);
  const key = createHash('sha256').update(`${width} ${height} ${channels} `).update(pixels).digest('hex');
  const folder = join(cache, key.slice(0, 2));
  const file = join(folder, `${key}.png`);
  if (await touched(file)) return file;
  const partial = join(folder, `${randomUUID()}.partial`);
  await mkdir(folder, { recursive: true });
  try {
    const sharp = await loadSharp();
    await sharp(pixels, { raw: { width, height, channels } }).png({ compressionLevel: 3 }).toFile(partial);
    await rename(partial, file);
    return file;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
