/**
 * The desktop host: one window over one workspace. `drydock [--workspace=DIR] [FILE...]`; a second start of the same
 * workspace hands its files over and ends.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { app, dialog } from 'electron';
import { asProblem, defaultWorkspace } from '../engine/launcher.ts';
import { toldProblem } from '../hosting/index.ts';
import { handedOver, readCommandLine } from './command-line.ts';
import { Desktop } from './desktop.ts';
import { closeNetwork, guardPages, guardSession } from './guard.ts';
import { registerScheme } from './scheme.ts';

const main = app.isPackaged ? null : join(import.meta.dirname, 'main.cjs');
const wanted = readCommandLine(process.argv, main, process.cwd());
const files = [...wanted.files];
let open = (paths: readonly string[]): void => void files.push(...paths);

app.setName('Drydock');
keepApart(wanted.workspace);
closeNetwork();
registerScheme();
guardPages();
app.on('open-file', (event, path) => {
  event.preventDefault();
  open([path]);
});
if (app.requestSingleInstanceLock({ files: wanted.files })) {
  app.on('second-instance', (_event, _argv, _cwd, data) => open(handedOver(data)));
  app.whenReady().then(start).catch(endWith);
} else {
  app.exit(0);
}

function start(): void {
  guardSession();
  const desktop = new Desktop(wanted.workspace, endWith);
  open = (paths) => desktop.open(paths);
  desktop.open(files);
}

/** Each workspace has a window of its own, and with it what Chromium keeps: two programs must not share that folder. */
function keepApart(workspace: string): void {
  const given = app.commandLine.hasSwitch('user-data-dir');
  const home = given ? app.getPath('userData') : join(app.getPath('appData'), 'Drydock');
  const isDefault = workspace === resolve(defaultWorkspace());
  const name = createHash('sha256').update(workspace).digest('hex').slice(0, 16);
  const folder = isDefault ? home : join(home, 'workspaces', name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  app.setPath('userData', folder);
}

function endWith(error: unknown): void {
  const { message, subject, hint } = asProblem(error)?.problem ?? toldProblem(error);
  dialog.showErrorBox(message, [subject, hint].filter((line) => line !== null).join('\n\n'));
  app.exit(3);
}
