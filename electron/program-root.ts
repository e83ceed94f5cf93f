import { join } from 'node:path';

/** The checkout, or the app's archive in a package: main and preload lie in dist/electron below it. */
export const programRoot = join(import.meta.dirname, '..', '..');

export const preloadPath = join(programRoot, 'dist', 'electron', 'preload.cjs');
export const rendererFolder = join(programRoot, 'dist', 'renderer');
