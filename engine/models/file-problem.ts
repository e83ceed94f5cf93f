import { basename } from 'node:path';
import { problem, ProblemError } from '../contract/index.ts';

/** The error of a file system call on `path`, in words. A `ProblemError` is handed back as it is. */
export function fileProblem(error: unknown, path: string): ProblemError {
  if (error instanceof ProblemError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const details = { subject: path, cause: error };
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return problem('FILE_MISSING', `There is no ${basename(path)} at this place.`, {
      ...details,
      hint: 'Check the path.',
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return problem('FILE_UNREADABLE', `You are not allowed to read ${basename(path)}.`, {
      ...details,
      hint: 'Change the permissions of the file or of its folder.',
    });
  }
  if (code === 'ELOOP') {
    return problem('FILE_UNREADABLE', `${basename(path)} is a link that leads back to itself.`, details);
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return problem('DISK_FULL', `There is no space left to write ${basename(path)}.`, details);
  }
  return problem(
    'FILE_UNREADABLE',
    `${basename(path)} cannot be read (${code === '' ? String(error) : code}).`,
    details,
  );
}
