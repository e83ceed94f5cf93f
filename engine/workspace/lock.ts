import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

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

  /** Takes the lock, or returns null when another process holds it. */
  static take(folder: string): WorkspaceLock | null {
    const database = new DatabaseSync(join(folder, 'lock.db'), { timeout: 0 });
    try {
      database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
      return new WorkspaceLock(database);
    } catch (error) {
      database.close();
      if (error instanceof Error && /locked|busy/i.test(error.message)) return null;
      throw error;
    }
  }

  release(): void {
    this.#database.exec('ROLLBACK');
    this.#database.close();
  }
}
