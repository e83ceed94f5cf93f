import { timingSafeEqual } from 'node:crypto';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { portOfStream, type Port } from './port.ts';

/** A connection must show the token as its first line within this time. */
const helloMs = 5000;
const helloBytes = 256;

export interface LocalServer {
  connections(): number;
  close(): Promise<void>;
}

/**
 * Listens on a user-only local socket (or named pipe). A peer first sends `token\n`, and is answered `ok\n`; everything
 * after that is framed messages. `onClose` hears of every connection that ends.
 */
export async function listenLocally(
  address: string,
  token: string,
  onPort: (port: Port) => void,
  onClose: () => void,
): Promise<LocalServer> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    readToken(socket, token, () => {
      open.add(socket);
      socket.once('close', () => {
        open.delete(socket);
        onClose();
      });
      const port = portOfStream(socket);
      onPort(port);
      socket.write('ok\n');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, resolve);
  });
  return { connections: () => open.size, close: () => closeServer(server, open) };
}

export interface LocalConnection {
  port: Port;
  /** Settles when the other side is gone. */
  closed: Promise<void>;
  close(): void;
}

/** Connects and shows the token. Rejects when nobody listens there, or the token is not the listener's. */
export async function connectLocally(address: string, token: string): Promise<LocalConnection> {
  const socket = createConnection(address);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve();
    });
  });
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  socket.on('error', () => socket.destroy());
  socket.write(`${token}\n`);
  await readAnswer(socket, closed);
  return { port: portOfStream(socket), closed, close: () => socket.destroy() };
}

function readToken(socket: Socket, token: string, accept: () => void): void {
  let seen: Buffer = Buffer.alloc(0);
  const timer = setTimeout(() => socket.destroy(), helloMs);
  const onData = (chunk: Buffer): void => {
    seen = Buffer.concat([seen, chunk]);
    const end = seen.indexOf(10);
    if (end < 0) {
      if (seen.length > helloBytes) socket.destroy();
      return;
    }
    clearTimeout(timer);
    socket.off('data', onData);
    if (!sameText(seen.subarray(0, end), token)) {
      socket.destroy();
      return;
    }
    accept();
    const rest = seen.subarray(end + 1);
    if (rest.length > 0) socket.emit('data', rest);
  };
  socket.on('data', onData);
  socket.once('close', () => clearTimeout(timer));
}

async function readAnswer(socket: Socket, closed: Promise<void>): Promise<void> {
  const answered = new Promise<void>((resolve) => {
    socket.once('data', (chunk: Buffer) => {
      socket.pause();
      const rest = chunk.subarray(3);
      if (rest.length > 0) socket.unshift(rest);
      resolve();
    });
  });
  const refused = closed.then(() => {
    throw new Error('The engine refused the connection.');
  });
  refused.catch(() => {});
  await Promise.race([answered, refused]);
  // Flowing again only after the port has put its listener on.
  setImmediate(() => socket.resume());
}

function sameText(given: Buffer, expected: string): boolean {
  const wanted = Buffer.from(expected);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function closeServer(server: Server, open: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of open) socket.destroy();
  });
}
