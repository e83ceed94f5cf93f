import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ensureDesktop } from '../../tools/run/desktop.ts';
import { ensureWindow } from '../../tools/run/window.ts';
import { findElectron, hasRig, noScreenBecause } from './electron.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The program of an Electron; empty where there is none. */
    electron: string;
  }
}

/** Once before all tests of the desktop window: it is built where it is stale, and an Electron and a screen are found. */
export async function setup(project: TestProject): Promise<void> {
  const program = findElectron();
  const why = program === null ? 'There is no Electron on this machine.' : noScreenBecause();
  project.provide('electron', why === null ? program! : '');
  if (why === null) {
    const root = join(import.meta.dirname, '../..');
    await ensureDesktop(root);
    return ensureWindow(root);
  }
  if (process.env.CI === 'true' && hasRig) throw new Error(why);
  console.error(`${why} Tests of the desktop window are skipped.`);
}
