import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { backup, DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { problem } from '../contract/index.ts';
import { migrations } from './migrations.ts';
import { notWritable } from './not-writable.ts';

type Row = Record<string, unknown>;

/**
 * The workspace's memory: one SQLite file in WAL mode, written by one engine. Every write checks that this engine is
 * still the newest one (its epoch), so that an engine that lost the workspace cannot change it. Durable: synchronous=FULL.
 */
export class Catalog {
  readonly epoch: number;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #inWrite = false;

  private constructor(database: DatabaseSync, epoch: number) {
    this.#database = database;
    this.epoch = epoch;
  }

  /**
   * Opens, migrates (after a backup) and begins a new epoch. Call only while holding the workspace's lock. `steps` are
   * the schema's steps, this program's own unless a test asks how older and newer programs meet.
   */
  static async open(folder: string, steps: readonly string[] = migrations): Promise<Catalog> {
    const path = join(folder, 'workspace.db');
    const existed = existsSync(path);
    const database = openDatabase(path);
    try {
      const version = formatOf(database, folder, steps);
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      if (existed && version > 0 && version < steps.length) {
        await backup(database, join(folder, `workspace.backup-${version}.db`));
      }
      migrate(database, version, steps);
      return new Catalog(database, beginEpoch(database));
    } catch (error) {
      database.close();
      throw damaged(error, path);
    }
  }

  /** All rows of a query. */
  all<T = Row>(sql: string, ...values: SQLInputValue[]): T[] {
    return this.#prepare(sql).all(...values) as T[];
  }

  /** The first row, or undefined. */
  get<T = Row>(sql: string, ...values: SQLInputValue[]): T | undefined {
    return this.#prepare(sql).get(...values) as T | undefined;
  }

  /** One statement of a write; only inside `write`. Returns the number of changed rows. */
  run(sql: string, ...values: SQLInputValue[]): number {
    if (!this.#inWrite) throw new Error('Catalog.run is called inside Catalog.write only.');
    return Number(this.#prepare(sql).run(...values).changes);
  }

  /** One transaction, all or nothing. Refused when a newer engine has opened the workspace since. */
  write<T>(change: () => T): T {
    if (this.#inWrite) return change();
    this.#inWrite = true;
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      this.#checkEpoch();
      const result = change();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      // A failed COMMIT (disk full) may have rolled back by itself already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw diskFull(error) ?? error;
    } finally {
      this.#inWrite = false;
    }
  }

  close(): void {
    try {
      this.write(() =>
        this.run('UPDATE engine_epochs SET ended_at = ? WHERE epoch = ?', new Date().toISOString(), this.epoch),
      );
    } catch {
      // When an engine ended is worth knowing, and not worth keeping the workspace for (disk full, a newer engine).
    } finally {
      this.#statements.clear();
      this.#database.close();
    }
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #checkEpoch(): void {
    const newest = this.#prepare('SELECT max(epoch) AS epoch FROM engine_epochs').get() as { epoch: number };
    if (newest.epoch === this.epoch) return;
    throw problem('WORKSPACE_HELD', 'Another engine has taken over this workspace; this one no longer writes to it.', {
      hint: 'Run the command again: it attaches to the newer engine.',
    });
  }
}

function openDatabase(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 5000, enableForeignKeyConstraints: true });
  } catch (error) {
    throw damaged(error, path);
  }
}

/** The number of steps that made this catalog. A newer one is refused before anything of it is changed. */
function formatOf(database: DatabaseSync, folder: string, steps: readonly string[]): number {
  const version = (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
  if (version <= steps.length) return version;
  throw problem(
    'WORKSPACE_NEWER',
    `This workspace was written by a newer Drydock (format ${version}, this program knows ${steps.length}).`,
    { subject: folder, hint: 'Update Drydock, or choose another folder with --workspace DIR. Nothing was changed.' },
  );
}

function migrate(database: DatabaseSync, version: number, steps: readonly string[]): void {
  for (let step = version; step < steps.length; step += 1) {
    database.exec(`BEGIN IMMEDIATE; ${steps[step]}; PRAGMA user_version = ${step + 1}; COMMIT;`);
  }
}

function beginEpoch(database: DatabaseSync): number {
  const row = database
    .prepare('INSERT INTO engine_epochs (pid, started_at) VALUES (?, ?) RETURNING epoch')
    .get(process.pid, new Date().toISOString()) as { epoch: number };
  return row.epoch;
}

/** SQLite's SQLITE_FULL, and SQLITE_IOERR_SHMSIZE: the index of the write-ahead log could not grow. */
const fullCodes = { database: 13, sharedMemory: 4874 };

function diskFull(error: unknown): Error | null {
  const { errcode } = error as { errcode?: number };
  if (!(error instanceof Error) || (errcode !== fullCodes.database && errcode !== fullCodes.sharedMemory)) return null;
  return problem('DISK_FULL', 'The disk is full: the workspace could not record this step.', {
    hint: 'Free space and resume: what was committed is kept.',
    cause: error,
  });
}

function damaged(error: unknown, path: string): unknown {
  const words = error instanceof Error ? error.message : '';
  const refused = notWritable(error, path);
  if (refused !== null) return refused;
  if (/table \S+ already exists|no such table|duplicate column name|no such column/i.test(words)) {
    return problem('WORKSPACE_DAMAGED', 'The file workspace.db in this folder is no catalog of Drydock.', {
      subject: path,
      hint: 'Use another folder with --workspace DIR. Nothing was changed.',
      cause: error,
    });
  }
  if (!/malformed|not a database|corrupt/i.test(words)) return diskFull(error) ?? error;
  return problem('WORKSPACE_DAMAGED', 'The catalog of this workspace cannot be read: the file is damaged.', {
    subject: path,
    hint: 'Put back a workspace.backup-N.db from the same folder, or use another folder with --workspace DIR.',
    cause: error,
  });
}
