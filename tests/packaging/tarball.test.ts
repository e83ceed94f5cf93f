import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const samples = join(root, 'resources', 'samples');

let folder = '';
let packed: string[] = [];
let drydock = '';

/** Builds, packs, and installs the tarball in a folder that has nothing to do with the checkout. */
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'drydock-packaging-')));
  const home = join(folder, 'installed elsewhere');
  await mkdir(home);
  writeFileSync(join(home, 'package.json'), '{"private":true}');
  execFileSync(process.execPath, [join(root, 'tools', 'run', 'build.ts')]);
  const [pack] = JSON.parse(npm(root, 'pack', '--json', '--pack-destination', folder)) as PackReport[];
  packed = pack?.files.map(({ path }) => path) ?? [];
  npm(home, 'install', '--ignore-scripts', '--no-audit', '--prefer-offline', join(folder, pack?.filename ?? ''));
  drydock = join(home, 'node_modules', '.bin', process.platform === 'win32' ? 'drydock.cmd' : 'drydock');
}, 600_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the tarball holds the program, built, with its licences, and no source', () => {
  expect(packed).toEqual(
    expect.arrayContaining([
      'LICENSE',
      'NOTICE',
      'cli/drydock',
      'dist/node/cli.mjs',
      'dist/renderer/index.html',
      'dist/renderer/third-party-notices.txt',
    ]),
  );
  expect(packed.filter((path) => /\.[mc]?tsx?$|^(tests|tools|engine)\//.test(path))).toEqual([]);
});

test('installed elsewhere, it prints its help', () => {
  const { status, stdout, stderr } = run('--help');
  expect(stderr).toBe('');
  expect(stdout).toContain('predict');
  expect(status).toBe(0);
});

test('installed elsewhere, it scores every row of a sample', () => {
  const model = join(samples, 'income', 'v1', 'model.onnx');
  const data = join(samples, 'income', 'data', 'test.csv');
  const out = join(folder, 'predictions.csv');
  const where = ['--workspace', join(folder, 'workspace'), '--out', out, '--json'];
  const { status, stdout } = run('predict', '--model', model, '--data', data, '--label', 'over_50k', ...where);
  const answer = JSON.parse(stdout) as { status: string; rows: { read: number; predicted: number; failed: number } };
  expect(answer.rows).toEqual({ read: 3000, predicted: 3000, failed: 0 });
  expect(status).toBe(0);
  expect(readFileSync(out, 'utf8').trimEnd().split('\n')).toHaveLength(3001);
});

interface PackReport {
  filename: string;
  files: Array<{ path: string }>;
}

function run(...args: string[]) {
  return spawnSync(drydock, args, {
    encoding: 'utf8',
    cwd: folder,
    shell: process.platform === 'win32',
    timeout: 120_000,
  });
}

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
}
