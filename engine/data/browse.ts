import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FolderEntry } from '../contract/index.ts';
import { fileProblem } from './source-files.ts';
import { inParallel } from './source-tree.ts';

export interface BrowseTask {
  /** Real paths; `folder` is `root` or lies below it. */
  root: string;
  folder: string;
  from: number;
  limit: number;
}

export interface FolderPage {
  total: number;
  entries: FolderEntry[];
}

/** One collator for all names: `file2` before `file10`, whatever the person's language. */
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** A page of a folder's entries, folders first. Sizes and times are looked up for the page alone. */
export async function browseFolder({ root, folder, from, limit }: BrowseTask): Promise<FolderPage> {
  const found = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw fileProblem(error, folder);
  });
  const visible = found.filter(({ name }) => !name.startsWith('.'));
  const sorted = visible.toSorted(
    (a, b) => Number(b.isDirectory()) - Number(a.isDirectory()) || collator.compare(a.name, b.name),
  );
  const names = sorted.slice(from, from + limit).map(({ name }) => name);
  return { total: sorted.length, entries: await inParallel(names, 8, (name) => entryOf(root, folder, name)) };
}

async function entryOf(root: string, folder: string, name: string): Promise<FolderEntry> {
  const nothing: FolderEntry = { name, kind: 'other', bytes: null, changed: null };
  try {
    const real = await realpath(join(folder, name));
    if (!isBelow(root, real)) return nothing;
    const stats = await stat(real);
    const changed = stats.mtime.toISOString();
    if (stats.isDirectory()) return { name, kind: 'folder', bytes: null, changed };
    return stats.isFile() ? { name, kind: 'file', bytes: stats.size, changed } : nothing;
  } catch {
    // A link to nowhere, or gone since the folder was read.
    return nothing;
  }
}

/** Whether a real path is a real folder or lies below it. */
export function isBelow(root: string, path: string): boolean {
  if (path === root) return true;
  const prefix = root.endsWith('/') || root.endsWith('\\') ? root : join(root, '/');
  return path.startsWith(prefix);
}
