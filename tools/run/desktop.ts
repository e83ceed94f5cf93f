import { rolldown } from 'rolldown';
import { desktop } from '../../rolldown.config.ts';
import { packagesIn } from '../notices/packages.ts';
import { alone, isStale } from './builds.ts';

/** What the desktop host is built from. */
const sources = ['{electron,hosting,engine,cli}/**/*.{ts,mjs}', 'rolldown.config.ts', 'package-lock.json'];

/** Builds main and preload of the desktop window where they are stale. */
export async function ensureDesktop(root: string): Promise<void> {
  const isOld = (): boolean => isStale(root, 'dist/electron/main.cjs', sources);
  if (!isOld()) return;
  await alone(root, 'desktop', async () => {
    if (isOld()) await bundle(root);
  });
}

/** Builds main and preload into dist/electron. Returns the folders of the packages that are in them. */
export async function buildDesktop(root: string): Promise<string[]> {
  let packages: string[] = [];
  await alone(root, 'desktop', async () => {
    packages = await bundle(root);
  });
  return packages;
}

async function bundle(root: string): Promise<string[]> {
  const packages: string[] = [];
  for (const { output, ...options } of desktop) {
    const built = await rolldown({ ...options, cwd: root });
    packages.push(...packagesIn(root, (await built.write(output)).output));
    await built.close();
  }
  return packages;
}
