import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { problem, type Grant } from '../contract/index.ts';
import { newId } from '../jobs/index.ts';
import { isOwnPath } from '../place/index.ts';
import type { Catalog } from '../workspace/index.ts';

interface StoredGrant {
  id: string;
  kind: 'input' | 'output';
  path: string;
  overwrite: number;
}

/** Leaves to read or write a path, given by a host on a person's behalf. The rest of the engine sees ids. */
export class Grants {
  readonly #catalog: Catalog;
  readonly #workspace: string;

  constructor(catalog: Catalog, workspace: string) {
    this.#catalog = catalog;
    this.#workspace = workspace;
  }

  /** The path may be a glob, so whether it exists is found out where it is read. */
  input(path: string): Grant {
    return this.#store('input', absolute(path), false);
  }

  /** Of many paths at once, in their order. */
  inputs(paths: readonly string[]): string[] {
    return this.#catalog.write(() => paths.map((path) => this.input(path).grant));
  }

  /**
   * Refused when the file is there (unless `overwrite`), when its folder is not, when a folder has that name, and when it
   * would lie among the workspace's own files: one renamed over `lock.db` would let a second engine in.
   */
  output(path: string, overwrite: boolean): Grant {
    const file = absolute(path);
    checkOutput(file, overwrite, this.#workspace);
    return this.#store('output', file, overwrite);
  }

  path(id: string, kind: 'input' | 'output'): string {
    return this.#get(id, kind).path;
  }

  /** The output's path, checked again: time has passed since the grant. */
  outputPath(id: string): string {
    const grant = this.#get(id, 'output');
    checkOutput(grant.path, grant.overwrite === 1, this.#workspace);
    return grant.path;
  }

  overwrites(id: string): boolean {
    return this.#get(id, 'output').overwrite === 1;
  }

  /** Paths of the newest grants: what a sentence for a page must not name whole. */
  newestPaths(): string[] {
    return this.#catalog
      .all<{ path: string }>('SELECT path FROM grants ORDER BY rowid DESC LIMIT 200')
      .map(({ path }) => path);
  }

  #get(id: string, kind: 'input' | 'output'): StoredGrant {
    const row = this.#catalog.get<StoredGrant & Record<string, unknown>>(
      'SELECT * FROM grants WHERE id = ? AND kind = ?',
      id,
      kind,
    );
    if (!row)
      throw problem('NOT_FOUND', 'This file was not granted to the engine.', {
        subject: id,
        hint: 'Choose the file again.',
      });
    return row;
  }

  #store(kind: 'input' | 'output', path: string, overwrite: boolean): Grant {
    const id = newId('grant');
    this.#catalog.write(() =>
      this.#catalog.run(
        'INSERT INTO grants (id, kind, path, overwrite, created_at) VALUES (?, ?, ?, ?, ?)',
        id,
        kind,
        path,
        overwrite ? 1 : 0,
        new Date().toISOString(),
      ),
    );
    return { grant: id, name: basename(path), kind };
  }
}

function absolute(path: string): string {
  if (!isAbsolute(path)) throw problem('USAGE', 'A grant needs an absolute path.', { subject: path });
  if (path.includes('\0')) throw problem('USAGE', 'A path cannot contain a NUL character.', { subject: path });
  return path;
}

function checkOutput(file: string, overwrite: boolean, workspace: string): void {
  const folder = dirname(file);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw problem('FILE_MISSING', 'The folder for the output does not exist.', {
      subject: folder,
      hint: 'Make it, or choose another path after --out.',
    });
  }
  requireWritable(folder);
  if (isOwnPath(workspace, join(realpathSync(folder), basename(file)))) {
    throw problem('USAGE', "The output would lie among the workspace's own files.", {
      subject: file,
      hint: 'Choose another path after --out.',
    });
  }
  if (!existsSync(file)) return;
  if (statSync(file).isDirectory()) {
    throw problem('OUTPUT_EXISTS', 'A folder has the name of the output.', {
      subject: file,
      hint: 'Choose another path after --out.',
    });
  }
  if (!overwrite) {
    throw problem('OUTPUT_EXISTS', 'The output exists already.', {
      subject: file,
      hint: 'Choose another path after --out, or add --force to overwrite it.',
    });
  }
}

/** Asked before the work and not after it. */
function requireWritable(folder: string): void {
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    const words =
      (error as NodeJS.ErrnoException).code === 'EROFS' ? 'is on a read-only disk' : 'may not be written to';
    throw problem('OUTPUT_UNWRITABLE', `The folder for the output ${words}.`, {
      subject: folder,
      hint: 'Choose another path after --out, or change the permissions of the folder.',
      cause: error,
    });
  }
}
