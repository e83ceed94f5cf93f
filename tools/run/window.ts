import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the window is built from, besides its own folder. */
const sources = ['renderer/**/*.{ts,tsx,css,html}', 'engine/contract/**/*.ts', 'package-lock.json'];

/** Whether the built window is missing, or older than something it is built from. */
export function windowIsStale(root: string): boolean {
  const built = join(root, 'dist', 'renderer', 'index.html');
  if (!existsSync(built)) return true;
  const { mtimeMs } = statSync(built);
  return globSync(sources, { cwd: root }).some((path) => statSync(join(root, path)).mtimeMs > mtimeMs);
}

/** Builds the renderer into dist/renderer with the Vite of the checkout. */
export async function buildWindow(root: string, logLevel: 'warn' | 'info' = 'warn'): Promise<void> {
  const { build } = await import('vite');
  await build({ configFile: join(root, 'renderer', 'vite.config.ts'), logLevel });
}
