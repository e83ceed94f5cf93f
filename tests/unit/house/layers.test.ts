import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Verdict } from '../../../tools/layers/check.ts';
import { mostLines } from '../../../tools/layers/files.ts';
import { faceLayers, layers, rules } from '../../../tools/layers/rules.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const program = join(root, 'tools', 'layers', 'main.ts');
const passedOver = new Set(['node_modules', '.git', '.cache', 'dist', 'resources', 'docs', '.venv']);

interface Plant {
  rule: string;
  /** Files of the planted violation, by path. The first is the one that must be named. */
  files: Record<string, string>;
}

/** One violation of every rule. */
const plants: Plant[] = [
  ...layers.slice(0, -1).map((layer, position) => ({
    rule: `layer-order-${layer}`,
    files: {
      [`engine/${layer}/planted-order.ts`]: `import '../${layers[position + 1]}/index.ts';\n`,
      ...doorOf(layers[position + 1] ?? ''),
    },
  })),
  {
    rule: 'statistics-imports-nothing',
    files: { 'engine/statistics/planted-import.ts': "export type { Problem } from 'zod';\n" },
  },
  {
    rule: 'contract-is-browser-safe',
    files: { 'engine/contract/planted-builtin.ts': "export const read = () => import('node:fs');\n" },
  },
  {
    rule: 'doors-only',
    files: {
      'engine/runs/planted-depth.ts':
        "import type { Inner } from '../data/planted-inner.ts';\nexport type A = Inner;\n",
      'engine/data/planted-inner.ts': 'export type Inner = 1;\n',
    },
  },
  {
    rule: 'child-doors-are-for-entrypoints',
    files: {
      'engine/runs/planted-child.ts': "export { work } from '../data/child.ts';\n",
      'engine/data/child.ts': 'export const work = 1;\n',
    },
  },
  {
    rule: 'entrypoints-are-started-not-imported',
    files: {
      'engine/runs/planted-start.ts': "import '../entrypoints/planted-program.ts';\n",
      'engine/entrypoints/planted-program.ts': 'export {};\n',
    },
  },
  {
    rule: 'api-is-wiring',
    files: { 'engine/runs/planted-api.ts': "import '../api/index.ts';\n", ...doorOf('api') },
  },
  {
    rule: 'folders-do-not-import-the-front-doors',
    files: { 'engine/runs/planted-front.ts': "import '../index.ts';\n", 'engine/index.ts': 'export {};\n' },
  },
  {
    rule: 'engine-knows-no-host',
    files: { 'engine/api/planted-host.ts': "import '../../web/planted.ts';\n", 'web/planted.ts': 'export {};\n' },
  },
  {
    rule: 'product-needs-no-tests-or-tools',
    files: { 'cli/planted-tools.ts': "import '../tools/planted.ts';\n", 'tools/planted.ts': 'export {};\n' },
  },
  {
    rule: 'hosts-use-two-doors',
    files: { 'cli/planted-depth.ts': "import '../engine/registry/index.ts';\n", ...doorOf('registry') },
  },
  {
    rule: 'hosting-knows-no-host',
    files: {
      'hosting/planted-host.ts': "import '../web/planted-served.ts';\n",
      'web/planted-served.ts': 'export {};\n',
    },
  },
  {
    rule: 'hosting-is-entered-by-its-door',
    files: {
      'web/planted-deep.ts': "import '../hosting/planted-inner.ts';\n",
      'hosting/planted-inner.ts': 'export {};\n',
    },
  },
  {
    rule: 'electron-is-started-not-imported',
    files: { 'cli/planted-desktop.ts': "import '../electron/planted.ts';\n", 'electron/planted.ts': 'export {};\n' },
  },
  {
    rule: 'electron-only-in-electron',
    files: { 'web/planted-shell.ts': "export { app } from 'electron';\n" },
  },
  {
    rule: 'electron-takes-one-thing-of-other-hosts',
    files: { 'electron/planted-terminal.ts': "import '../cli/planted.ts';\n", 'cli/planted.ts': 'export {};\n' },
  },
  {
    rule: 'preload-is-thin',
    files: { 'electron/preload.ts': "import './planted-heavy.ts';\n", 'electron/planted-heavy.ts': 'export {};\n' },
  },
  {
    rule: 'web-is-entered-by-its-door',
    files: { 'cli/planted-window.ts': "import '../web/planted-inner.ts';\n", 'web/planted-inner.ts': 'export {};\n' },
  },
  {
    rule: 'sockets-only-in-web',
    files: { 'engine/jobs/planted-server.ts': "export { createServer } from 'node:http';\n" },
  },
  {
    rule: 'renderer-sees-only-the-contract',
    files: { 'renderer/planted.ts': "import '../engine/launcher.ts';\n", 'engine/launcher.ts': 'export {};\n' },
  },
  ...faceLayers.slice(0, -1).map((layer, position) => ({
    rule: `face-order-${layer}`,
    files: {
      [`renderer/${layer}/planted.ts`]: `import '../${faceLayers[position + 1]}/planted-inner.ts';\n`,
      [`renderer/${faceLayers[position + 1]}/planted-inner.ts`]: 'export {};\n',
    },
  })),
  {
    rule: 'face-doors-only',
    files: {
      'renderer/app/planted.ts': "import '../features/home/planted-inner.ts';\n",
      'renderer/features/home/planted-inner.ts': 'export {};\n',
    },
  },
  {
    rule: 'launcher-stays-light',
    files: {
      'engine/launcher.ts': "import './workspace/planted-heavy.ts';\n",
      'engine/workspace/planted-heavy.ts': "export const open = () => import('@duckdb/node-api');\n",
    },
  },
  {
    rule: 'only-processes-starts-processes',
    files: { 'engine/jobs/planted-process.ts': "export { spawn } from 'node:child_process';\n" },
  },
  {
    rule: 'onnxruntime-only-in-inference',
    files: { 'engine/runs/planted-runtime.ts': "export { InferenceSession } from 'onnxruntime-node';\n" },
  },
  {
    rule: 'sharp-only-in-data',
    files: { 'engine/recipes/planted-pixels.ts': "import sharp from 'sharp';\nexport const cache = sharp.cache;\n" },
  },
  {
    rule: 'duckdb-only-in-data-and-runs',
    files: { 'engine/registry/planted-query.ts': "export type { DuckDBConnection } from '@duckdb/node-api';\n" },
  },
  {
    rule: 'no-circles',
    files: {
      'engine/jobs/planted-a-circle.ts': "import type { B } from './planted-b-circle.ts';\nexport type A = B;\n",
      'engine/jobs/planted-b-circle.ts': "import type { A } from './planted-a-circle.ts';\nexport type B = A | 1;\n",
    },
  },
  { rule: 'imports-resolve', files: { 'cli/planted-nowhere.ts': "import './nowhere.ts';\n" } },
  { rule: 'no-vague-names', files: { 'tools/planted-helpers.ts': 'export {};\n' } },
  { rule: 'no-long-files', files: { 'engine/jobs/planted-length.ts': '//\n'.repeat(mostLines + 1) } },
  { rule: 'every-folder-has-a-layer', files: { 'engine/planted/index.ts': 'export {};\n' } },
];

