import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface StartUpFile {
  /** Below the built window's folder. */
  path: string;
  gzipBytes: number;
}

/** The JavaScript that the window loads before it shows anything: what its document names, and all that this imports at once. */
export function startUpScripts(folder: string): StartUpFile[] {
  const document = readFileSync(join(folder, 'index.html'), 'utf8');
  const waiting = [...document.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, path]) => resolve(folder, path!));
  const found = new Map<string, StartUpFile>();
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    const script = readFileSync(path, 'utf8');
    found.set(path, { path: relative(folder, path), gzipBytes: gzipSync(script, { level: 9 }).length });
    for (const [, imported] of script.matchAll(/\b(?:import|from)\s*["'](\.[^"']+\.js)["']/g))
      waiting.push(resolve(dirname(path), imported!));
  }
  return [...found.values()];
}
