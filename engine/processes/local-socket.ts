import { timingSafeEqual } from 'node:crypto';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { portOfStream, type Port } from './port.ts';

/** A connection must show the token as its first line within this time. */
const helloMs = 5000;
const helloBytes = 256;
/** What a listener says to a peer whose token is right, and how long the peer waits for it: a stopped process accepts too. */
const welcome = 'ok\n';
const welcomeMs = 10_000;

export interface LocalServer {
  connections(): number;
  close(): Promise<void>;
}

/**
 * Listens on a user-only local socket (or named pipe). A peer first sends `token\n` or `token introduction\n`, and is
 * answered `ok\n`; everything after that is framed messages. `onPort` is told the introduction (empty without one),
 * `onClose` hears of every connection that ends.
 */
export async function listenLocally(
  address: string,
  token: string,
  onPort: (port: Port, introduction: string) => void,
  onClose: () => void,
): Promise<LocalServer> {
  const open = new Set<Socket>();
  const strangers = new Set<Socket>();
  const server = createServer((socket) => {
    strangers.add(socket);
    socket.once('close', () => strangers.delete(socket));
    socket.on('error', () => socket.destroy());
    readToken(socket, token, (introduction) => {
      strangers.delete(socket);
      open.add(socket);
      socket.once('close', () => {
        open.delete(socket);
        onClose();
      });
      const port = portOfStream(socket);
      onPort(port, introduction);
      socket.write(welcome);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, resolve);
  });
  // One that cannot be accepted (no file descriptor left) costs that peer its connection, nobody else's work.
  server.on('error', (error) => console.error(error));
  return { connections: () => open.size, close: () => closeServer(server, [strangers, open]) };
}

export interface LocalConnection {
  port: Port;
  /** Settles when the other side is gone. */
  closed: Promise<void>;
  close(): void;
}

/** Connects, shows the token and says who is there. Rejects when nobody listens or answers there, or the token is not the listener's. */
export async function connectLocally(address: string, token: string, introduction = ''): Promise<LocalConnection> {
  const socket = createConnection({ path: address });
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
  socket.write(`${token}${introduction === '' ? '' : ` ${introduction}`}\n`);
  await readAnswer(socket, closed);
  return { port: portOfStream(socket), closed, close: () => socket.destroy() };
}

function readToken(socket: Socket, token: string, accept: (introduction: string) => void): void {
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
    const line = seen.subarray(0, end);
    const space = line.indexOf(32);
    if (!sameText(space < 0 ? line : line.subarray(0, space), token)) {
      socket.destroy();
      return;
    }
    accept(space < 0 ? '' : line.subarray(space + 1).toString('utf8'));
    const rest = seen.subarray(end + 1);
    if (rest.length > 0) socket.emit('data', rest);
  };
  socket.on('data', onData);
  socket.once('close', () => clearTimeout(timer));
}

async function readAnswer(socket: Socket, closed: Promise<void>): Promise<void> {
  let seen: Buffer = Buffer.alloc(0);
  const timer = setTimeout(() => socket.destroy(), welcomeMs);
  const answered = new Promise<void>((resolve) => {
    const onData = (chunk: Buffer): void => {
      seen = Buffer.concat([seen, chunk]);
      if (seen.length < welcome.length) return;
      socket.off('data', onData);
      socket.pause();
      if (seen.subarray(0, welcome.length).toString() !== welcome) {
        socket.destroy();
        return;
      }
      const rest = seen.subarray(welcome.length);
      if (rest.length > 0) socket.unshift(rest);
      resolve();
    };
    socket.on('data', onData);
  });
  const refused = closed.then(() => {
    throw new Error('The engine refused the connection.');
  });
  refused.catch(() => {});
  try {
    await Promise.race([answered, refused]);
  } finally {
    clearTimeout(timer);
  }
  // Flowing again only after the port has put its listener on.
  setImmediate(() => socket.resume());
}

function sameText(given: Buffer, expected: string): boolean {
  const wanted = Buffer.from(expected);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** Ends every connection, also one that is still showing its token: else it would be served by an engine that ends. */
function closeServer(server: Server, groups: readonly ReadonlySet<Socket>[]): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const sockets of groups) for (const socket of sockets) socket.destroy();
  });
}
