/** When something that is built is to be built again, and that only one process does it. */
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Between two looks whether another process has finished its build. */
const lookMs = 100;

/** Whether a built file is missing, or older than something it is built from. */
export function isStale(root: string, built: string, sources: readonly string[]): boolean {
  const path = join(root, built);
  if (!existsSync(path)) return true;
  const { mtimeMs } = statSync(path);
  return globSync([...sources], { cwd: root }).some((source) => statSync(join(root, source)).mtimeMs > mtimeMs);
}

/** Two builds at once would empty each other's folder. The lock holds its owner's process id: a dead one holds nothing. */
export async function alone(root: string, name: string, work: () => Promise<void>): Promise<void> {
  const lock = join(root, '.cache', `${name}.lock`);
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
