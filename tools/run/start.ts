/**
 * `npm start`: opens the window, in Electron where there is one, else in a browser. Builds first what is stale. What follows
 * `--` goes to the program: files to open and `--workspace`, or with a browser the options of `drydock ui`.
 *   npm start -- --browser     a browser even where Electron is here
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureDesktop } from './desktop.ts';
import { findElectron } from './electron-program.ts';
import { ensureWindow, windowIsStale } from './window.ts';

const root = join(import.meta.dirname, '..', '..');
const words = process.argv.slice(2).filter((word) => word !== '--browser');
/** Options that only the window in a browser has. */
const ofBrowser = words.find((word) => /^--(root|port|no-open|json)(=|$)/.test(word));
const found = process.argv.includes('--browser')
  ? { why: '--browser was given' }
  : ofBrowser === undefined
    ? await findElectron()
    : { why: `${ofBrowser} is an option of the window in a browser` };

if (windowIsStale(root)) console.error('Building the window; this takes a few seconds.');
await ensureWindow(root);
if ('program' in found) {
  await ensureDesktop(root);
  openDesktop(found.program);
} else {
  console.error(`${found.why}, so Drydock opens in a browser on this machine.`);
  process.argv.splice(2, process.argv.length, 'ui', ...words);
  await import('../../cli/main.ts');
}

/** Chromium moves switches before everything else, and would part one from its value. */
function asOneWord(given: readonly string[]): string[] {
  const at = given.indexOf('--workspace');
  const value = given[at + 1];
  return at < 0 || value === undefined ? [...given] : given.toSpliced(at, 2, `--workspace=${value}`);
}

function openDesktop(program: string): void {
  console.error(`Opening the desktop window with ${program}.`);
  // Chromium's sandbox refuses to be used by root, as in a container.
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const { ELECTRON_RUN_AS_NODE: _node, ...environment } = process.env;
  const child = spawn(program, [...asRoot, join(root, 'dist/electron/main.cjs'), ...asOneWord(words)], {
    stdio: 'inherit',
    env: environment,
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    console.error(`Electron could not be started: ${error.message}. npm start -- --browser opens a browser instead.`);
    process.exitCode = 1;
  });
  child.once('exit', (code, signal) => {
    if (signal !== null) process.kill(process.pid, signal);
    else process.exitCode = code ?? 1;
  });
}
