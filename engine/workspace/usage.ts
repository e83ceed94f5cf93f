import { lstat, opendir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkspaceUsage } from '../contract/index.ts';

type Kind = Exclude<keyof WorkspaceUsage, 'free'>;

/** What the folders of a workspace are for; everything else is `other`. */
const kinds: ReadonlyMap<string, Kind> = new Map([
  ['objects', 'objects'],
  ['views', 'objects'],
  ['runs', 'runs'],
  ['uploads', 'uploads'],
]);

/** Bytes on disk by what they are for, for a process of its own: it looks at every file. Hard links count once. */
export async function workspaceUsage(folder: string): Promise<WorkspaceUsage> {
  const disk = await statfs(folder);
  const usage: WorkspaceUsage = { objects: 0, runs: 0, uploads: 0, other: 0, free: disk.bavail * disk.bsize };
  const linked = new Set<string>();
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name);
    usage[kinds.get(entry.name) ?? 'other'] += entry.isDirectory()
      ? await bytesBelow(path, linked)
      : await bytesOf(path, linked);
  }
  return usage;
}

async function bytesBelow(root: string, linked: Set<string>): Promise<number> {
  let bytes = 0;
  const open = [root];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const entries = await opendir(folder).catch(() => null);
    if (entries === null) continue;
    for await (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) open.push(path);
      else bytes += await bytesOf(path, linked);
    }
  }
  return bytes;
}

/** A file that is gone by now counts nothing: the engine goes on working meanwhile. */
async function bytesOf(path: string, linked: Set<string>): Promise<number> {
  const status = await lstat(path).catch(() => null);
  if (status === null) return 0;
  if (status.nlink > 1) {
    const identity = `${status.dev} ${status.ino}`;
    if (linked.has(identity)) return 0;
    linked.add(identity);
  }
  return status.size;
}
