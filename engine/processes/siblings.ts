import { fileURLToPath } from 'node:url';

/** The programs a child process can start with: files of engine/entrypoints. */
export type Entrypoint =
  | 'engine'
  | 'model-opener'
  | 'data-reader'
  | 'shard-worker'
  | 'query'
  | 'caretaker'
  | 'recipe-finder'
  | 'intake'
  | 'tracer';

/** In a checkout modules are TypeScript in their folders; a build puts all entry points side by side as `.mjs`. */
const fromSource = import.meta.url.endsWith('.ts');

export function entrypointPath(name: Entrypoint): string {
  const relative = fromSource ? `../entrypoints/${name}.ts` : `./${name}.mjs`;
  return fileURLToPath(new URL(relative, import.meta.url));
}

export function watchdogUrl(): URL {
  return new URL(fromSource ? './watchdog.ts' : './watchdog.mjs', import.meta.url);
}
