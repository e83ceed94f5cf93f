import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { problem, ProblemError } from '../contract/index.ts';
import type { SourceFile } from '../contract/index.ts';

/** A file or folder as it is now, with what tells whether it is still the same later. */
export function stampFile(path: string, name: string): SourceFile {
  const stats = statNow(path);
  return { path, name, bytes: Number(stats.size), changed: changeStamp(stats), dialect: null };
}

/** Refuses in words when the file is gone or not the one that was planned with. */
export async function verifyUnchanged(file: SourceFile): Promise<void> {
  requireSame(file, await statInWords(file.path));
}

/** As `verifyUnchanged`, for walks over very many files. */
export function verifyUnchangedNow(file: SourceFile): void {
  requireSame(file, statNow(file.path));
}

function requireSame(file: SourceFile, stats: BigIntStats): void {
  if (changeStamp(stats) === file.changed && Number(stats.size) === file.bytes) return;
  const size = Number(stats.size);
  const what = size === file.bytes ? `it still has ${size} bytes` : `it had ${file.bytes} bytes and has ${size} now`;
  throw problem('FILE_CHANGED', `${file.name} changed since it was planned: ${what}.`, {
    subject: file.path,
    hint: 'Start again with the file as it is now.',
  });
}

export async function statInWords(path: string): Promise<BigIntStats> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    throw fileProblem(error, path);
  }
}

/**
 * As `statInWords`, without a turn through the thread pool: for walks over very many files in a process that has nothing
 * else to answer, where the turns cost several times what the looking costs.
 */
export function statNow(path: string): BigIntStats {
  try {
    return statSync(path, { bigint: true });
  } catch (error) {
    throw fileProblem(error, path);
  }
}

/** The first bytes of a file, at most `most`, and its size now. */
export function readStart(path: string, most: number): { bytes: Buffer; size: number } {
  try {
    const handle = openSync(path, 'r');
    try {
      const { size } = fstatSync(handle);
      const bytes = Buffer.allocUnsafe(Math.min(most, size));
      let read = 0;
      while (read < bytes.length) {
        const count = readSync(handle, bytes, read, bytes.length - read, read);
        if (count === 0) break;
        read += count;
      }
      return { bytes: bytes.subarray(0, read), size };
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw fileProblem(error, path);
  }
}

/** Up to this size a file is read once as a whole, instead of once for every question that is asked of it. */
const smallBytes = 1024 * 1024;

/** All bytes of a small file as it was stamped, or null for a larger one. */
export function readSmall(file: Pick<SourceFile, 'path' | 'bytes'>): Buffer | null {
  if (file.bytes > smallBytes) return null;
  const { bytes } = readStart(file.path, file.bytes);
  if (bytes.length === file.bytes) return bytes;
  throw problem('FILE_CHANGED', 'The file is shorter than it was when it was planned.', { subject: file.path });
}

/** An error of the file system on `path`, in words. */
export function fileProblem(error: unknown, path: string): ProblemError {
  if (error instanceof ProblemError) return error;
  const name = basename(path);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const details = { subject: path, cause: error };
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return problem('FILE_MISSING', `${name} is not there.`, {
      ...details,
      hint: 'Check the path, or put the file back.',
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const hint = 'Change the permissions of the file or of its folder.';
    return problem('FILE_UNREADABLE', `You are not allowed to read ${name}.`, { ...details, hint });
  }
  const reason = code === '' ? String(error) : code;
  return problem('FILE_UNREADABLE', `${name} cannot be read (${reason}).`, details);
}

export function cancelled(): ProblemError {
  return problem('CANCELLED', 'Reading the data was cancelled.');
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled();
}

function changeStamp(stats: BigIntStats): string {
  return `${stats.mtimeNs} ${stats.ctimeNs}`;
}
