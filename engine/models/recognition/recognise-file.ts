import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileProblem } from '../file-problem.ts';
import { exportOf } from './export-command.ts';
import type { FileKind, FileKindName, Finding } from './file-kind.ts';
import { folderKind } from './folder-kind.ts';
import { type FileEnds, readEnds } from './head.ts';
import { huggingFaceTask } from './hugging-face-task.ts';
import { kindWords, roleOf } from './kind-words.ts';
import { pickleKind } from './pickle-kind.ts';
import { protobufKind } from './protobuf-kind.ts';
import { textKind } from './text-kind.ts';
import { zipKind } from './zip-kind.ts';

/**
 * Says what a file or folder is by its bytes, never by its name alone, and never by reading a pickle. Foreign models come
 * with the command that exports this very file to ONNX. Throws FILE_MISSING or FILE_UNREADABLE.
 */
export async function recogniseFile(path: string): Promise<FileKind> {
  const absolute = resolve(path);
  const found = await stat(absolute).catch((error: unknown) => {
    throw fileProblem(error, absolute);
  });
  const isFolder = found.isDirectory();
  const finding = isFolder ? await folderKind(absolute) : await fileFinding(absolute);
  if (finding.kind === 'hugging-face' || finding.kind === 'safetensors') {
    const task = await huggingFaceTask(isFolder ? absolute : dirname(absolute));
    if (task !== null) finding.task ??= task;
  }
  const role = roleOf(finding.kind);
  const { exportCommand, advice } =
    role === 'foreign' ? exportOf(finding, absolute) : { exportCommand: null, advice: null };
  return { kind: finding.kind, role, words: kindWords(finding), path: absolute, exportCommand, advice };
}

async function fileFinding(path: string): Promise<Finding> {
  const ends = await readEnds(path);
  if (ends.size === 0) return { kind: 'empty' };
  const byMagic = magicKind(ends);
  if (byMagic?.kind === 'zip') return zipKind(path);
  if (byMagic !== null) return byMagic;
  return pickleKind(ends) ?? textKind(ends.head) ?? protobufKind(path) ?? { kind: 'unknown' };
}

/** Bytes that begin a format, at their offset. */
const magics: readonly (readonly [offset: number, bytes: string, kind: FileKindName, packing?: string])[] = [
  [0, 'PK\x03\x04', 'zip'],
  [0, 'PK\x05\x06', 'zip'],
  [0, '\x89HDF\r\n\x1a\n', 'hdf5'],
  [0, 'GGUF', 'gguf'],
  [0, 'lmgg', 'ggml'],
  [0, 'fmgg', 'ggml'],
  [0, 'tjgg', 'ggml'],
  [4, 'TFL3', 'tflite'],
  [4, 'ORTM', 'ort'],
  [0, 'CBM1', 'catboost'],
  [0, 'binf', 'xgboost'],
  [0, 'PAR1', 'parquet'],
  [0, '\x89PNG\r\n\x1a\n', 'image', 'PNG'],
  [0, '\xff\xd8\xff', 'image', 'JPEG'],
  [0, '\x93NUMPY', 'numpy'],
  [257, 'ustar', 'tar'],
];

function magicKind({ head, size }: FileEnds): Finding | null {
  for (const [offset, bytes, kind, packing] of magics) {
    if (head.toString('latin1', offset, offset + bytes.length) !== bytes) continue;
    return packing === undefined ? { kind } : { kind, packing };
  }
  // UBJSON: an object whose first key, 7 bytes long, is learner.
  if (head[0] === 0x7b && head.subarray(0, 32).includes('learner') && head.subarray(0, 16).includes(0))
    return { kind: 'xgboost' };
  if (isSafetensors(head, size)) return { kind: 'safetensors' };
  return null;
}

/** The length of a JSON header in 8 bytes, little-endian, and the header, which names the type of every tensor. */
function isSafetensors(head: Buffer, size: number): boolean {
  if (head.length < 10) return false;
  const length = head.readBigUInt64LE(0);
  if (length < 2n || length > BigInt(size - 8)) return false;
  const header = head.subarray(8, 8 + Number(length < 65_536n ? length : 65_536n));
  return header[0] === 0x7b && (header.includes('"dtype"') || header.includes('__metadata__'));
}
