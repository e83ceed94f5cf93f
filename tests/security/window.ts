import { mkdtempSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import type { EngineClient } from '../../engine/launcher.ts';
import { openWindow, type WindowHost } from '../../web/index.ts';

/** A window over a workspace of its own, with a page that stands in for the built renderer. */
export interface OpenWindow {
  folder: string;
  host: WindowHost;
  origin: string;
  /** How often the engine came back, and how often a stale address was opened. */
  news: { lost: number; back: number; stale: number };
  close(): Promise<void>;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  json(): Record<string, unknown>;
}

export const page = '<!doctype html><meta name="csp-nonce" nonce="__CSP_NONCE__"><title>Drydock</title>';

export async function openOne(roots: readonly string[] = []): Promise<OpenWindow> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'drydock-window-')));
  const rendererFolder = join(folder, 'renderer');
  mkdirSync(join(rendererFolder, 'assets'), { recursive: true });
  writeFileSync(join(rendererFolder, 'index.html'), page);
  writeFileSync(join(rendererFolder, 'assets', 'start.js'), 'export {};');
  writeFileSync(join(rendererFolder, '.hidden'), 'hidden');
  writeFileSync(join(folder, 'outside.txt'), 'outside');
  const news = { lost: 0, back: 0, stale: 0 };
  const host = await openWindow({
    workspace: join(folder, 'workspace'),
    roots,
    port: 0,
    rendererFolder,
    news: {
      onLost: () => (news.lost += 1),
      onBack: () => (news.back += 1),
      onStaleAddress: () => (news.stale += 1),
    },
  });
  const close = async (): Promise<void> => {
    await host.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  return { folder, host, origin: `http://127.0.0.1:${host.port}`, news, close };
}

/** One request, exactly as written: no header is added but Host, no path is tidied. */
export function ask(
  window: OpenWindow,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Uint8Array } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port: window.host.port, path, agent: false, ...options, method: options.method ?? 'GET' },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(chunks);
          const json = (): Record<string, unknown> => JSON.parse(body.toString()) as Record<string, unknown>;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body, json });
        });
      },
    );
    asked.on('error', reject);
    asked.end(options.body);
  });
}

export function tokenOf(address: string): string {
  return new URL(address).hash.slice('#token='.length);
}

export function exchange(window: OpenWindow, token: unknown): Promise<Answer> {
  return ask(window, '/session', {
    method: 'POST',
    headers: { Origin: window.origin, 'Content-Type': 'application/json' },
    body: JSON.stringify({ token }),
  });
}

/** Opens the window as a person does and gives the page's secret. */
export async function enter(window: OpenWindow): Promise<string> {
  const answer = await exchange(window, tokenOf(window.host.newAddress({ exposed: false })));
  return answer.json().secret as string;
}

export interface Page {
  client: EngineClient;
  socket: WebSocket;
  /** The code with which the connection was closed. */
  closed: Promise<number>;
}

/** A page's calls. */
export function connect(window: OpenWindow, secret: string): Page {
  const socket = callsSocket(window, { protocols: ['drydock.calls', `secret.${secret}`], origin: window.origin });
  const closed = new Promise<number>((resolve) => {
    socket.once('close', resolve);
  });
  socket.on('error', () => {});
  return { client: createORPCClient<EngineClient>(new RPCLink({ websocket: socket as never })), socket, closed };
}

export function callsSocket(
  window: OpenWindow,
  options: { protocols: string[]; origin?: string; host?: string; path?: string },
): WebSocket {
  const { protocols, origin, host, path = '/calls' } = options;
  return new WebSocket(`ws://127.0.0.1:${window.host.port}${path}`, protocols, {
    ...(origin === undefined ? {} : { origin }),
    ...(host === undefined ? {} : { headers: { Host: host } }),
  });
}

/** The status that an upgrade is refused with; 101 when it was not. */
export function upgradeStatus(socket: WebSocket): Promise<number> {
  return new Promise((resolve, reject) => {
    socket.once('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    socket.once('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.once('error', reject);
  });
}
