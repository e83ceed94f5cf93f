import { basename } from 'node:path';
import { problem } from '../contract/index.ts';

/** SQLite's primary result codes of a file that the system does not let it open or write. */
const refusedCodes: ReadonlySet<number> = new Set([
  3, // SQLITE_PERM
  8, // SQLITE_READONLY
  14, // SQLITE_CANTOPEN
]);

/** What SQLite or the system says of a database that may not be read or written, in words; null for all else. */
export function notWritable(error: unknown, path: string): Error | null {
  if (!(error instanceof Error) || !isRefusal(error)) return null;
  const name = basename(path);
  return problem('WORKSPACE_UNUSABLE', `The file ${name} of this workspace may not be read or written.`, {
    subject: path,
    hint: `Change its permissions, and those of ${name}-wal, ${name}-shm and ${name}-journal where they lie beside it.`,
    cause: error,
  });
}

function isRefusal(error: Error): boolean {
  const { errcode, code = '' } = error as Error & { errcode?: number; code?: string };
  // An extended code holds the primary one in its lowest byte.
  return errcode === undefined ? /^(?:EACCES|EPERM|EROFS)$/.test(code) : refusedCodes.has(errcode & 0xff);
}
