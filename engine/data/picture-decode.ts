import type { Metadata, Sharp } from 'sharp';
import { bitmapSize, BitmapError, decodeBitmap } from './bitmap.ts';
import { withoutTransparency } from './gif-frame.ts';
import { pictureFormat, pictureFormatsInWords } from './picture-formats.ts';
import type { PictureFormat } from './picture-formats.ts';
import { turnPixels } from './picture-turn.ts';
import type { Pixels } from './resize/index.ts';

type SharpModule = (input: Buffer | string, options: Record<string, unknown>) => Sharp;

/** Pixels beyond which a picture is not decoded. */
export const maxPixels = 100_000_000;

/** How a picture is wanted before its size is changed. */
export interface DecodeWant {
  channels: 1 | 3;
  /** Turned and mirrored as EXIF says. */
  orient: boolean;
  /** Sides of which the decoder may keep no less than twice, where the recipe lets it shrink; null decodes all. */
  shrinkTo: ((width: number, height: number) => { width: number; height: number }) | null;
}

/** Why a picture is not read, in words that stand behind its row. */
export class PictureRefusal extends Error {}

/** The one door to sharp: no cache, one thread a picture. */
export async function loadSharp(): Promise<SharpModule> {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}

/** What is known of a picture before its pixels are decoded. */
export interface PictureFacts {
  format: PictureFormat;
  width: number;
  height: number;
  metadata: Metadata | null;
}

/** Reads the header. Throws `PictureRefusal` for what is no picture, is damaged, or has more pixels than are decoded. */
export async function readFacts(sharp: SharpModule, bytes: Buffer): Promise<PictureFacts> {
  if (bytes.length === 0) throw new PictureRefusal('picture file is empty');
  const format = pictureFormat(bytes);
  if (format === null) throw new PictureRefusal(`file is not a picture that is read (${pictureFormatsInWords})`);
  const facts = format === 'bmp' ? bitmapFacts(bytes) : await sharpFacts(sharp, bytes, format);
  const { width, height } = facts;
  if (width * height > maxPixels) {
    throw new PictureRefusal(`picture has ${width} x ${height} pixels, at most 100 million are decoded`);
  }
  return facts;
}

function bitmapFacts(bytes: Buffer): PictureFacts {
  const size = bitmapSize(bytes);
  if (size === null) throw new PictureRefusal('picture is cut off');
  return { format: 'bmp', ...size, metadata: null };
}

async function sharpFacts(sharp: SharpModule, bytes: Buffer, format: PictureFormat): Promise<PictureFacts> {
  try {
    const metadata = await sharp(bytes, optionsOf(format)).metadata();
    return { format, width: metadata.width, height: metadata.height, metadata };
  } catch (error) {
    throw decodeFailure(error);
  }
}

function optionsOf(format: PictureFormat): Record<string, unknown> {
  return {
    limitInputPixels: maxPixels,
    failOn: 'error',
    // TIFF may keep its rows in any order.
    sequentialRead: format !== 'tiff',
    // Colours as they are stored: other libraries used in training do not apply a profile either.
    ignoreIcc: true,
  };
}

/**
 * Pixels of 8 bits, grey or RGB, by the rules of docs/recipes.md, which are those of Pillow's convert. Throws
 * `PictureRefusal`.
 */
export async function decodePicture(
  sharp: SharpModule,
  bytes: Buffer,
  facts: PictureFacts,
  want: DecodeWant,
): Promise<Pixels> {
  const pixels = facts.metadata === null ? bitmap(bytes) : await viaSharp(sharp, bytes, facts, facts.metadata, want);
  const converted = withChannels(pixels, want.channels);
  const orientation = facts.metadata?.orientation ?? 1;
  // Pillow turns a TIFF when it is loaded; other formats only when it is told to.
  return want.orient || facts.format === 'tiff' ? turnPixels(converted, orientation) : converted;
}

function bitmap(bytes: Buffer): Pixels {
  try {
    return decodeBitmap(bytes);
  } catch (error) {
    if (error instanceof BitmapError) throw new PictureRefusal(error.message);
    throw error;
  }
}

