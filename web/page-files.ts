import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import send from 'send';
import { pagePolicy } from '../hosting/index.ts';
import { refuse } from './answers.ts';

/** The placeholder in index.html; each answer gets a nonce of its own. */
const noncePlaceholder = '__CSP_NONCE__';

/** Serves the built renderer: its document for every address that a person opens, and its files. */
export async function servePageFile(
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  folder: string,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'This can only be read.');
  const document = pathname === '/' || (request.headers.accept ?? '').includes('text/html');
  return document ? serveDocument(response, folder) : serveFile(request, response, pathname, folder);
}

async function serveDocument(response: ServerResponse, folder: string): Promise<void> {
  const html = await readFile(join(folder, 'index.html'), 'utf8').catch(() => null);
  if (html === null) return refuse(response, 404, 'The window is not built. In a checkout, npm run build builds it.');
  const nonce = randomBytes(18).toString('base64');
  response.setHeader('Content-Security-Policy', pagePolicy(nonce));
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(html.replaceAll(noncePlaceholder, nonce));
}

function serveFile(
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  folder: string,
): Promise<void> {
  // `send` decodes the path once, refuses what leaves the folder, NUL and hidden files.
  const hashed = pathname.startsWith('/assets/');
  return new Promise((resolve) => {
    response.once('close', resolve);
    send(request, pathname, { root: folder, index: false, dotfiles: 'ignore', cacheControl: false })
      .on('error', () => refuse(response, 404, 'There is no such file.'))
      .on('directory', () => refuse(response, 404, 'There is no such file.'))
      .on('headers', (_response: ServerResponse) => {
        // Workers are documents of their own: they need the page's policy, not the one of a resource.
        response.setHeader('Content-Security-Policy', pagePolicy('none'));
        response.setHeader('Cache-Control', hashed ? 'private, max-age=31536000, immutable' : 'no-cache');
      })
      .pipe(response);
  });
}
