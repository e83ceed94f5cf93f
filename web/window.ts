import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { problem } from '../engine/contract/index.ts';
import { EngineLink, type EngineNews } from '../hosting/index.ts';
import { answerError, answerJson, readJson, refuse } from './answers.ts';
import { refusalOf, setCommonHeaders, shownSecret } from './guard.ts';
import { servePageFile } from './page-files.ts';
import { Relay } from './relay.ts';
import { serveResource } from './resources.ts';
import { Sessions } from './sessions.ts';
import { UploadStore } from './upload-store.ts';
import { answerUpload } from './uploads.ts';

export interface WindowOptions {
  workspace: string;
  /** Absolute paths of folders that pages may browse and read where they lie. */
  roots: readonly string[];
  /** 0 takes any free port. */
  port: number;
  /** The renderer as Vite built it: index.html and assets/. */
  rendererFolder: string;
  news: EngineNews & {
    /** Somebody opened an address whose token had been used; a person may want a new one. */
    onStaleAddress(): void;
  };
}

export interface WindowHost {
  readonly port: number;
  /** The engine's workspace, as its real path. */
  readonly workspace: string;
  /** An address that opens the window once. `exposed`: other programs see it on its way (a browser's argv). */
  newAddress(options: { exposed: boolean }): string;
  /** Says goodbye to pages and detaches from the engine, which ends by itself when nothing runs. */
  close(): Promise<void>;
}

/** Between two looks for requests that arrive too slowly, and how long a request's head and an idle connection may take. */
const limits = { lookMs: 1000, headMs: 10_000, idleMs: 60_000, connections: 256 };

/** Opens the window on loopback. Errors: as `attach`; USAGE when the port is taken. */
export async function openWindow(options: WindowOptions): Promise<WindowHost> {
  const sessions = new Sessions();
  const link = await EngineLink.open(options.workspace, options.roots, options.news);
  const relay = new Relay(sessions, () => link.openPage());
  const window = new Window(options, sessions, relay, link);
  try {
    await window.listen();
    return window;
  } catch (error) {
    await window.close();
    throw error;
  }
}

class Window implements WindowHost {
  port = 0;
  workspace = '';
  readonly #options: WindowOptions;
  readonly #sessions: Sessions;
  readonly #relay: Relay;
  readonly #link: EngineLink;
  readonly #server: Server;
  #uploads: UploadStore | null = null;

  constructor(options: WindowOptions, sessions: Sessions, relay: Relay, link: EngineLink) {
    this.#options = options;
    this.#sessions = sessions;
    this.#relay = relay;
    this.#link = link;
    this.#server = createServer({
      headersTimeout: limits.headMs,
      // Uploads last as long as they last; a body that stops arriving meets the idle limit.
      requestTimeout: 0,
      connectionsCheckingInterval: limits.lookMs,
      keepAliveTimeout: 30_000,
    });
    this.#server.maxConnections = limits.connections;
    this.#server.setTimeout(limits.idleMs);
    this.#server.on('request', (request, response) => {
      this.#answer(request, response).catch((error: unknown) => answerError(response, error));
    });
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#server.on('clientError', (_error, socket) => socket.destroy());
  }

  async listen(): Promise<void> {
    this.workspace = (await this.#link.engine()).workspace;
    this.#uploads = new UploadStore(this.workspace);
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => reject(portProblem(error, this.#options.port)));
      this.#server.listen(this.#options.port, '127.0.0.1', resolve);
    });
    this.port = (this.#server.address() as AddressInfo).port;
    this.#server.on('error', (error) => console.error(error));
  }

  newAddress(options: { exposed: boolean }): string {
    return `http://127.0.0.1:${this.port}/#token=${this.#sessions.newToken(options)}`;
  }

  async close(): Promise<void> {
    this.#relay.close();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
      setTimeout(() => this.#server.closeAllConnections(), 500).unref();
    });
    await this.#link.close();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (refusalOf(request, this.port) !== null || pathname !== '/calls') {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    // The heartbeat looks after it from here.
    if ('setTimeout' in socket) (socket as IncomingMessage['socket']).setTimeout(0);
    this.#relay.upgrade(request, socket, head);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    setCommonHeaders(response);
    const refusal = refusalOf(request, this.port);
    if (refusal !== null) return refuse(response, 403, refusal);
    const url = addressOf(request);
    if (url === null) return refuse(response, 400, 'This is no address.');
    // A body that nobody waits for would hold its connection as long as it likes to arrive.
    if (hasBody(request) && !url.pathname.startsWith('/upload')) response.setHeader('Connection', 'close');
    const [, first = '', second = ''] = url.pathname.split('/');
    if (first === 'session') return this.#session(request, response);
    if (first === 'upload') return this.#upload(request, response, url);
    if (first === 'resource') return serveResource(request, response, second, await this.#link.engine());
    return servePageFile(request, response, url.pathname, this.#options.rendererFolder);
  }

  /** POST exchanges a token for the page's secret; GET tells a page whether its secret still holds. */
  async #session(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') {
      if (this.#sessionOf(request) === null) return refuse(response, 401, 'This window is closed.');
      response.statusCode = 204;
      response.end();
      return;
    }
    if (request.method !== 'POST') return refuse(response, 405, 'A token is sent with POST.');
    const { token } = await readJson(request);
    const secret = typeof token === 'string' ? this.#sessions.exchange(token) : null;
    if (secret === null) {
      this.#options.news.onStaleAddress();
      return refuse(response, 401, 'This address was opened before, or is not of this start. Open the newest one.');
    }
    answerJson(response, 200, { secret });
  }

  async #upload(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (this.#sessionOf(request) === null) return refuse(response, 401, 'This window is closed.');
    await answerUpload(request, response, url, this.#uploads!, () => this.#link.engine());
  }

  #sessionOf(request: IncomingMessage): string | null {
    const secret = shownSecret(request);
    return secret === null ? null : this.#sessions.of(secret);
  }
}

function hasBody(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
}

/** The address of a request, or null for one that no browser writes: not a path, or with `..` in it, plain or encoded. */
function addressOf(request: IncomingMessage): URL | null {
  const target = request.url ?? '';
  if (!target.startsWith('/') || target.startsWith('//')) return null;
  const url = new URL(target, 'http://localhost');
  return url.pathname === target.split(/[?#]/, 1)[0] ? url : null;
}

function portProblem(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return problem('USAGE', `Port ${port} is taken by another program.`, {
      subject: String(port),
      hint: 'Choose another one with --port N, or leave it out.',
    });
  }
  if (error.code === 'EACCES') {
    return problem('USAGE', `Port ${port} may not be used by you.`, {
      subject: String(port),
      hint: 'Choose one above 1023 with --port N, or leave it out.',
    });
  }
  return error;
}
