import { randomBytes } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { problem, type FolderEntry, type Grant, type ProblemError, type Root } from '../contract/index.ts';
import { isBelow } from '../data/index.ts';
import type { Grants } from './grants.ts';
import type { WarmReader } from './reading.ts';

interface SharedRoot extends Root {
  path: string;
}

/** Folders that hosts let their pages browse. They last as long as the engine; a host shares them again with the next. */
export class Roots {
  readonly #shares = new Map<string, SharedRoot[]>();
  readonly #grants: Grants;
  readonly #reader: WarmReader;

  constructor(grants: Grants, reader: WarmReader) {
    this.#grants = grants;
    this.#reader = reader;
  }

  /** Gives the word with which the host's pages are told from others. Errors: FILE_MISSING, USAGE. */
  async share(paths: readonly string[]): Promise<string> {
    const roots: SharedRoot[] = [];
    for (const path of paths) {
      if (!isAbsolute(path)) throw problem('USAGE', 'A root needs an absolute path.', { subject: path });
      const real = await realpath(path).catch(() => null);
      if (real === null || !(await stat(real)).isDirectory()) {
        throw problem('FILE_MISSING', `There is no folder ${path}.`, {
          subject: path,
          hint: 'Check the path after --root.',
        });
      }
      roots.push({ root: `root-${randomBytes(6).toString('hex')}`, name: basename(real) || real, path: real });
    }
    const share = randomBytes(24).toString('base64url');
    this.#shares.set(share, roots);
    return share;
  }

  list(share: string | null): Root[] {
    return this.#of(share).map(({ root, name }) => ({ root, name }));
  }

  async browse(
    share: string | null,
    at: { root: string; path: string; from: number; limit: number },
  ): Promise<{ total: number; entries: FolderEntry[] }> {
    const { root, path } = await this.#place(share, at);
    return this.#reader.ask((client) =>
      client.browse({ root: root.path, folder: path, from: at.from, limit: at.limit }),
    );
  }

  async grant(share: string | null, at: { root: string; path: string }): Promise<Grant> {
    const { path } = await this.#place(share, at);
    return this.#grants.input(path);
  }

  /** The real path of a place below a root. Nothing leads out: no `..`, no link, no other spelling of them. */
  async #place(share: string | null, at: { root: string; path: string }): Promise<{ root: SharedRoot; path: string }> {
    const root = this.#of(share).find((each) => each.root === at.root);
    if (!root) throw problem('NOT_FOUND', 'This folder is not shared with this window.', { subject: at.root });
    const names = at.path === '' ? [] : at.path.split('/');
    if (names.some((name) => !isPlainName(name))) throw notThere(at.path);
    const real = await realpath(join(root.path, ...names)).catch(() => null);
    if (real === null || !isBelow(root.path, real)) throw notThere(at.path);
    return { root, path: real };
  }

  #of(share: string | null): SharedRoot[] {
    return (share === null ? undefined : this.#shares.get(share)) ?? [];
  }
}

function isPlainName(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || name.includes('\0')) return false;
  // Separators and drive letters of Windows; elsewhere these are letters like others.
  return process.platform !== 'win32' || !/[\\:]/.test(name);
}

function notThere(path: string): ProblemError {
  return problem('FILE_MISSING', 'There is no such file or folder below this root.', { subject: path });
}
