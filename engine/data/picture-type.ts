import { readStart } from './source-files.ts';

/** Media types of pictures by their first bytes. SVG is none: it is a document that can run scripts. */
const signatures: { type: string; signature: string; at?: number }[] = [
  { type: 'image/png', signature: '\x89PNG\r\n\x1a\n' },
  { type: 'image/jpeg', signature: '\xff\xd8\xff' },
  { type: 'image/gif', signature: 'GIF8' },
  { type: 'image/webp', signature: 'WEBP', at: 8 },
  { type: 'image/avif', signature: 'ftypavif', at: 4 },
  { type: 'image/bmp', signature: 'BM' },
  { type: 'image/tiff', signature: 'II*\x00' },
  { type: 'image/tiff', signature: 'MM\x00*' },
];

/** What browsers show as it is. */
const shown: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

/** The media type of a picture file, told from its bytes, or null when it is no picture. */
export function pictureType(path: string): string | null {
  return pictureTypeOf(readStart(path, 32).bytes);
}

/** The same of bytes at hand. */
export function pictureTypeOf(bytes: Buffer): string | null {
  const text = bytes.toString('latin1', 0, 32);
  return signatures.find(({ signature, at = 0 }) => text.startsWith(signature, at))?.type ?? null;
}

export function isShownByBrowsers(type: string): boolean {
  return shown.has(type);
}
