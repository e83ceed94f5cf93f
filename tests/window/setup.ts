import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ensureWindow } from '../../tools/run/window.ts';
import { findChromium, installCommand } from './chromium.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The program of a Chromium; empty where there is none. */
    chromium: string;
  }
}

/** Once before all tests in a browser: the window is built where it is stale, and a Chromium is found. */
export async function setup(project: TestProject): Promise<void> {
  const program = findChromium();
  project.provide('chromium', program ?? '');
  if (program !== null) return ensureWindow(join(import.meta.dirname, '../..'));
  const words = `There is no Chromium on this machine. Install one with: ${installCommand}`;
  if (process.env.CI === 'true') throw new Error(words);
  console.error(`${words}\nTests in a browser are skipped.`);
}
