import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findElectron } from '../../../tools/run/electron-program.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'drydock-electron-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function put(...parts: string[]): string {
  const path = join(home, ...parts);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, '');
  return path;
}

type Around = NonNullable<Parameters<typeof findElectron>[0]>;

const never = (): Promise<string | null> => Promise.reject(new Error('The installer must not run.'));

function find(environment: Record<string, string>, around: Partial<Around> = {}): ReturnType<typeof findElectron> {
  return findElectron({ home, environment, platform: 'linux', install: never, ...around });
}

test('without a screen there is no window, and nothing is fetched for it', async () => {
  put('dist', 'electron');
  expect(await find({})).toMatchObject({ why: expect.stringContaining('no screen') });
  expect(await find({ WAYLAND_DISPLAY: 'wayland-0' })).toEqual({ program: join(home, 'dist', 'electron') });
});

test('the folder that ELECTRON_OVERRIDE_DIST_PATH names goes before the installed one, and is never filled', async () => {
  put('dist', 'electron');
  const named = put('elsewhere', 'electron');
  const environment = { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: join(home, 'elsewhere') };
  expect(await find(environment)).toEqual({ program: named });
  rmSync(named);
  expect(await find(environment)).toMatchObject({ why: expect.stringContaining('ELECTRON_OVERRIDE_DIST_PATH') });
});

test.each([
  ['win32', 'electron.exe'],
  ['darwin', 'Electron.app/Contents/MacOS/Electron'],
] as const)('on %s its program is %s, wherever the screen is', async (platform, name) => {
  const program = put('dist', ...name.split('/'));
  expect(await find({}, { platform })).toEqual({ program });
});

test("a missing program is fetched by the package's own installer, and a failure told in its words", async () => {
  const screen = { DISPLAY: ':0' };
  const brings = (): Promise<null> => {
    put('dist', 'electron');
    return Promise.resolve(null);
  };
  expect(await find(screen, { install: () => Promise.resolve('fetch failed') })).toMatchObject({
    why: expect.stringContaining('(fetch failed)'),
  });
  expect(await find(screen, { install: () => Promise.resolve(null) })).toMatchObject({
    why: expect.stringContaining('it brought none'),
  });
  expect(await find(screen, { install: brings })).toEqual({ program: join(home, 'dist', 'electron') });
});
