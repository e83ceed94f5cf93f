import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { problem } from '../contract/index.ts';

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
    const database = new DatabaseSync(join(folder, 'lock.db'), { timeout: 0 });
    try {
      database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
      return new WorkspaceLock(database);
    } catch (error) {
      database.close();
      if (error instanceof Error && /locked|busy/i.test(error.message)) return null;
      if (!(error instanceof Error) || !/not a database|malformed/i.test(error.message)) throw error;
      throw problem('WORKSPACE_DAMAGED', 'The lock of this workspace cannot be used: the file is damaged.', {
        subject: join(folder, 'lock.db'),
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
