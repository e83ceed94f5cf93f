import { basename, extname } from 'node:path';
import type { ProblemError } from '../contract/index.ts';
import { isPictureArchive } from './picture-archive.ts';
import { pictureFormat } from './picture-formats.ts';
import { refusalOf } from './refusals.ts';
import { readStart } from './source-files.ts';

/** What a single file is, told from its bytes. */
export type FileKind = 'text' | 'jsonl' | 'parquet' | 'picture';

const headBytes = 64 * 1024;

/** What is read here, or the refusal of what is not. Extensions only decide what bytes leave open. */
export function recogniseFile(path: string): FileKind | ProblemError {
  const { bytes, size } = readStart(path, headBytes);
  return kindOf(path, bytes, size);
}

/** The same of a file that was named itself: archives of pictures count as pictures. */
export async function recogniseNamed(path: string): Promise<FileKind | ProblemError> {
  const { bytes, size } = readStart(path, headBytes);
  return (await isPictureArchive(path, bytes)) ? 'picture' : kindOf(path, bytes, size);
}

function kindOf(path: string, head: Buffer, size: number): FileKind | ProblemError {
  if (isParquet(head)) return 'parquet';
  if (pictureFormat(head) !== null) return 'picture';
  const refusal = refusalOf(path, head, size);
  if (refusal !== null) return refusal;
  return beginsWithObject(head) && !looksLikeHeader(path, head) ? 'jsonl' : 'text';
}

/** The signature, and behind it no character that a text table could have there. */
function isParquet(head: Buffer): boolean {
  const behind = head[4] ?? 0;
  return startsWith(head, 'PAR1') && (behind < 9 || (behind > 13 && behind < 32));
}

function startsWith(head: Buffer, signature: string): boolean {
  return head.length >= signature.length && head.subarray(0, signature.length).equals(Buffer.from(signature, 'latin1'));
}

/** Names of files in a folder that are read as data when their bytes are text. */
export function hasTextDataName(path: string): boolean {
  return ['.csv', '.tsv', '.txt', '.tab', '.psv', '.dat', '.data', '.jsonl', '.ndjson', '.json'].includes(
    extname(path).toLowerCase(),
  );
}

function beginsWithObject(head: Buffer): boolean {
  const text = head
    .subarray(0, 4096)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '');
  return /^\s*\{\s*(?:"|\}\s*(?:\n|$)|$)/.test(text);
}

function looksLikeHeader(path: string, head: Buffer): boolean {
  // A text table may have a brace in its first name; a name of a JSON kind settles it.
  if (/\.(?:jsonl|ndjson|json)$/i.test(basename(path))) return false;
  const line = head.subarray(0, 4096).toString('latin1').split('\n', 1)[0] ?? '';
  return !line.includes(':');
}
