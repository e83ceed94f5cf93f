import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { copyFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drydock, samples } from './command-line.ts';

let folder: string;
let workspace: string[];
const model = join(samples, 'bikes/v2/model.onnx');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-names-'));
  workspace = ['--workspace', join(folder, 'work [space] \'"; é')];
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 300 }));

/** The head of the bikes table and one row of it with another id. */
async function table(path: string, id: string): Promise<string> {
  const text = await readFile(join(samples, 'bikes/data/test.csv'), 'utf8');
  const [head, row] = text.split('\n');
  const cells = row!.split(',');
  cells[0] = id;
  await writeFile(path, `${head}\n${cells.join(',')}\n`);
  return path;
}

async function idsOf(data: string, out: string): Promise<string[]> {
  const said = await drydock([
    'predict',
    ...workspace,
    '--model',
    model,
    '--data',
    data,
    '--id',
    'hour_id',
    '--out',
    out,
  ]);
  expect(said.exit, said.stderr).toBe(0);
  const lines = (await readFile(out, 'utf8')).trim().split('\n').slice(1);
  return lines.map((line) => line.split(',')[0]!);
}

test('data[1].csv beside data1.csv reads the right one', async () => {
  await table(join(folder, 'data1.csv'), 'wrong');
  const named = await table(join(folder, 'data[1].csv'), 'right');
  expect(await idsOf(named, join(folder, 'brackets.csv'))).toEqual(['right']);
});

test('names with brackets, quotes, blanks, a newline and emoji are read, written and imported', async () => {
  const inside = join(folder, `it's "a" [folder] *? 😀\nline`);
  await mkdir(inside);
  const data = await table(join(inside, `d'a"t[a]*? 😀\n.csv`), 'here');
  copyFileSync(model, join(inside, `m'o"d[e]l 😀\n.onnx`));
  const out = join(inside, `o'u"t[x] 😀\n.csv`);
  const args = ['--model', join(inside, `m'o"d[e]l 😀\n.onnx`), '--data', data, '--id', 'hour_id', '--out', out];
  const said = await drydock(['predict', ...workspace, ...args, '--label', 'bikers']);
  expect(said.exit, said.stderr).toBe(0);
  expect((await readFile(out, 'utf8')).split('\n')[1]).toMatch(/^here,/);
});

test('hostile cells and column names reach a terminal as symbols, and JSON whole', async () => {
  const data = join(folder, 'hostile.csv');
  const cell = '\u001b[31m\u202eevil\u0007';
  await writeFile(data, `__proto__,constructor,"a\u001b]0;x\u0007b"\n${cell},1,2\n${'plain text,5,6\n'.repeat(50)}`);
  const shown = await drydock(['preview', ...workspace, '--data', data]);
  expect(shown.exit, shown.stderr).toBe(0);
  // oxlint-disable-next-line no-control-regex
  expect(shown.stdout + shown.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
  const told = await drydock(['preview', ...workspace, '--data', data, '--json']);
  const preview = JSON.parse(told.stdout) as { columns: { name: string }[]; sample: { rows: unknown[][] } };
  expect(preview.columns.map((column) => column.name)).toEqual(['__proto__', 'constructor', 'a\u001b]0;x\u0007b']);
  expect(preview.sample.rows[0]![0]).toBe(cell);
});

test('columns named like parts of every object can be id, kept and written', async () => {
  const text = await readFile(join(samples, 'bikes/data/test.csv'), 'utf8');
  const lines = text.trim().split('\n').slice(0, 3);
  const data = join(folder, 'prototype.csv');
  const [head, ...rows] = lines;
  await writeFile(
    data,
    [`__proto__,toString,${head}`, ...rows.map((row, index) => `p${index},=1+1,${row}`)].join('\n'),
  );
  const out = join(folder, 'prototype-out.csv');
  const args = ['--model', model, '--data', data, '--id', '__proto__', '--keep', 'toString', '--out', out];
  const said = await drydock(['predict', ...workspace, ...args]);
  expect(said.exit, said.stderr).toBe(0);
  expect((await readFile(out, 'utf8')).split('\n')[0]).toBe('__proto__,prediction,toString,error');
  expect(said.stderr).toContain('2 cells of toString begin like a formula');
});
