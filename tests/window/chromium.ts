import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

/** Names under which a Chromium, or a browser made of it, stands in PATH. */
const programs = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'msedge',
  'microsoft-edge',
];

/** Where installers put it without PATH. */
const places: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['/opt/google/chrome/chrome', '/opt/microsoft/msedge/msedge', '/snap/bin/chromium'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap((name) =>
    [
      'Google/Chrome/Application/chrome.exe',
      'Chromium/Application/chrome.exe',
      'Microsoft/Edge/Application/msedge.exe',
    ].map((program) => join(process.env[name] ?? 'C:/', program)),
  ),
};

export const installCommand = 'npx playwright install --with-deps chromium';

/** A Chromium that starts: an installed one, else Playwright's, which is fetched once, else Debian's. Null: there is none. */
export function findChromium(): string | null {
  return installed() ?? playwrights() ?? debians();
}

function installed(): string | null {
  const named = process.env.DRYDOCK_CHROMIUM;
  if (named !== undefined && named !== '') {
    if (starts(named)) return named;
    throw new Error(`DRYDOCK_CHROMIUM names ${JSON.stringify(named)}, which does not start.`);
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const ending = process.platform === 'win32' ? '.exe' : '';
  const candidates = folders.flatMap((folder) => programs.map((program) => join(folder, `${program}${ending}`)));
  return [...candidates, ...(places[process.platform] ?? [])].find(starts) ?? null;
}

function playwrights(): string | null {
  const path = chromium.executablePath();
  if (existsSync(path) && starts(path)) return path;
  const cli = join(import.meta.dirname, '../../node_modules/@playwright/test/cli.js');
  console.error('No Chromium is installed; fetching the one of Playwright.');
  spawnSync(process.execPath, [cli, 'install', 'chromium'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 300_000,
  });
  return starts(path) ? path : null;
}

function debians(): string | null {
  if (process.getuid?.() !== 0 || !/\b(debian|ubuntu)\b/.test(systemName())) return null;
  console.error('Installing the Chromium of the distribution.');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], {
    stdio: ['ignore', 2, 2],
    env: environment,
    timeout: 600_000,
  });
  return installed();
}

function systemName(): string {
  return existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
}

/** A file alone proves nothing: a snap's stand-in, or a browser whose libraries are missing, is there and does not run. */
function starts(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    return false;
  }
  // Windows' browsers open a window when they are asked for their version.
  if (process.platform === 'win32') return true;
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}
