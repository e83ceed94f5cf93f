import { stat } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import { basename } from 'node:path';
import { problem, ProblemError } from '../contract/index.ts';
import type { SourceFile } from '../contract/index.ts';

/** A file or folder as it is now, with what tells whether it is still the same later. */
export async function stampFile(path: string, name: string): Promise<SourceFile> {
  const stats = await statInWords(path);
  return { path, name, bytes: Number(stats.size), changed: changeStamp(stats), dialect: null };
}

/** Refuses in words when the file is gone or not the one that was planned with. */
export async function verifyUnchanged(file: SourceFile): Promise<void> {
  const stats = await statInWords(file.path);
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
