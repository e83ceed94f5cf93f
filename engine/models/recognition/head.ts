import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { problem } from '../../contract/index.ts';
import { fileProblem } from '../file-problem.ts';
import { readWithoutWaiting } from '../onnx/index.ts';

/** The first and last bytes of a regular file. */
export interface FileEnds {
  path: string;
  size: number;
  head: Buffer;
  tail: Buffer;
}

const headBytes = 1024 * 1024;
const tailBytes = 64 * 1024;

/** Throws FILE_MISSING or FILE_UNREADABLE. An empty file has empty ends. */
export async function readEnds(path: string): Promise<FileEnds> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(path, readWithoutWaiting);
    const stat = await handle.stat();
    if (!stat.isFile()) throw problem('FILE_UNREADABLE', `${basename(path)} is not a regular file.`, { subject: path });
    const head = await readRange(handle, 0, Math.min(headBytes, stat.size));
    const tail = await readRange(handle, Math.max(0, stat.size - tailBytes), Math.min(tailBytes, stat.size));
    return { path, size: stat.size, head, tail };
  } catch (error) {
    throw fileProblem(error, path);
  } finally {
    await handle?.close();
  }
}

async function readRange(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
