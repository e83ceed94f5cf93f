import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { PageConnection } from '../engine/launcher.ts';
import type { Sessions } from './sessions.ts';

/** Why the host closes a page's WebSocket. A page that lost it for another reason simply connects again. */
export const closeCodes = {
  /** The engine ended; it is being started again. Connect again: the host answers when it is there. */
  engineLost: 4001,
  /** The session is over: its token was used by somebody else too. */
  sessionEnded: 4002,
  /** The host is ending. */
  hostEnding: 1001,
} as const;

/** The subprotocol of the page's calls. The page offers it, and beside it `secret.` with its secret. */
const protocol = 'drydock.calls';
const secretPrefix = 'secret.';

/** A call is below 256 KB; a message that announces more ends its connection. */
const longestMessage = 1 << 20;
/** Answers that a page does not take are not kept without end. */
const mostUnsent = 64 << 20;
const heartbeatMs = 20_000;
/** Pages of all sessions at once. */
const mostPages = 64;

/** Carries messages between pages and the engine without reading them. */
export class Relay {
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: longestMessage,
    perMessageDeflate: false,
    handleProtocols: () => protocol,
  });
  readonly #sessions: Sessions;
  readonly #openPage: () => Promise<PageConnection>;
  readonly #pages = new Map<WebSocket, { session: string; alive: boolean }>();
  readonly #heartbeat = setInterval(() => this.#beat(), heartbeatMs).unref();

  constructor(sessions: Sessions, openPage: () => Promise<PageConnection>) {
    this.#sessions = sessions;
    this.#openPage = openPage;
    sessions.onEnd((ended) => this.#closePages(closeCodes.sessionEnded, ended));
  }

  /** Takes over a checked upgrade request; one without a valid secret is refused before it becomes a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const session = this.#sessionOf(request);
    if (session === null) return hangUp(socket, '401 Unauthorized');
    if (this.#pages.size >= mostPages) return hangUp(socket, '503 Service Unavailable');
    this.#server.handleUpgrade(request, socket, head, (page) => {
      this.#pages.set(page, { session, alive: true });
      void this.#connect(page);
    });
  }

  close(): void {
    clearInterval(this.#heartbeat);
    this.#closePages(closeCodes.hostEnding);
    this.#server.close();
    for (const page of this.#pages.keys()) setTimeout(() => page.terminate(), 500).unref();
  }

  #sessionOf(request: IncomingMessage): string | null {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    if (!offered.includes(protocol)) return null;
    const secret = offered.find((name) => name.startsWith(secretPrefix))?.slice(secretPrefix.length);
    return secret === undefined ? null : this.#sessions.of(secret);
  }

  async #connect(page: WebSocket): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      page.once('close', () => resolve());
    });
    page.on('error', () => page.terminate());
    page.on('pong', () => {
      const known = this.#pages.get(page);
      if (known) known.alive = true;
    });
    void closed.then(() => this.#pages.delete(page));
    // What the page says before the engine is there waits in the socket.
    page.pause();
    try {
      const engine = await this.#openPage();
      page.on('message', (data, isBinary) => engine.send(isBinary ? bytesOf(data) : bytesOf(data).toString('utf8')));
      engine.onMessage((message) => this.#send(page, message));
      void closed.then(() => engine.close());
      void engine.closed.then(() => page.close(closeCodes.engineLost, 'engine lost'));
      if (page.readyState !== page.OPEN) engine.close();
      page.resume();
    } catch {
      page.resume();
      page.close(closeCodes.engineLost, 'engine lost');
    }
  }

  #send(page: WebSocket, message: string | Uint8Array): void {
    if (page.bufferedAmount > mostUnsent) page.terminate();
    else if (page.readyState === page.OPEN) page.send(message, { binary: typeof message !== 'string' });
  }

  #closePages(code: number, session?: string): void {
    for (const [page, about] of this.#pages) if (session === undefined || about.session === session) page.close(code);
  }

  #beat(): void {
    for (const [page, about] of this.#pages) {
      if (!about.alive) page.terminate();
      about.alive = false;
      if (page.readyState === page.OPEN) page.ping();
    }
  }
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}

function hangUp(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
