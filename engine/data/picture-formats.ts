import { extname } from 'node:path';

export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'gif' | 'avif' | 'bmp';

/** For sentences: what is read. */
export const pictureFormatsInWords = 'JPEG, PNG, WebP, TIFF, GIF, AVIF and BMP';

/** Bytes that tell a picture's format. */
export const pictureHeadBytes = 64;

const names = new Set([
  '.png',
  '.jpg',
  '.jpeg',
  '.jpe',
  '.jfif',
  '.webp',
  '.tif',
  '.tiff',
  '.gif',
  '.avif',
  '.bmp',
  '.dib',
]);

/** By extension, so that a large folder is not opened file by file. */
export function hasPictureName(path: string): boolean {
  return names.has(extname(path).toLowerCase());
}

/** The format of a picture by its first bytes; null for what is no picture that is read here. */
export function pictureFormat(head: Buffer): PictureFormat | null {
  if (has(head, 0, '\x89PNG\r\n\x1a\n')) return 'png';
  if (has(head, 0, '\xff\xd8\xff')) return 'jpeg';
  if (has(head, 0, 'RIFF') && has(head, 8, 'WEBPVP8')) return 'webp';
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((signature) => has(head, 0, signature))) return 'tiff';
  // A text table may begin with these letters; the screen's size and flags behind them are no text.
  if ((has(head, 0, 'GIF87a') || has(head, 0, 'GIF89a')) && head.subarray(6, 13).some((byte) => byte < 9)) return 'gif';
  if (isAvif(head)) return 'avif';
  return isBitmap(head) ? 'bmp' : null;
}

function has(head: Buffer, at: number, signature: string): boolean {
  return head.length >= at + signature.length && head.toString('latin1', at, at + signature.length) === signature;
}

/** A file type box with an AVIF brand, major or compatible. */
function isAvif(head: Buffer): boolean {
  if (!has(head, 4, 'ftyp')) return false;
  const end = Math.min(head.length, head.readUInt32BE(0));
  for (let at = 8; at + 4 <= end; at += 4) {
    if (at !== 12 && (has(head, at, 'avif') || has(head, at, 'avis'))) return true;
  }
  return false;
}

/** The letters BM, and a header of a length that exists. */
function isBitmap(head: Buffer): boolean {
  if (!has(head, 0, 'BM') || head.length < 26) return false;
  return [12, 40, 52, 56, 64, 108, 124].includes(head.readUInt32LE(14)) && head.readUInt32LE(10) >= 26;
}
