import { spawn } from 'node:child_process';
import { inject } from 'vitest';
import type { TestDesktop } from './desktop.ts';

/** Starts the program a second time with files, as a double click on one does, and waits for its end. */
export async function startAgain(desktop: TestDesktop, files: readonly string[]): Promise<{ exit: number | null }> {
  const child = spawn(inject('electron'), desktop.arguments(files), {
    env: desktop.environment(),
    cwd: desktop.folder,
    stdio: 'ignore',
  });
  const exit = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  return { exit };
}