async function viaSharp(
  sharp: SharpModule,
  bytes: Buffer,
  facts: PictureFacts,
  metadata: Metadata,
  want: DecodeWant,
): Promise<Pixels> {
  const { format } = facts;
  const { space, depth } = metadata;
  if (depth !== 'uchar' && depth !== 'ushort') {
    throw new PictureRefusal(`picture has samples of the type ${depth}; 8 and 16 bits are read`);
  }
  const input = sharp(format === 'gif' ? withoutTransparency(bytes) : bytes, optionsOf(format));
  try {
    if (space === 'cmyk' && depth === 'uchar') return fromCmyk(await raw(input, 'cmyk', 'uchar'));
    if (depth === 'ushort' && format !== 'avif') {
      const isGrey = space === 'grey16' || space === 'b-w';
      const wide = await raw(input, isGrey ? 'grey16' : 'rgb16', 'ushort');
      // A PNG with grey and alpha is the one kind of 16-bit grey of which Pillow takes the high byte.
      return isGrey && !(format === 'png' && bytes[25] === 4) ? clippedTo8Bits(wide) : highBytes(wide);
    }
    const shrunk = shrink(input, facts, want);
    const { data, info } = await raw(shrunk.removeAlpha(), space === 'b-w' ? 'b-w' : 'srgb', 'uchar');
    return { width: info.width, height: info.height, channels: info.channels === 1 ? 1 : 3, data: bytesOf(data) };
  } catch (error) {
    throw decodeFailure(error);
  }
}

type RawPicture = { data: Buffer; info: { width: number; height: number; channels: number } };

function raw(input: Sharp, space: 'cmyk' | 'grey16' | 'rgb16' | 'b-w' | 'srgb', depth: 'uchar' | 'ushort') {
  const kept = space === 'srgb' ? input : input.pipelineColourspace(space).toColourspace(space);
  return kept.raw({ depth }).toBuffer({ resolveWithObject: true });
}

/** Where the recipe lets it: a JPEG is decoded at 1/2, 1/4 or 1/8, which libvips does when it is asked for such a size. */
function shrink(input: Sharp, { format, width, height }: PictureFacts, want: DecodeWant): Sharp {
  if (want.shrinkTo === null || format !== 'jpeg') return input;
  const least = want.shrinkTo(width, height);
  const factor = [8, 4, 2].find((by) => width / by >= 2 * least.width && height / by >= 2 * least.height);
  if (factor === undefined) return input;
  const size = { width: Math.floor(width / factor), height: Math.floor(height / factor) };
  return input.resize({ ...size, fit: 'fill', kernel: 'nearest', fastShrinkOnLoad: true });
}

function bytesOf(data: Buffer): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function samplesOf(data: Buffer): Uint16Array {
  if (data.byteOffset % 2 === 0) return new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  return new Uint16Array(Uint8Array.from(data).buffer);
}

/** Pillow's cmyk2rgb (Convert.c). */
function fromCmyk({ data, info }: RawPicture): Pixels {
  const pixels = info.width * info.height;
  const rgb = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const from = pixel * info.channels;
    const white = 255 - data[from + 3]!;
    for (let channel = 0; channel < 3; channel++) {
      const product = data[from + channel]! * white + 128;
      rgb[pixel * 3 + channel] = Math.max(0, white - (((product >> 8) + product) >> 8));
    }
  }
  return { width: info.width, height: info.height, channels: 3, data: rgb };
}

/** Pillow's conversion of the mode I;16: what is above 255 becomes 255. */
function clippedTo8Bits({ data, info }: RawPicture): Pixels {
  const samples = samplesOf(data);
  const grey = new Uint8Array(info.width * info.height);
  for (let pixel = 0; pixel < grey.length; pixel++) grey[pixel] = Math.min(255, samples[pixel * info.channels]!);
  return { width: info.width, height: info.height, channels: 1, data: grey };
}

/** Pillow reads colour of 16 bits by its high bytes. */
function highBytes({ data, info }: RawPicture): Pixels {
  const samples = samplesOf(data);
  const channels = info.channels < 3 ? 1 : 3;
  const pixels = info.width * info.height;
  const high = new Uint8Array(pixels * channels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < channels; channel++) {
      high[pixel * channels + channel] = samples[pixel * info.channels + channel]! >> 8;
    }
  }
  return { width: info.width, height: info.height, channels, data: high };
}

/** Grey repeated into colour, or ITU-R 601-2 luma with Pillow's integer weights. */
function withChannels(source: Pixels, channels: 1 | 3): Pixels {
  if (source.channels === channels) return source;
  const count = source.width * source.height;
  const from = source.data;
  const data = new Uint8Array(count * channels);
  for (let pixel = 0; pixel < count; pixel++) {
    const at = 3 * pixel;
    if (channels === 3) data.fill(from[pixel]!, at, at + 3);
    else data[pixel] = (from[at]! * 19595 + from[at + 1]! * 38470 + from[at + 2]! * 7471 + 0x8000) >> 16;
  }
  return { ...source, channels, data };
}

function decodeFailure(error: unknown): PictureRefusal {
  const text = error instanceof Error ? error.message : String(error);
  if (/pixel limit/i.test(text)) return new PictureRefusal('picture has more than 100 million pixels');
  if (/premature end|truncat|unexpected end|not enough|read error|EOF/i.test(text)) {
    return new PictureRefusal('picture is cut off');
  }
  const [first = ''] = text.split('\n');
  return new PictureRefusal(`picture cannot be decoded (${first.trim()})`);
}
