import { problem } from '../../contract/index.ts';
import type { FileWindow } from './file-window.ts';

/** The skeleton of the largest models known (some 100,000 nodes) is near 30 MB. */
const mostBytes = 192 * 1024 * 1024;
/** A message's length is written with this many bytes whatever it is, so that it can be filled in afterwards. */
const lengthBytes = 5;

/** Grows a protobuf message in one buffer, nested messages included. */
export class SkeletonWriter {
  #buffer = new Uint8Array(64 * 1024);
  #length = 0;

  /** Copies bytes of the file. */
  copy(file: FileWindow, from: number, to: number): void {
    this.#room(to - from);
    file.copy(from, to, this.#buffer, this.#length);
    this.#length += to - from;
  }

  /** Begins a nested message; the result is for `end`. */
  begin(field: number): number {
    this.#varint(field * 8 + 2);
    this.#room(lengthBytes);
    const mark = this.#length;
    this.#length += lengthBytes;
    return mark;
  }

  end(mark: number): void {
    let length = this.#length - mark - lengthBytes;
    for (let at = 0; at < lengthBytes; at += 1) {
      this.#buffer[mark + at] = (length & 0x7f) | (at < lengthBytes - 1 ? 0x80 : 0);
      length = Math.floor(length / 128);
    }
  }

  /** A 32-bit little-endian number under a field. */
  fixed32(field: number, value: number): void {
    this.#varint(field * 8 + 5);
    this.#room(4);
    new DataView(this.#buffer.buffer).setUint32(this.#length, value, true);
    this.#length += 4;
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  #varint(value: number): void {
    this.#room(10);
    let rest = value;
    while (rest >= 128) {
      this.#buffer[this.#length] = (rest % 128) | 0x80;
      this.#length += 1;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#length] = rest;
    this.#length += 1;
  }

  #room(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    if (needed > mostBytes) {
      throw problem('MODEL_LIMIT', 'The description of the graph, without its tensors, is larger than 192 MiB.', {
        hint: 'Export a smaller graph.',
      });
    }
    const larger = new Uint8Array(Math.min(mostBytes, Math.max(needed, this.#buffer.length * 2)));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}
