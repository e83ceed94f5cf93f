import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Flushes a folder's entries to disk, so that a rename or a new file survives a power cut. A no-op on Windows. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a whole file or nothing: temporary name, fsync, rename, fsync of the folder. `mode` as in open(2). */
export async function writeFileDurably(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  await replaceDurably(path, mode, (handle) => handle.writeFile(content));
}

/** Text is written in portions of about this many characters. */
const portion = 64 * 1024;

/** As `writeFileDurably`, from pieces of text as they come, never held as a whole. Returns the file's SHA-256. */
export async function writePiecesDurably(path: string, pieces: AsyncIterable<string>): Promise<string> {
  const hash = createHash('sha256');
  await replaceDurably(path, 0o644, async (handle) => {
    let waiting = '';
    const flush = async (): Promise<void> => {
      hash.update(waiting);
      await handle.appendFile(waiting);
      waiting = '';
    };
    for await (const piece of pieces) {
      waiting += piece;
      if (waiting.length > portion) await flush();
    }
    await flush();
  });
  return hash.digest('hex');
}

async function replaceDurably(path: string, mode: number, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      await write(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}
