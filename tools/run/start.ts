/**
 * `npm start`: opens the window. Builds it first where something changed; what follows `--` goes to `drydock ui`. There is
 * no desktop shell yet, so the window opens in a browser.
 */
import { join } from 'node:path';
import { ensureWindow, windowIsStale } from './window.ts';

const root = join(import.meta.dirname, '..', '..');

if (windowIsStale(root)) console.error('Building the window; this takes a few seconds.');
await ensureWindow(root);
console.error('The desktop window is not part of this checkout, so Drydock opens in a browser on this machine.');
process.argv.splice(2, 0, 'ui');
await import('../../cli/main.ts');
