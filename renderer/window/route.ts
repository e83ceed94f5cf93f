import { useSyncExternalStore } from 'react';

/**
 * Where the window is, kept in the address's fragment: back, forward, reload and a copied address work in a browser and
 * in the desktop window alike. `#/runs/run-12/results` is the page `runs` with the rest `['run-12', 'results']`.
 */
export interface Route {
  page: PageName;
  rest: string[];
}

export const pageNames = ['home', 'models', 'data', 'runs', 'settings'] as const;
export type PageName = (typeof pageNames)[number];

export function parseRoute(hash: string): Route {
  const [page = '', ...rest] = hash.replace(/^#\/?/, '').split('/').map(decode);
  const known = pageNames.find((name) => name === page);
  return known ? { page: known, rest } : { page: 'home', rest: [] };
}

/** The fragment of a place; every part is escaped, because names hold anything. */
export function hrefOf(page: PageName, ...rest: (string | number)[]): string {
  return `#/${[page, ...rest].map((part) => encodeURIComponent(part)).join('/')}`;
}

export function navigate(page: PageName, ...rest: (string | number)[]): void {
  window.location.hash = hrefOf(page, ...rest);
}

/** Changes the address without a step in the history, for tabs and filters. */
export function replaceRoute(page: PageName, ...rest: (string | number)[]): void {
  window.history.replaceState(null, '', hrefOf(page, ...rest));
  for (const listener of listeners) listener();
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return parseRoute(hash);
}

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('hashchange', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('hashchange', listener);
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
