import type { Pixels } from './resize/index.ts';

/** What a BMP file says of itself, its palette and masks left where they are. */
interface BitmapHeader {
  width: number;
  height: number;
  topDown: boolean;
  bits: number;
  pixelsAt: number;
  paletteAt: number;
  /** Bytes of a palette entry: 3 in the oldest kind of file. */
  entryBytes: number;
  colours: number;
  /** Red, green and blue masks of 16 and 32 bits a pixel. */
  masks: [number, number, number];
}

const masks555: [number, number, number] = [0x7c00, 0x03e0, 0x001f];
const masks888: [number, number, number] = [0xff0000, 0x00ff00, 0x0000ff];

/** Why a BMP file is not read. */
export class BitmapError extends Error {}

/** Width and height of a BMP file by its header; null when the header is no good. */
export function bitmapSize(bytes: Buffer): { width: number; height: number } | null {
  if (bytes.length < 26) return null;
  if (bytes.readUInt32LE(14) === 12) return { width: bytes.readUInt16LE(18), height: bytes.readUInt16LE(20) };
  return { width: bytes.readInt32LE(18), height: Math.abs(bytes.readInt32LE(22)) };
}

/**
 * An uncompressed BMP of 1, 4, 8, 16, 24 or 32 bits a pixel as RGB. libvips does not read BMP. Transparency, which
 * hardly any program writes, is dropped as Pillow's convert('RGB') does.
 */
export function decodeBitmap(bytes: Buffer): Pixels {
  const header = readHeader(bytes);
  const rowBytes = Math.ceil((header.width * header.bits) / 32) * 4;
  if (header.pixelsAt + rowBytes * header.height > bytes.length) throw new BitmapError('picture is cut off');
  const { width, height } = header;
  const data = new Uint8Array(width * height * 3);
  const readRow = header.bits <= 8 ? paletteRow(bytes, header) : directRow(bytes, header);
  for (let y = 0; y < height; y++) {
    const row = header.topDown ? y : height - 1 - y;
    readRow(header.pixelsAt + row * rowBytes, data.subarray(y * width * 3, (y + 1) * width * 3));
  }
  return { width, height, channels: 3, data };
}

function readHeader(bytes: Buffer): BitmapHeader {
  const size = bitmapSize(bytes);
  const headerBytes = size === null ? 0 : bytes.readUInt32LE(14);
  if (size === null || bytes.length < 14 + headerBytes) throw new BitmapError('picture is cut off');
  const { width, height } = size;
  if (width <= 0 || height <= 0) throw new BitmapError('picture has no pixels');
  const isOldest = headerBytes === 12;
  const bits = bytes.readUInt16LE(isOldest ? 24 : 28);
  const compression = isOldest ? 0 : bytes.readUInt32LE(30);
  const isMasked = compression === 3 || compression === 6;
  if (compression !== 0 && !(isMasked && (bits === 16 || bits === 32)))
    throw new BitmapError('picture is a compressed BMP; uncompressed ones are read');
  if (![1, 4, 8, 16, 24, 32].includes(bits)) throw new BitmapError(`picture is a BMP of ${bits} bits a pixel`);
  const masksAt = 54;
  if (isMasked && bytes.length < masksAt + 12) throw new BitmapError('picture is cut off');
  const said = isOldest ? 0 : bytes.readUInt32LE(46);
  return {
    width,
    height,
    topDown: !isOldest && bytes.readInt32LE(22) < 0,
    bits,
    pixelsAt: bytes.readUInt32LE(10),
    paletteAt: 14 + headerBytes + (isMasked && headerBytes === 40 ? 12 : 0),
    entryBytes: isOldest ? 3 : 4,
    colours: said > 0 && said <= 256 ? said : 2 ** Math.min(bits, 8),
    masks: isMasked ? readMasks(bytes, masksAt) : bits === 16 ? masks555 : masks888,
  };
}

function readMasks(bytes: Buffer, at: number): [number, number, number] {
  return [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4), bytes.readUInt32LE(at + 8)];
}

type ReadRow = (from: number, target: Uint8Array) => void;

function paletteRow(bytes: Buffer, { bits, paletteAt, entryBytes, colours }: BitmapHeader): ReadRow {
  const palette = new Uint8Array(256 * 3);
  for (let index = 0; index < colours; index++) {
    const at = paletteAt + index * entryBytes;
    if (at + 3 > bytes.length) throw new BitmapError('picture is cut off');
    palette.set([bytes[at + 2]!, bytes[at + 1]!, bytes[at]!], index * 3);
  }
  const perByte = 8 / bits;
  const mask = (1 << bits) - 1;
  return (from, target) => {
    for (let x = 0; x * 3 < target.length; x++) {
      const byte = bytes[from + Math.floor(x / perByte)]!;
      const index = (byte >> (8 - bits * ((x % perByte) + 1))) & mask;
      target.set(palette.subarray(index * 3, index * 3 + 3), x * 3);
    }
  };
}

function directRow(bytes: Buffer, { bits, masks }: BitmapHeader): ReadRow {
  if (bits !== 16 && masks.join() === masks888.join()) return plainRow(bytes, bits / 8);
  const fields = masks.map(fieldOf);
  return (from, target) => {
    for (let at = 0; at < target.length; at++) {
      const place = from + (Math.floor(at / 3) * bits) / 8;
      const pixel = bits === 16 ? bytes.readUInt16LE(place) : bytes.readUInt32LE(place);
      const { shift, greatest } = fields[at % 3]!;
      target[at] = Math.floor((((pixel >>> shift) & greatest) * 255) / Math.max(1, greatest));
    }
  };
}

function fieldOf(mask: number): { shift: number; greatest: number } {
  const shift = mask === 0 ? 0 : Math.clz32(mask & -mask) ^ 31;
  return { shift, greatest: mask >>> shift };
}

/** Blue, green, red and perhaps a byte that means nothing. */
function plainRow(bytes: Buffer, pixelBytes: number): ReadRow {
  return (from, target) => {
    let place = from;
    for (let at = 0; at < target.length; at += 3) {
      target[at] = bytes[place + 2]!;
      target[at + 1] = bytes[place + 1]!;
      target[at + 2] = bytes[place]!;
      place += pixelBytes;
    }
  };
}
