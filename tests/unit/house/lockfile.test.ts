import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  entriesWithAddress,
  missingEntries,
  packagesWithInstallScript,
  platformOfName,
  withStubs,
  type Lock,
} from '../../../tools/lockfile/lock.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const text = readFileSync(join(root, 'package-lock.json'), 'utf8');
const lock = JSON.parse(text) as Lock;
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
  string,
  Record<string, unknown>
>;

test('the lockfile has an entry for every optional package of every platform', () => {
  expect(missingEntries(lock)).toEqual([]);
});

test('the lockfile names no registry', () => {
  expect(entriesWithAddress(lock)).toEqual([]);
  expect(text).not.toContain('registry');
});

test('every package of the product is locked by its digest; only tools of development may lack one', () => {
  const unsealed = Object.entries(lock.packages).filter(
    ([path, entry]) => path !== '' && entry.integrity === undefined,
  );
  expect(unsealed.filter(([, entry]) => entry.dev !== true)).toEqual([]);
});

test('every dependency of package.json is pinned to one version, and that version is locked', () => {
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    for (const [name, version] of Object.entries(manifest[kind] ?? {})) {
      expect([name, lock.packages[`node_modules/${name}`]?.version]).toEqual([name, version]);
    }
  }
});

test('every package with an install script is denied it by name', () => {
  const denied = Object.entries(manifest['allowScripts'] ?? {}).filter(([, allowed]) => allowed === false);
  expect(denied.map(([name]) => name).toSorted()).toEqual(packagesWithInstallScript(lock).toSorted());
});

test('one version of rolldown serves the build and the tests', () => {
  expect(Object.keys(lock.packages).filter((path) => path.endsWith('node_modules/rolldown'))).toHaveLength(1);
});

test('a missing optional package gets a stub with its platform, and nothing else changes', () => {
  const incomplete: Lock = {
    lockfileVersion: 3,
    packages: {
      '': {},
      'node_modules/tool': {
        version: '1.0.0',
        dev: true,
        optionalDependencies: { '@tool/binding-linux-x64-musl': '1.0.0', '@tool/binding-linux-x64-gnu': '1.0.0' },
      },
      'node_modules/@tool/binding-linux-x64-gnu': { version: '1.0.0', integrity: 'sha512-x' },
    },
  };
  const complete = withStubs(incomplete);
  expect(missingEntries(complete)).toEqual([]);
  expect(complete.packages['node_modules/@tool/binding-linux-x64-musl']).toEqual({
    version: '1.0.0',
    cpu: ['x64'],
    dev: true,
    libc: ['musl'],
    optional: true,
    os: ['linux'],
  });
  expect(complete.packages['node_modules/tool']).toEqual(incomplete.packages['node_modules/tool']);
});

test('an entry of another version than the one asked for is not taken for it', () => {
  const conflicting: Lock = {
    lockfileVersion: 3,
    packages: {
      'node_modules/new': { version: '2.0.0', optionalDependencies: { 'x-darwin-arm64': '2.0.0' } },
      'node_modules/x-darwin-arm64': { version: '1.0.0' },
    },
  };
  expect(missingEntries(conflicting).map(({ path }) => path)).toEqual(['node_modules/new/node_modules/x-darwin-arm64']);
});

test.each([
  ['@x/binding-linux-arm-gnueabihf', { os: ['linux'], cpu: ['arm'], libc: ['glibc'] }],
  ['@x/binding-win32-ia32-msvc', { os: ['win32'], cpu: ['ia32'] }],
  ['@x/darwin-arm64', { os: ['darwin'], cpu: ['arm64'] }],
  ['@x/binding', null],
])('the platform of %s is read from its name', (name, platform) => {
  expect(platformOfName(name)).toEqual(platform);
});
