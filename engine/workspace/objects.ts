import { createHash } from 'node:crypto';
import { chmod, copyFile, constants, link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from './durable.ts';

/** One file of an artifact: its path inside the artifact (forward slashes), its size and SHA-256. */
export interface ArtifactFile {
  path: string;
  bytes: number;
  sha256: string;
}

/** The digest of an artifact: SHA-256 of the canonical list of path, size, sha256 (one line each, sorted by path). */
export function artifactDigest(files: readonly ArtifactFile[]): string {
  const lines = files.map((file) => `${JSON.stringify(file.path)} ${file.bytes} ${file.sha256}\n`).toSorted();
  return createHash('sha256').update(lines.join('')).digest('hex');
}

export function objectPath(workspace: string, sha256: string): string {
  return join(workspace, 'objects', 'sha256', sha256.slice(0, 2), sha256.slice(2));
}

export function viewFolder(workspace: string, digest: string): string {
  return join(workspace, 'views', digest);
}

/**
 * Moves a finished file from `incoming/` to its content's address. The same content twice is kept once. Objects are
 * read-only, so that nothing changes them through the hard links of a view.
 */
export async function adoptObject(workspace: string, temporary: string, sha256: string): Promise<void> {
  const target = objectPath(workspace, sha256);
  await mkdir(dirname(target), { recursive: true });
  // An object that no longer is what its address says (a damaged disk, a hand) is replaced by the fresh copy.
  if ((await fileSha256(target).catch(() => null)) === sha256) {
    await rm(temporary);
    return;
  }
  await chmod(temporary, 0o444);
  await rename(temporary, target);
  await syncFolder(dirname(target));
}

/**
 * An artifact's files under their own names, as runtimes need them: hard links, or copies where links cannot be had. A
 * view that is no longer its object (the object was replaced) is made anew, with everything derived from it.
 */
export async function ensureView(workspace: string, digest: string, files: readonly ArtifactFile[]): Promise<string> {
  const folder = viewFolder(workspace, digest);
  const pairs = files.map((file) => ({
    path: join(folder, ...file.path.split('/')),
    object: objectPath(workspace, file.sha256),
  }));
  const stale = await Promise.all(pairs.map(({ path, object }) => isStale(path, object)));
  if (stale.includes(true)) await rm(folder, { recursive: true, force: true });
  for (const { path, object } of pairs) {
    if (await exists(path)) continue;
    await mkdir(dirname(path), { recursive: true });
    await linkOrCopy(object, path);
  }
  return folder;
}

/** A copy (where links cannot be had) is told from its object by size and time alone. */
async function isStale(path: string, object: string): Promise<boolean> {
  const [view, original] = await Promise.all([stat(path).catch(() => null), stat(object).catch(() => null)]);
  if (!view || !original || view.ino === original.ino) return false;
  return view.nlink > 1 || view.size !== original.size || view.mtimeMs < original.mtimeMs;
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') return;
    if (code !== 'EXDEV' && code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EMLINK') throw error;
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
}

/** SHA-256 of a file, read in pieces of 1 MiB. */
export async function fileSha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(1 << 20);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
