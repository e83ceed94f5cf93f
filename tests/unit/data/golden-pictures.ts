import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const folder = new URL('../../fixtures/pictures/', import.meta.url);

/** Pixels and files that tools/samples/make_picture_fixtures.py wrote, with their index. */
export interface Golden<Case> {
  cases: Case[];
  /** A piece by where it begins; the memory is the caller's. */
  piece(from: number, length: number): Buffer<ArrayBuffer>;
}

export function golden<Case>(name: string): Golden<Case> {
  const bytes = gunzipSync(readFileSync(new URL(`${name}.bin.gz`, folder)));
  const { cases } = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as { cases: Case[] };
  return { cases, piece: (from, length) => Buffer.from(bytes.subarray(from, from + length)) };
}

/** The largest difference of two pictures of one size in levels, and how many values differ. */
export function difference(found: Uint8Array, wanted: Uint8Array): { most: number; values: number } {
  if (found.length !== wanted.length) throw new Error(`${found.length} values, ${wanted.length} were expected`);
  let most = 0;
  let values = 0;
  for (let at = 0; at < found.length; at++) {
    const gap = Math.abs(found[at]! - wanted[at]!);
    if (gap > 0) values += 1;
    if (gap > most) most = gap;
  }
  return { most, values };
}
