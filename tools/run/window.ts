import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the window is built from, besides its own folder. */
const sources = ['renderer/**/*.{ts,tsx,css,html}', 'engine/contract/**/*.ts', 'package-lock.json'];
/** Between two looks whether another process has finished its build. */
const lookMs = 100;

/** Whether the built window is missing, or older than something it is built from. Without its sources it never is. */
export function windowIsStale(root: string): boolean {
  if (!existsSync(join(root, 'renderer', 'vite.config.ts'))) return false;
  const built = join(root, 'dist', 'renderer', 'index.html');
  if (!existsSync(built)) return true;
  const { mtimeMs } = statSync(built);
  return globSync(sources, { cwd: root }).some((path) => statSync(join(root, path)).mtimeMs > mtimeMs);
}

/** Builds the window where it is stale. Of several processes that ask at the same time one builds, the others wait for it. */
export async function ensureWindow(root: string): Promise<void> {
  if (!windowIsStale(root)) return;
  await alone(root, async () => {
    if (windowIsStale(root)) await build(root, 'warn');
  });
}

/** Builds the renderer into dist/renderer with the Vite of the checkout. */
export async function buildWindow(root: string, logLevel: 'warn' | 'info' = 'warn'): Promise<void> {
  await alone(root, () => build(root, logLevel));
}

async function build(root: string, logLevel: 'warn' | 'info'): Promise<void> {
  const vite = await import('vite');
  // Vite takes a NODE_ENV that is set, such as a test's, over its own, and would put React's slow half into the window.
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  try {
    await vite.build({ configFile: join(root, 'renderer', 'vite.config.ts'), logLevel });
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
}

/** Two builds at once would empty each other's folder. The lock holds its owner's process id: a dead one holds nothing. */
async function alone(root: string, work: () => Promise<void>): Promise<void> {
  const lock = join(root, '.cache', 'window.lock');
  mkdirSync(join(root, '.cache'), { recursive: true });
  while (!take(lock)) await sleep(lookMs);
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function take(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!ownerLives(lock)) rmSync(lock, { force: true });
    return false;
  }
}

function ownerLives(lock: string): boolean {
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    // Not written yet by one who has just taken it.
    if (owner === 0) return true;
    process.kill(owner, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
