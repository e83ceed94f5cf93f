import { createHash } from 'node:crypto';
import { problem } from '../engine/contract/index.ts';

const mostNameBytes = 200;
const mostDepth = 32;

/** Devices of Windows, which no file there can be called, with or without an extension. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * The names of a relative path as it came from a page, each one a plain name of a file here. `..` and empty names are
 * refused: no browser sends them. Errors: USAGE.
 */
export function plainNames(path: string): string[] {
  const names = path.split('/');
  if (names.length > mostDepth || names.some((name) => name === '' || name === '.' || name === '..')) {
    throw problem('USAGE', 'This is no path of a file that can be uploaded.', { subject: path.slice(0, 200) });
  }
  return names.map((name) => plainName(name));
}

/**
 * A name that any system takes as one name. A changed one carries some digits of the digest of what it was, so that two
 * names never become one and the same name always becomes the same.
 */
export function plainName(name: string): string {
  let plain = name.toWellFormed().replaceAll(unwanted(), '_');
  if (process.platform === 'win32') {
    plain = plain.replace(/[. ]+$/, '_');
    if (devices.test(plain)) plain = `_${plain}`;
  }
  if (plain === name && Buffer.byteLength(plain) <= mostNameBytes) return plain;
  const mark = `~${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
  const extension = /\.[\w-]{1,16}$/.exec(plain)?.[0] ?? '';
  return `${cutTo(plain.slice(0, plain.length - extension.length), mostNameBytes)}${mark}${extension}`;
}

/** Control characters, separators, what turns the direction of writing; on Windows also what names cannot hold. */
function unwanted(): RegExp {
  const everywhere = String.raw`\p{Cc}\\/\u2028\u2029\u202a-\u202e\u2066-\u2069`;
  return new RegExp(`[${everywhere}${process.platform === 'win32' ? ':*?"<>|' : ''}]`, 'gu');
}

function cutTo(text: string, bytes: number): string {
  let cut = text;
  while (Buffer.byteLength(cut) > bytes)
    cut = cut
      .slice(0, -1)
      .toWellFormed()
      .replace(/\ufffd$/, '');
  return cut;
}
