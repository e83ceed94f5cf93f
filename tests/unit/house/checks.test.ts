import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');
const settings = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'knip.json',
  'vitest.config.ts',
  'rolldown.config.ts',
  '.oxlintrc.json',
  '.oxfmtrc.json',
  '.gitignore',
];
const code = ['cli/drydock', 'cli/node24.mjs', 'tools/check', 'tools/layers', 'tools/lockfile', 'tools/run'];

/** One thing wrong for every check, in a file named after it. */
const plants = {
  'engine/jobs/planted-type.ts': "export const planted: number = 'text';\n",
  'engine/jobs/planted-promise.ts': "Promise.reject(new Error('nobody waits for this'));\n\nexport {};\n",
  'engine/jobs/planted-format.ts': 'export const   planted = "quotes"\n',
  'engine/jobs/planted-helpers.ts': 'export {};\n',
  'engine/jobs/planted-export.ts': 'export const used = 1;\nexport const plantedExport = 2;\n',
  'tools/planted/main.ts': "import { used } from '../../engine/jobs/planted-export.ts';\n\nconsole.log(used);\n",
};

let folder = '';
let output = '';
let status: number | null = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'drydock-checks-'));
  for (const path of [...settings, ...code]) cpSync(join(root, path), join(folder, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  for (const [path, text] of Object.entries(plants)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as { packages: object };
  Reflect.deleteProperty(lock.packages, 'node_modules/@swc/core-darwin-arm64');
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
  const checked = spawnSync(process.execPath, [join(folder, 'tools', 'check', 'main.ts')], { encoding: 'utf8' });
  output = checked.stdout;
  status = checked.status;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['types', /planted-type\.ts.+error TS2322/],
  ['lint', /no-floating-promises[^]*planted-promise\.ts/],
  ['format', /planted-format\.ts/],
  ['layers', /no-vague-names: engine\/jobs\/planted-helpers\.ts/],
  ['unused', /plantedExport +engine\/jobs\/planted-export\.ts/],
  ['lockfile', /./],
])('the check of %s fails on what was planted for it', (name, words) => {
  expect(sectionOf(name)).toMatch(words);
  expect(output).toMatch(new RegExp(`^FAILED +${name} `, 'm'));
});

test('a failed check fails the command, and its last line names it', () => {
  expect(status).toBe(1);
  expect(output.trimEnd().split('\n').at(-1)).toBe(
    'Failed: types, types-page, lint, format, layers, unused, lockfile.',
  );
});

test('a check that does not exist is refused', () => {
  const refused = spawnSync(process.execPath, [join(folder, 'tools', 'check', 'main.ts'), 'lynt'], {
    encoding: 'utf8',
  });
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain('There is no check lynt.');
});

/** What was printed under a check's heading. */
function sectionOf(name: string): string {
  return output.split(/^--- /m).find((section) => section.startsWith(`${name}:`)) ?? '';
}
