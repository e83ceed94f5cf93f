import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { problem } from '../contract/index.ts';
import { fileProblem, readStart } from './source-files.ts';

/** A row longer than this is not read; it bounds what a quote that is never closed can swallow. */
export const maxRowBytes = 32 * 1024 * 1024;

const chunkBytes = 4 * 1024 * 1024;

export interface WindowOptions {
  digest: boolean;
  /** Bytes read at a time, 4 MiB unless given. */
  chunk?: number;
  /** The whole file, where it has been read already: the window then lies over it and opens nothing. */
  content?: Buffer | null | undefined;
}

/**
 * A moving window over bytes [from, to) of a file. `bytes[start, end)` are those read and not yet consumed;
 * `offset` is where `bytes[0]` stands in the file. The SHA-256 of everything read can be asked for at the end.
 */
export class ByteWindow {
  bytes: Buffer;
  start = 0;
  end = 0;
  offset: number;
  readonly #handle: FileHandle | null;
  readonly #path: string;
  readonly #to: number;
  readonly #hash: Hash | null;

  private constructor(handle: FileHandle | null, path: string, from: number, to: number, options: WindowOptions) {
    this.#handle = handle;
    this.#path = path;
    this.#to = to;
    this.#hash = options.digest ? createHash('sha256') : null;
    if (handle === null && options.content) {
      this.bytes = options.content;
      [this.offset, this.start, this.end] = [0, from, to];
      this.#hash?.update(this.bytes.subarray(from, to));
      return;
    }
    this.offset = from;
    this.bytes = Buffer.allocUnsafeSlow(Math.max(1, Math.min(options.chunk ?? chunkBytes, to - from)));
  }

  static async open(path: string, from: number, to: number, options: WindowOptions): Promise<ByteWindow> {
    if (options.content) return new ByteWindow(null, path, from, to, options);
    try {
      return new ByteWindow(await open(path, 'r'), path, from, to, options);
    } catch (error) {
      throw fileProblem(error, path);
    }
  }

  /** Everything up to `to` has been read into the window or consumed. */
  get atEnd(): boolean {
    return this.offset + this.end >= this.#to;
  }

  /** Drops what was consumed and reads on, at least one byte. Fails when the file is shorter than planned. */
  async fill(): Promise<void> {
    if (this.#handle === null) throw new Error('A window over a whole file has nothing left to read.');
    this.#makeRoom();
    const wanted = Math.min(this.bytes.length - this.end, this.#to - this.offset - this.end);
    let read: number;
    try {
      ({ bytesRead: read } = await this.#handle.read(this.bytes, this.end, wanted, this.offset + this.end));
    } catch (error) {
      throw fileProblem(error, this.#path);
    }
    if (read === 0) {
      throw problem('FILE_CHANGED', 'The file is shorter than it was when it was planned.', { subject: this.#path });
    }
    this.#hash?.update(this.bytes.subarray(this.end, this.end + read));
    this.end += read;
  }

  /** SHA-256 of the bytes read, in hexadecimal digits. Ask once, after the last row. */
  digest(): string {
    return this.#hash === null ? '' : this.#hash.digest('hex');
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }

  #makeRoom(): void {
    const rest = this.end - this.start;
    if (this.start > 0) {
      this.bytes.copyWithin(0, this.start, this.end);
      this.offset += this.start;
      this.start = 0;
      this.end = rest;
    }
    if (rest < this.bytes.length) return;
    // Only a row longer than the window gets here, so the window grows no further than the longest row needs.
    const larger = Buffer.allocUnsafeSlow(Math.min(2 * this.bytes.length, maxRowBytes + chunkBytes));
    this.bytes.copy(larger, 0, 0, rest);
    this.bytes = larger;
  }
}

/** Bytes of a UTF-8 byte order mark at the beginning of a file: 3 or 0. */
export function byteOrderMark(path: string, content?: Buffer | null): number {
  const head = content ?? readStart(path, 3).bytes;
  return head.length >= 3 && head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
}
