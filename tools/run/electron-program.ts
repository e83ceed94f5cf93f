/** Which Electron `npm start` opens the window with, and why there is none where there is none. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Electron's own installer fetches some 100 MB; where nothing has come in this time, the browser opens. */
const installMs = 180_000;

/** The program, or why it cannot be had: one sentence without its full stop. */
export type FoundElectron = { program: string } | { why: string };

interface Surroundings {
  /** The folder of the package `electron`. */
  home: string;
  environment: NodeJS.ProcessEnv;
  platform: NodeJS.Platform;
  /** Runs the package's own installer; says why it failed, null when it did not. */
  install: (home: string) => Promise<string | null>;
}

const here: Surroundings = {
  home: electronHome(),
  environment: process.env,
  platform: process.platform,
  install,
};

/**
 * As Electron's own launcher looks: ELECTRON_OVERRIDE_DIST_PATH, then the package's folder, then its installer. A machine
 * without a screen gets no window, and nothing is fetched for it.
 */
export async function findElectron(around: Surroundings = here): Promise<FoundElectron> {
  const { home, environment, platform } = around;
  if (platform === 'linux' && !environment.DISPLAY && !environment.WAYLAND_DISPLAY) {
    return { why: 'There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set)' };
  }
  if (home === '') return { why: 'The package electron is not installed' };
  const named = environment.ELECTRON_OVERRIDE_DIST_PATH;
  const name = programName(home, platform);
  if (named) {
    const program = join(named, name);
    return existsSync(program) ? { program } : { why: `ELECTRON_OVERRIDE_DIST_PATH holds no ${name}` };
  }
  const program = join(home, 'dist', name);
  if (existsSync(program)) return { program };
  const failed = await around.install(home);
  if (failed === null && existsSync(program)) return { program };
  return {
    why: `Electron's program is not here, and its installer could not fetch it (${failed ?? 'it brought none'})`,
  };
}

function electronHome(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return '';
  }
}

/** `path.txt` is written by the installer; before it has run, the name is the platform's. */
function programName(home: string, platform: NodeJS.Platform): string {
  const file = join(home, 'path.txt');
  if (existsSync(file)) return readFileSync(file, 'utf8');
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return platform === 'win32' ? 'electron.exe' : 'electron';
}

/** Runs the installer of the package `electron`; says why it failed, null when it did not. */
export async function install(home: string): Promise<string | null> {
  console.error('Electron is not here yet: its own installer fetches it, once.');
  const child = spawn(process.execPath, [join(home, 'install.js')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text.slice(0, 10_000)));
  const timer = setTimeout(() => child.kill('SIGKILL'), installMs);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', resolve);
  });
  clearTimeout(timer);
  if (code === 0) return null;
  if (code === null) return `nothing came within ${installMs / 60_000} minutes`;
  const line = said.split('\n').find((one) => /Error|ENOTFOUND|ECONN|status/i.test(one)) ?? said.split('\n')[0] ?? '';
  return (
    line
      .trim()
      .replace(/^\w*Error: /, '')
      .slice(0, 200) || `exit ${code}`
  );
}
