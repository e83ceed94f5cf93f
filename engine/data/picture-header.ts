import { open } from 'node:fs/promises';
import { inflateRawSync, constants } from 'node:zlib';
import { bitmapSize } from './bitmap.ts';
import { pictureFormat } from './picture-formats.ts';
import type { PictureFormat } from './picture-formats.ts';
import type { PicturePath } from './pictures.ts';

/** What a header says, or in words why it says nothing. Sizes are 0 where they lie too far behind to be looked for. */
export type PictureHeader = { format: PictureFormat; width: number; height: number } | { why: string };

/** A first part that holds the size in nearly all files; a second one for JPEGs with large metadata before it. */
const firstBytes = 4096;
const moreBytes = 256 * 1024;

/**
 * Format and size of a picture as stored, from its first bytes. The decoder has the last word; this is for looking at
 * thousands of files at once. Never throws for a bad file.
 */
export async function readPictureHeader(picture: PicturePath): Promise<PictureHeader> {
  try {
    const first = await firstPart(picture, firstBytes);
    if (pictureFormat(first) === 'tiff') return await tiffHeader(picture, first);
    const header = headerOf(first);
    if (!('why' in header) || first.length < firstBytes) return header;
    return headerOf(await firstPart(picture, moreBytes));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'damaged';
    return { why: `cannot be read (${code})` };
  }
}

async function firstPart({ path, entry }: PicturePath, length: number): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    if (entry === undefined) return await readAt(handle, 0, length);
    // The entry's own header, its name and fields, then the data.
    const packed = await readAt(handle, entry.offset, length + 1024);
    if (packed.length < 30) return packed.subarray(0, 0);
    const begin = 30 + packed.readUInt16LE(26) + packed.readUInt16LE(28);
    const data = packed.subarray(begin, begin + entry.packed);
    if (entry.stored) return data.subarray(0, length);
    // A part of the packed bytes unpacks to a part of the picture; what is too large for the bound is cut by the chunk size.
    return inflateRawSync(data, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 64 * moreBytes }).subarray(
      0,
      length,
    );
  } finally {
    await handle.close();
  }
}

async function readAt(handle: Awaited<ReturnType<typeof open>>, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  const { bytesRead } = await handle.read(buffer, 0, length, at);
  return buffer.subarray(0, bytesRead);
}

function headerOf(bytes: Buffer): PictureHeader {
  if (bytes.length === 0) return { why: 'is empty' };
  const format = pictureFormat(bytes);
  if (format === null || format === 'tiff') return { why: 'is not a picture that is read' };
  try {
    const size = readers[format](bytes);
    if (size === null || size.width <= 0 || size.height <= 0) return { why: 'has a damaged header' };
    return { format, ...size };
  } catch (error) {
    if (error instanceof RangeError) return { why: 'has a damaged header' };
    throw error;
  }
}

type Size = { width: number; height: number };

/** Each reads past the end with a RangeError, or gives null, when the header is cut off. */
const readers: Record<Exclude<PictureFormat, 'tiff'>, (bytes: Buffer) => Size | null> = {
  png: (bytes) => ({ width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }),
  gif: (bytes) => ({ width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }),
  bmp: bitmapSize,
  jpeg: jpegSize,
  webp: webpSize,
  avif: avifSize,
};

/** The frame header, behind segments that each say how long they are. */
function jpegSize(bytes: Buffer): Size | null {
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}

function webpSize(bytes: Buffer): Size | null {
  const kind = bytes.toString('latin1', 12, 16);
  if (kind === 'VP8X') return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
  if (kind === 'VP8 ') return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
  const bits = bytes.readUInt32LE(21);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

/** A TIFF's first directory may lie anywhere; in an archive, or in a file beyond 4 GB, it is not gone after. */
async function tiffHeader({ path, entry }: PicturePath, first: Buffer): Promise<PictureHeader> {
  const isClassic = first[2] === 42 || first[3] === 42;
  const at = isClassic && first.length >= 8 ? tiffNumbers(first).u32(4) : 0;
  const isNear = at + directoryBytes <= first.length;
  if (!isClassic || (entry !== undefined && !isNear)) return { format: 'tiff', width: 0, height: 0 };
  const directory = isNear ? first.subarray(at) : await fileAt(path, at, directoryBytes);
  try {
    return { format: 'tiff', ...directorySize(tiffNumbers(directory, first)) };
  } catch (error) {
    if (error instanceof RangeError) return { why: 'has a damaged header' };
    throw error;
  }
}

const directoryBytes = 2 + 12 * 64;

interface Numbers {
  u16: (at: number) => number;
  u32: (at: number) => number;
}

/** Numbers in the byte order that the file's first letters tell. */
function tiffNumbers(bytes: Buffer, head = bytes): Numbers {
  const isLittle = head[0] === 0x49;
  return {
    u16: (at) => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)),
    u32: (at) => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)),
  };
}

/** Entries are sorted by their tags, and width and height have low ones. */
function directorySize({ u16, u32 }: Numbers): Size {
  const size = { width: 0, height: 0 };
  const entries = Math.min(u16(0), 64);
  for (let at = 2; at < 2 + 12 * entries && u16(at) <= 257; at += 12) {
    const value = u16(at + 2) === 3 ? u16(at + 8) : u32(at + 8);
    if (u16(at) === 256) size.width = value;
    if (u16(at) === 257) size.height = value;
  }
  if (size.width === 0 || size.height === 0) throw new RangeError('no size');
  return size;
}

async function fileAt(path: string, at: number, length: number): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    return await readAt(handle, at, length);
  } finally {
    await handle.close();
  }
}

/** The largest of the spatial extents: an alpha plane or a thumbnail has one of its own. */
function avifSize(bytes: Buffer): Size | null {
  let best: Size | null = null;
  for (let at = bytes.indexOf('ispe'); at >= 0; at = bytes.indexOf('ispe', at + 4)) {
    const size = { width: bytes.readUInt32BE(at + 8), height: bytes.readUInt32BE(at + 12) };
    if (best === null || size.width * size.height > best.width * best.height) best = size;
  }
  return best;
}
