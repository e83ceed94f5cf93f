import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { problem } from '../contract/index.ts';
import { notWritable } from './not-writable.ts';

/**
 * The exclusive lock of a workspace, held on `lock.db` by SQLite's own file locks, which the system frees on any death
 * of the process. POSIX drops a process's locks on a file when it closes *any* descriptor of that file, so nothing in
 * this process may ever open, read or copy `lock.db` by another way.
 */
export class WorkspaceLock {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Takes the lock, or returns null when another process holds it. Errors: WORKSPACE_DAMAGED when `lock.db` is no lock. */
  static take(folder: string): WorkspaceLock | null {
    const path = join(folder, 'lock.db');
    const database = openLock(path);
    try {
      database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
      // Of a file that may only be read SQLite takes no more than a shared lock, and says nothing.
      accessSync(path, constants.W_OK);
      return new WorkspaceLock(database);
    } catch (error) {
      database.close();
      if (error instanceof Error && /locked|busy/i.test(error.message)) return null;
      const refused = notWritable(error, path);
      if (refused !== null) throw refused;
      if (!(error instanceof Error) || !/not a database|malformed/i.test(error.message)) throw error;
      throw problem('WORKSPACE_DAMAGED', 'The lock of this workspace cannot be used: the file is damaged.', {
        subject: path,
        hint: 'End every drydock process of this workspace and remove this one file; it holds nothing but the lock.',
        cause: error,
      });
    }
  }

  release(): void {
    this.#database.exec('ROLLBACK');
    this.#database.close();
  }
}

function openLock(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 0 });
  } catch (error) {
    throw notWritable(error, path) ?? error;
  }
}
