/**
 * `npm start`: opens the window. Builds it first where something changed; what follows `--` goes to `drydock ui`. There is
 * no desktop shell yet, so the window opens in a browser.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildWindow, windowIsStale } from './window.ts';

const root = join(import.meta.dirname, '..', '..');

if (existsSync(join(root, 'renderer', 'vite.config.ts')) && windowIsStale(root)) {
  console.error('Building the window; this takes a few seconds.');
  await buildWindow(root);
}
console.error('The desktop window is not part of this checkout, so Drydock opens in a browser on this machine.');
process.argv.splice(2, 0, 'ui');
await import('../../cli/main.ts');
