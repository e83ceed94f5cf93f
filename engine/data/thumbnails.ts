import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Sharp } from 'sharp';
import { problem, type ArchiveEntry, type PictureSize, type ProblemError } from '../contract/index.ts';
import { readEntry } from './archive-entry.ts';
import { bitmapSize, decodeBitmap } from './bitmap.ts';
import { loadSharp, maxPixels } from './picture-decode.ts';
import { pictureFormat } from './picture-formats.ts';
import { maxPictureFileBytes } from './picture-reader.ts';
import { isShownByBrowsers, pictureType, pictureTypeOf } from './picture-type.ts';
import { statInWords } from './source-files.ts';

/** The cache is cut to this many bytes, the longest unused first. */
const cacheBytes = 512 << 20;
/** Between two looks at how large the cache is, in bytes written. */
const lookAfterBytes = 32 << 20;
/** The longest side of what stands for a file that browsers do not show. */
const largestSide = 2048;

/** What is to be shown of a picture, and where small copies are kept. */
export interface PictureTask {
  path: string;
  /** Where it lies in the archive at `path`. */
  entry?: ArchiveEntry | undefined;
  size: PictureSize;
  cache: string;
}

export interface ShownPicture {
  path: string;
  type: string;
}

let writtenSinceLook = lookAfterBytes;

/**
 * The file to show for a picture: itself, or a small copy from the cache, made when it is not there. Errors: FILE_MISSING,
 * FILE_UNREADABLE, FORMAT_NOT_SUPPORTED when it is no picture by its bytes, DATA_INVALID when it cannot be decoded.
 */
export async function openPicture(task: PictureTask): Promise<ShownPicture> {
  const { path, entry, size, cache } = task;
  const bytes = entry === undefined ? null : await entryBytes(path, entry);
  const type = bytes === null ? pictureType(path) : pictureTypeOf(bytes);
  if (type === null) {
    throw problem('FORMAT_NOT_SUPPORTED', `${basename(path)} is no picture that is shown.`, { subject: path });
  }
  if (size === 'original' && bytes === null && isShownByBrowsers(type)) return { path, type };
  const side = size === 'original' ? largestSide : size;
  const stats = await statInWords(path);
  const key = createHash('sha256')
    .update(JSON.stringify([path, `${stats.size} ${stats.mtimeNs}`, side, ...(entry ? [entry.offset] : [])]))
    .digest('hex');
  const copy = join(cache, key.slice(0, 2), `${key}.webp`);
  if (!(await touched(copy))) await writeCopy(task, bytes ?? (await wholeFile(path, stats.size)), copy, side);
  if (writtenSinceLook >= lookAfterBytes) {
    writtenSinceLook = 0;
    await cutCache(cache);
  }
  return { path: copy, type: 'image/webp' };
}

async function entryBytes(path: string, entry: ArchiveEntry): Promise<Buffer> {
  if (entry.bytes > maxPictureFileBytes) throw tooLarge(path);
  const bytes = await readEntry(path, entry);
  if (typeof bytes !== 'string') return bytes;
  throw problem('DATA_INVALID', `A picture of ${basename(path)} cannot be read: ${bytes}.`, { subject: path });
}

async function wholeFile(path: string, bytes: bigint): Promise<Buffer> {
  if (bytes > BigInt(maxPictureFileBytes)) throw tooLarge(path);
  return readFile(path);
}

function tooLarge(path: string): ProblemError {
  return problem('DATA_INVALID', `${basename(path)} is too large to be shown.`, { subject: path });
}

async function writeCopy({ path }: PictureTask, bytes: Buffer, copy: string, side: number): Promise<void> {
  const folder = join(copy, '..');
  const partial = join(folder, `${randomUUID()}.partial`);
  await mkdir(folder, { recursive: true });
  try {
    const { size } = await (
      await shownBy(bytes)
    )
      .rotate()
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 82 })
      .toFile(partial);
    await rename(partial, copy);
    writtenSinceLook += size;
  } catch (error) {
    await rm(partial, { force: true });
    const words = error instanceof Error ? (error.message.split('\n')[0] ?? '').replaceAll(path, basename(path)) : '';
    if (/ENOSPC|No space/i.test(words)) throw error;
    throw problem('DATA_INVALID', `${basename(path)} cannot be decoded (${words}).`, { subject: path, cause: error });
  }
}

/** sharp over a picture; BMP, which libvips does not read, as the pixels that it holds. */
async function shownBy(bytes: Buffer): Promise<Sharp> {
  const sharp = await loadSharp();
  if (pictureFormat(bytes) !== 'bmp') return sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error' });
  const size = bitmapSize(bytes);
  if (size === null || size.width * size.height > maxPixels) throw new Error('too many pixels');
  const { width, height, channels, data } = decodeBitmap(bytes);
  return sharp(Buffer.from(data.buffer), { raw: { width, height, channels } });
}

/** Whether the copy is there; its time says when it was last asked for. */
export async function touched(copy: string): Promise<boolean> {
  const now = new Date();
  return utimes(copy, now, now).then(
    () => true,
    () => false,
  );
}

/** Cuts the cache to nine tenths of its bound when it is beyond it. */
async function cutCache(cache: string): Promise<void> {
  const copies: { path: string; bytes: number; used: number }[] = [];
  for (const folder of await readdir(cache).catch(() => [])) {
    for (const name of await readdir(join(cache, folder)).catch(() => [])) {
      const path = join(cache, folder, name);
      const found = await stat(path).catch(() => null);
      if (found?.isFile()) copies.push({ path, bytes: found.size, used: found.mtimeMs });
    }
  }
  let total = copies.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= cacheBytes) return;
  for (const { path, bytes } of copies.toSorted((a, b) => a.used - b.used)) {
    if (total <= cacheBytes * 0.9) return;
    await rm(path, { force: true });
    total -= bytes;
  }
}
