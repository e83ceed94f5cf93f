import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Look } from './look.ts';
import { compareNames } from './paths.ts';
import { fileProblem, throwIfCancelled } from './source-files.ts';

/**
 * Files below a folder as paths relative to it with forward slashes, sorted by them. What systems leave behind (hidden
 * files, Thumbs.db, desktop.ini, __MACOSX, Parquet's own _metadata) is not listed. Links to folders are not followed.
 */
export async function filesBelow(folder: string, signal?: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  const open = [''];
  for (let relative = open.pop(); relative !== undefined; relative = open.pop()) {
    throwIfCancelled(signal);
    for (const { path, isFolder } of await openFolder(folder, relative)) {
      if (isFolder) open.push(path);
      else found.push(path);
    }
  }
  return found.toSorted(compareNames);
}

/** What lies directly in one folder below `folder`, with its path relative to that; the same is left out as by `filesBelow`. */
export async function openFolder(folder: string, relative: string): Promise<{ path: string; isFolder: boolean }[]> {
  const entries = await listFolder(join(folder, relative));
  return entries
    .filter((entry) => !isLeftBehind(entry.name))
    .filter((entry) => entry.isDirectory() || entry.isFile() || entry.isSymbolicLink())
    .map((entry) => ({
      path: relative === '' ? entry.name : `${relative}/${entry.name}`,
      isFolder: entry.isDirectory(),
    }));
}

async function listFolder(path: string): Promise<Awaited<ReturnType<typeof readEntries>>> {
  try {
    return await readEntries(path);
  } catch (error) {
    throw fileProblem(error, path);
  }
}

function readEntries(path: string) {
  return readdir(path, { withFileTypes: true });
}

/** What systems leave in folders and archives: no data of anybody's. */
export function isLeftBehind(name: string): boolean {
  if (name.startsWith('.')) return true;
  return ['Thumbs.db', 'desktop.ini', '__MACOSX', '_metadata', '_common_metadata', '_SUCCESS'].includes(name);
}

/** Items of a walk between two looks at what else is to be done (a cancel, progress to be sent). */
const turnItems = 256;

/** Runs `work` over all items, one after the other; `onDone` hears how many are done. */
export async function inTurn<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Result,
  options: { signal?: AbortSignal | undefined; onDone?: ((done: number) => void) | undefined } = {},
): Promise<Result[]> {
  const results: Result[] = [];
  for (const [index, item] of items.entries()) {
    if (index % turnItems === 0) await breathe(options, index);
    results.push(work(item, index));
  }
  options.onDone?.(items.length);
  return results;
}

/** Lets messages in and out; throws when the work was cancelled. */
export async function breathe(
  { signal, onDone }: { signal?: AbortSignal | undefined; onDone?: ((done: number) => void) | undefined },
  done: number,
): Promise<void> {
  onDone?.(done);
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  throwIfCancelled(signal);
}

/** Says how many files a description has looked at. */
export async function lookedAt({ signal, onProgress }: Look, done: number, total: number): Promise<void> {
  throwIfCancelled(signal);
  if (done % filesOfTurn !== 0) return;
  const onDone = (files: number): void =>
    onProgress?.({ phase: 'looking at the files', done: files, total, unit: 'files' });
  await breathe({ signal, onDone }, done);
}

const filesOfTurn = 32;

/** Runs `work` over all items, several at a time; results in the order of the items. */
export async function inParallel<Item, Result>(
  items: Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as Item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  return results;
}
