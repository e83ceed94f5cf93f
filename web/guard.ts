import type { IncomingMessage, ServerResponse } from 'node:http';
import { commonHeaders } from '../hosting/index.ts';

/** The names under which a page of this host may be open. Any other Host is a name that somebody points at loopback. */
const hostNames = ['127.0.0.1', 'localhost'];

/**
 * Why a request is refused before anything of it is looked at, or null. A browser names the page that asks (Origin,
 * Sec-Fetch-Site); whoever can change something must be a page of this very host.
 */
export function refusalOf(request: IncomingMessage, port: number): string | null {
  const host = request.headers.host ?? '';
  if (!hostNames.some((name) => host === `${name}:${port}`)) return 'This address is not served here.';
  const { origin } = request.headers;
  const own = `http://${host}`;
  if (origin !== undefined && origin !== own) return 'Another site may not use this program.';
  const changes = request.method !== 'GET' && request.method !== 'HEAD';
  if (origin === undefined && (changes || isUpgrade(request))) return 'A request that does not say whence is refused.';
  return foreignFetch(request) ? 'Another site may not use this program.' : null;
}

/** Opening the window from elsewhere (a link, a file) is allowed and shows nothing without a token; all else is not. */
function foreignFetch(request: IncomingMessage): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  const navigation =
    request.headers['sec-fetch-mode'] === 'navigate' && request.headers['sec-fetch-dest'] === 'document';
  return !(navigation && request.method === 'GET' && new URL(request.url ?? '/', 'http://localhost').pathname === '/');
}

export function isUpgrade(request: IncomingMessage): boolean {
  return request.headers.upgrade !== undefined;
}

/** What every answer says, whatever it holds. */
export function setCommonHeaders(response: ServerResponse): void {
  for (const [name, value] of commonHeaders) response.setHeader(name, value);
}

/** The secret that a request shows in its Authorization header, or null. */
export function shownSecret(request: IncomingMessage): string | null {
  return /^Bearer ([\w-]{43})$/.exec(request.headers.authorization ?? '')?.[1] ?? null;
}