let folder = '';
let planted: Verdict = { violations: [], modules: 0 };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drydock-house-'));
  const filter = (source: string) => source === root || !passedOver.has(basename(source));
  cpSync(root, folder, { recursive: true, filter });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  for (const { files } of plants) plant(files);
  planted = await check(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a planted violation is caught', () => {
  test.each(plants)('of $rule', ({ rule, files }) => {
    const [file = ''] = Object.keys(files);
    const caught = planted.violations.filter((violation) => violation.rule === rule).map(({ where }) => where);
    const named = rule === 'every-folder-has-a-layer' ? dirname(file) : file;
    expect(caught.some((where) => where === named || where.startsWith(`${named} → `))).toBe(true);
  });

  test('and every rule has its plant', () => {
    const missing = rules.filter(({ name }) => !plants.some((each) => each.rule === name)).map(({ name }) => name);
    expect(missing).toEqual([]);
  });

  test('and answered with a sentence', () => {
    expect(planted.violations.filter(({ words }) => !/^[A-Za-z0-9].+\.$/.test(words))).toEqual([]);
  });
});

test('the repository keeps its own rules, and all its modules were read', async () => {
  const { violations, modules } = await check(root);
  expect(violations).toEqual([]);
  expect(modules).toBeGreaterThan(50);
});

test('a tree without a source file is no success', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'drydock-house-'));
  expect((await check(empty)).violations.map(({ rule }) => rule)).toEqual(['every-module-is-read']);
  rmSync(empty, { recursive: true });
});

/** Writes files that are not there; engine/launcher.ts, wanted by several plants, gets the lines of all. */
function plant(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { flag: 'a' });
  }
}

function doorOf(layer: string): Record<string, string> {
  return { [`engine/${layer}/index.ts`]: '' };
}

function check(tree: string): Promise<Verdict> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, tree, '--json'], { maxBuffer: 1 << 26 }, (_error, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout) as Verdict);
      } catch {
        reject(new Error(stderr));
      }
    });
  });
}
