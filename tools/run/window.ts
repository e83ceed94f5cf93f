import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeNotices } from '../notices/notices.ts';
import { packagesIn } from '../notices/packages.ts';
import { neededPackages } from '../notices/shipped.ts';
import { alone, isStale } from './builds.ts';

/** What the window is built from, besides its own folder. */
const sources = ['renderer/**/*.{ts,tsx,css,html}', 'engine/contract/**/*.ts', 'package-lock.json'];

/** Whether the built window is missing, or older than something it is built from. Without its sources it never is. */
export function windowIsStale(root: string): boolean {
  if (!existsSync(join(root, 'renderer', 'vite.config.ts'))) return false;
  return isStale(root, 'dist/renderer/index.html', sources);
}

/** Builds the window where it is stale. Of several processes that ask at the same time one builds, the others wait for it. */
export async function ensureWindow(root: string): Promise<void> {
  if (!windowIsStale(root)) return;
  await alone(root, 'window', async () => {
    if (windowIsStale(root)) await build(root, 'warn');
  });
}

/**
 * Builds the renderer into dist/renderer with the Vite of the checkout. Returns the folders of the packages that are in it.
 */
export async function buildWindow(root: string, logLevel: 'warn' | 'info' = 'warn'): Promise<string[]> {
  let packages: string[] = [];
  await alone(root, 'window', async () => {
    packages = await build(root, logLevel);
  });
  return packages;
}

/** With the notices of a checkout: what is in the window, and what is installed beside it. */
async function build(root: string, logLevel: 'warn' | 'info'): Promise<string[]> {
  const vite = await import('vite');
  // Vite takes a NODE_ENV that is set, such as a test's, over its own, and would put React's slow half into the window.
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  try {
    const built = await vite.build({ configFile: join(root, 'renderer', 'vite.config.ts'), logLevel });
    const files = [built].flat().flatMap((each) => ('output' in each ? each.output : []));
    const packages = packagesIn(root, files);
    writeNotices(root, [...packages, ...neededPackages(root)]);
    return packages;
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
}
