import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { protocol } from 'electron';
import type { Attachment } from '../engine/launcher.ts';
import {
  commonHeaders,
  disposition,
  freshSeconds,
  isUnshownPicture,
  pagePolicy,
  toldProblem,
} from '../hosting/index.ts';
import { rangeOf } from './range.ts';

/** The page's address. Nothing is behind this scheme but the page's own files and the engine's resources. */
const scheme = 'drydock';
export const pageOrigin = `${scheme}://app`;
export const pageAddress = `${pageOrigin}/`;

/** The placeholder in index.html; each answer gets a nonce of its own. */
const noncePlaceholder = '__CSP_NONCE__';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.json': 'application/json; charset=utf-8',
};

/** Must be called before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

/** Serves the renderer in `folder` and the resources of the engine. */
export function serveScheme(folder: string, engine: () => Promise<Attachment>): void {
  protocol.handle(scheme, (request) => answer(request, folder, engine));
}

async function answer(request: Request, folder: string, engine: () => Promise<Attachment>): Promise<Response> {
  const url = new URL(request.url);
  if (url.host !== 'app') return refusal(404);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405);
  const [, first = '', second = ''] = url.pathname.split('/');
  if (first === 'resource') return resource(request, second, engine);
  return url.pathname === '/' ? page(folder) : file(folder, url.pathname);
}

async function page(folder: string): Promise<Response> {
  const html = await readFile(join(folder, 'index.html'), 'utf8').catch(() => null);
  if (html === null) return refusal(404);
  const nonce = randomBytes(18).toString('base64');
  const headers = headersWith({
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': pagePolicy(nonce),
  });
  return new Response(html.replaceAll(noncePlaceholder, nonce), { headers });
}

async function file(folder: string, pathname: string): Promise<Response> {
  const type = types[extname(pathname)];
  const path = type === undefined ? null : await pathBelow(folder, pathname);
  if (path === null || type === undefined) return refusal(404);
  const bytes = await readFile(path).catch(() => null);
  if (bytes === null) return refusal(404);
  // Workers are documents of their own: they need the page's policy, not the one of a resource.
  return new Response(new Uint8Array(bytes), {
    headers: headersWith({ 'Content-Type': type, 'Content-Security-Policy': pagePolicy('none') }),
  });
}

/** The file that an address names below the folder, or null: one that leads out of it, by `..` or a link, names none. */
async function pathBelow(folder: string, pathname: string): Promise<string | null> {
  let plain: string;
  try {
    plain = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  const parts = plain.split('/').slice(1);
  if (parts.some((part) => part === '' || part.startsWith('.') || /[\\:\0]/.test(part))) return null;
  const home = await realpath(folder).catch(() => null);
  const path = await realpath(join(folder, ...parts)).catch(() => null);
  return home !== null && path !== null && path.startsWith(home + sep) ? path : null;
}

/** A picture or a finished file of the engine, with ranges. Never a document of this page: see hosting/policy.ts. */
async function resource(request: Request, id: string, engine: () => Promise<Attachment>): Promise<Response> {
  if (!/^[\w-]{43}$/.test(id)) return refusal(404);
  try {
    const { path, type, name, attachment } = await (await engine()).client.resources.open({ resource: id });
    const { size } = await stat(path);
    const range = rangeOf(request.headers.get('range'), size);
    if (range === 'unsatisfiable') return refusal(416, { 'Content-Range': `bytes */${size}` });
    const { from, to } = range ?? { from: 0, to: size - 1 };
    const headers = headersWith({
      'Content-Type': type,
      'Content-Disposition': disposition(attachment, name),
      'Cache-Control': attachment ? 'no-store' : `private, max-age=${freshSeconds}`,
      'Accept-Ranges': 'bytes',
      'Content-Length': String(to - from + 1),
      ...(range === null ? {} : { 'Content-Range': `bytes ${from}-${to}/${size}` }),
    });
    const status = range === null ? 200 : 206;
    if (request.method === 'HEAD' || size === 0) return new Response(null, { status, headers });
    const stream = Readable.toWeb(createReadStream(path, { start: from, end: to }));
    return new Response(stream as ReadableStream, { status, headers });
  } catch (error) {
    const { code } = toldProblem(error);
    if (isUnshownPicture(request.headers.get('accept'), code))
      return new Response(null, { status: 204, headers: headersWith({}) });
    return refusal(code === 'ENGINE_LOST' ? 503 : code === 'FORMAT_NOT_SUPPORTED' ? 422 : 404);
  }
}

function refusal(status: number, more: Record<string, string> = {}): Response {
  return new Response(null, { status, headers: headersWith(more) });
}

function headersWith(more: Record<string, string>): Headers {
  const headers = new Headers(commonHeaders.map(([name, value]) => [name, value] as [string, string]));
  for (const [name, value] of Object.entries(more)) headers.set(name, value);
  return headers;
}
