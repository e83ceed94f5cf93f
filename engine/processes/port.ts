import type { ChildProcess, Serializable } from 'node:child_process';
import type { Duplex } from 'node:stream';

/** The shape of a message port that oRPC speaks over: whole messages, text or bytes, both ways, and one close. */
export interface Port {
  on(event: string, listener: (event?: { data: unknown }) => void): void;
  postMessage(data: unknown): void;
}

/** A child's IPC channel as a port. The channel must use advanced serialisation: JSON breaks on binary messages. */
export function portOfChild(child: ChildProcess): Port {
  return {
    on(event, listener) {
      if (event === 'message') child.on('message', (data) => listener({ data }));
      // The channel's end comes after its last message; the process's exit may come before it.
      else child.once('disconnect', () => listener());
    },
    postMessage(data) {
      if (child.connected) child.send(data as Serializable, ignoreSendError);
    },
  };
}

/** This process's channel to its parent as a port. */
export function portOfParent(): Port {
  return {
    on(event, listener) {
      if (event === 'message') process.on('message', (data) => listener({ data }));
      else process.once('disconnect', () => listener());
    },
    postMessage(data) {
      if (process.connected) process.send?.(data, undefined, undefined, ignoreSendError);
    },
  };
}

/** Messages above this many bytes are no calls (the contract's bound is 256 KB); the connection is dropped. */
const longestMessage = 16 << 20;

/**
 * A byte stream as a port: each message is a 4-byte big-endian length, one byte for its kind (0 text, 1 bytes), and
 * the payload. A peer that announces too much is cut off.
 */
export function portOfStream(stream: Duplex): Port {
  const messages: ((event?: { data: unknown }) => void)[] = [];
  const backlog: unknown[] = [];
  let pending: Buffer = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      if (pending.length < 5) return;
      const length = pending.readUInt32BE(0);
      if (length > longestMessage) {
        stream.destroy();
        return;
      }
      if (pending.length < 5 + length) return;
      const payload = pending.subarray(5, 5 + length);
      const data = pending[4] === 0 ? payload.toString('utf8') : new Uint8Array(payload);
      pending = pending.subarray(5 + length);
      if (messages.length === 0) backlog.push(data);
      else for (const listener of messages) listener({ data });
    }
  });
  return {
    on(event, listener) {
      if (event !== 'message') {
        stream.once('close', () => listener());
        return;
      }
      messages.push(listener);
      for (const data of backlog.splice(0)) listener({ data });
    },
    postMessage(data) {
      if (stream.writable) stream.write(frame(data));
    },
  };
}

function frame(data: unknown): Buffer {
  const text = typeof data === 'string';
  const payload = text ? Buffer.from(data, 'utf8') : Buffer.from(bytesOf(data));
  const head = Buffer.alloc(5);
  head.writeUInt32BE(payload.length, 0);
  head[4] = text ? 0 : 1;
  return Buffer.concat([head, payload]);
}

function bytesOf(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  throw new TypeError('A port carries text or bytes.');
}

/** A send that fails because the other side is gone is told by the port's close, not here. */
function ignoreSendError(): void {}
