import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { problem } from '../../contract/index.ts';
import { fileProblem } from '../file-problem.ts';

/** Opening a named pipe would wait for a writer that may never come. Windows has no such flag and no such files. */
export const readWithoutWaiting = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

const windowBytes = 256 * 1024;

/** A varint ends at `next`; `value` is exact up to 2^53 and only good for lengths and small numbers beyond. */
export interface Varint {
  value: number;
  next: number;
}

/**
 * A file read through one small window with positioned reads, so that a model of any size costs the same memory.
 * Reads are synchronous: this runs in a child process that has nothing else to do.
 */
export class FileWindow {
  readonly path: string;
  readonly size: number;
  readonly #handle: number;
  readonly #buffer = Buffer.allocUnsafe(windowBytes);
  #start = 0;
  #filled = 0;

  private constructor(path: string, handle: number, size: number) {
    this.path = path;
    this.#handle = handle;
    this.size = size;
  }

  /** Opens a regular file. Throws FILE_MISSING, FILE_UNREADABLE, or FILE_EMPTY for one of 0 bytes. */
  static open(path: string): FileWindow {
    let handle: number;
    try {
      handle = openSync(path, readWithoutWaiting);
    } catch (error) {
      throw fileProblem(error, path);
    }
    try {
      const stat = fstatSync(handle);
      if (!stat.isFile())
        throw problem('FILE_UNREADABLE', `${basename(path)} is not a regular file.`, { subject: path });
      if (stat.size === 0)
        throw problem('FILE_EMPTY', `${basename(path)} is empty: it has 0 bytes.`, { subject: path });
      return new FileWindow(path, handle, stat.size);
    } catch (error) {
      closeSync(handle);
      throw error;
    }
  }

  close(): void {
    closeSync(this.#handle);
  }

  /** The byte at `offset`, which must be inside the file. */
  byte(offset: number): number {
    if (offset < this.#start || offset >= this.#start + this.#filled) this.#move(offset);
    return this.#buffer[offset - this.#start] as number;
  }

  /** Copies `[from, to)` into `target` at `at`. The range must be inside the file. */
  copy(from: number, to: number, target: Uint8Array, at: number): void {
    let offset = from;
    while (offset < to) {
      if (offset < this.#start || offset >= this.#start + this.#filled) this.#move(offset);
      const end = Math.min(to, this.#start + this.#filled);
      target.set(this.#buffer.subarray(offset - this.#start, end - this.#start), at + offset - from);
      offset = end;
    }
  }

  /** The varint at `offset`; null when it does not end before `limit` or is longer than 10 bytes. */
  varint(offset: number, limit: number): Varint | null {
    let value = 0;
    let factor = 1;
    const end = Math.min(limit, offset + 10);
    for (let at = offset; at < end; at += 1) {
      const byte = this.byte(at);
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return { value, next: at + 1 };
      factor *= 128;
    }
    return null;
  }

  /** Counts the varints in `[from, to)`; null when the last one does not end there. */
  countVarints(from: number, to: number): number | null {
    let count = 0;
    let at = from;
    while (at < to) {
      if (at < this.#start || at >= this.#start + this.#filled) this.#move(at);
      const end = Math.min(to, this.#start + this.#filled);
      const part = this.#buffer.subarray(at - this.#start, end - this.#start);
      for (const byte of part) if (byte < 0x80) count += 1;
      at = end;
    }
    return from === to || this.byte(to - 1) < 0x80 ? count : null;
  }

  #move(offset: number): void {
    let filled = 0;
    const want = Math.min(windowBytes, this.size - offset);
    while (filled < want) {
      const read = readSync(this.#handle, this.#buffer, filled, want - filled, offset + filled);
      if (read === 0) break;
      filled += read;
    }
    if (filled === 0) {
      throw problem('FILE_CHANGED', `${basename(this.path)} became shorter while it was read.`, {
        subject: this.path,
        hint: 'Try again when nothing writes to the file.',
      });
    }
    this.#start = offset;
    this.#filled = filled;
  }
}
