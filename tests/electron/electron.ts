import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const installed = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
/** A stand-in for machines that cannot fetch Electron's binary. Test equipment: the program knows nothing of it. */
const rig = join(root, '..', 'shared', 'electron-rig', 'setup.sh');

export const hasRig = existsSync(rig);

/** An Electron that is here: the one that is named, else the installed one, else the rig's. Null: there is none. */
export function findElectron(): string | null {
  const named = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (named !== undefined && named !== '') return programIn(named);
  return programIn(join(installed, 'dist')) ?? (hasRig ? programIn(rigsFolder()) : null);
}

function programIn(folder: string): string | null {
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' } as Record<string, string>;
  const program = join(folder, names[process.platform] ?? 'electron');
  return existsSync(program) ? program : null;
}

function rigsFolder(): string {
  console.error('Setting up the Electron that stands in on this machine.');
  const { stdout } = spawnSync(rig, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], timeout: 300_000 });
  return stdout.trim().split('\n').at(-1) ?? '';
}

export interface Screen {
  display: string;
  close(): void;
}

/** Why there can be no window on this machine; null: there can. */
export function noScreenBecause(): string | null {
  if (process.platform !== 'linux') return null;
  return spawnSync('Xvfb', ['-help'], { stdio: 'ignore' }).error === undefined
    ? null
    : 'There is no Xvfb on this machine. Install it: apt-get install xvfb.';
}

/** A screen of its own, so that no other test takes the focus; on Linux only, elsewhere the one there is. */
export async function openScreen(): Promise<Screen> {
  if (process.platform !== 'linux') return { display: '', close: () => {} };
  const args = ['-displayfd', '3', '-screen', '0', '1440x1000x24', '-nolisten', 'tcp'];
  const server: ChildProcess = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const display = await new Promise<string>((resolve, reject) => {
    let said = '';
    server.once('error', reject);
    server.once('exit', () => reject(new Error('Xvfb ended at once.')));
    server.stdio[3]!.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('\n')) resolve(`:${said.trim()}`);
    });
  });
  return { display, close: () => server.kill() };
}

/** Processes whose environment or command line holds `mark`, without this one: all that belongs to one start of the program. */
export function processesOf(mark: string): { pid: number; words: string }[] {
  const found = spawnSync('ps', ['-eo', 'pid='], { encoding: 'utf8' }).stdout.trim().split(/\s+/).map(Number);
  return found.flatMap((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      const marked = words.includes(mark) || readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
      // A process that has ended and is not yet collected has no command line.
      return marked && words !== '' && pid !== process.pid ? [{ pid, words }] : [];
    } catch {
      return [];
    }
  });
}
