import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { problem } from '../../engine/contract/index.ts';
import { defaultWorkspace, noBrowserBecause, openAddress, programFolder } from '../../engine/launcher.ts';
import { openWindow, type WindowHost } from '../../web/index.ts';
import { verb, type Globals } from '../globals.ts';
import { note, print } from '../session.ts';
import { plural } from '../text/terminal.ts';

interface UiFlags extends Globals {
  root?: string[];
  port: number;
  open: boolean;
  renderer?: string;
}

export function uiVerb(): Command {
  return verb('ui', 'Open the window in a browser on this machine.', 'drydock ui --root data')
    .option('--root <dir...>', 'folders that the window may browse and read in place')
    .option('--port <n>', 'port on 127.0.0.1 (default: any free one)', portNumber, 0)
    .option('--no-open', 'only print the address')
    .action(async (flags: UiFlags) => {
      const rendererFolder = join(programFolder(), 'dist', 'renderer');
      requireRenderer(rendererFolder);
      const host = await openWindow({
        workspace: resolve(flags.workspace ?? process.env.DRYDOCK_WORKSPACE ?? defaultWorkspace()),
        roots: (flags.root ?? []).map((path) => rootPath(path)),
        port: flags.port,
        rendererFolder,
        news: {
          onLost: () => note(flags, 'The engine ended; it is being started again.'),
          onBack: (resumed) => note(flags, `The engine is back; ${plural(resumed.length, 'interrupted job')} resumed.`),
          onStaleAddress: () => {
            note(flags, 'An address that is not valid any more was opened. A new one:');
            note(flags, newAddress());
          },
        },
      });
      const newAddress = (): string => host.newAddress({ exposed: false });
      const ended = interrupted();
      const address = newAddress();
      print(flags, { address, port: host.port, workspace: host.workspace }, () => address);
      await show(flags, host);
      note(flags, 'Ctrl-C ends it. Work that still runs is finished by the engine.');
      await ended;
      await host.close();
    });
}

async function show(flags: UiFlags, host: WindowHost): Promise<void> {
  if (!flags.open) return;
  const reason = noBrowserBecause();
  if (reason !== null) return note(flags, `No browser is opened: ${reason}. Open the address yourself.`);
  if (await openAddress(host.newAddress({ exposed: true }))) return note(flags, 'Opened in your browser.');
  note(flags, 'The system has no program that opens a browser. Open the address yourself.');
}

function requireRenderer(folder: string): void {
  if (existsSync(join(folder, 'index.html'))) return;
  throw problem('FILE_MISSING', 'The window is not built.', {
    subject: folder,
    hint: 'In a checkout, npm run build builds it; an installed copy has to be installed again.',
  });
}

/** Settles at the first Ctrl-C (or the launcher's or system's word to end); a second one ends the process at once. */
function interrupted(): Promise<void> {
  return new Promise((settle) => {
    let count = 0;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        count += 1;
        if (count > 1) process.exit(130);
        settle();
      });
    }
  });
}

/** A script's unset variable must not share the folder that it happens to run in. */
function rootPath(path: string): string {
  if (path === '') throw problem('USAGE', 'A path is empty.', { hint: 'Look for a variable that is not set.' });
  return resolve(path);
}

function portNumber(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
}
