import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openPlan } from '../../../engine/runs/planning.ts';
import { placeOf, readHead, readShard } from '../../../engine/runs/plan-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'drydock-old-plan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shards = [1, 2, 3].map((rows, index) => ({
  index,
  format: 'csv',
  files: [{ path: '/a.csv', name: 'a.csv', bytes: 9, changed: '1 1', dialect: null }],
  from: 0,
  to: 9,
  firstRow: 1,
  rows,
  dialect: null,
  header: ['a'],
}));
const plan = {
  format: 'drydock-plan/1',
  run: 'run-old',
  runtime: { name: 'onnxruntime', version: '1', platform: 'linux', arch: 'x64' },
  executionProvider: 'cpu',
  threads: 1,
  batch: 32,
  versions: [
    {
      version: 1,
      name: 'old@1',
      digest: 'd',
      inspection: { opset: { '': 17 }, operators: { Gemm: 2 }, metadata: { a: 'b' }, producers: { y: null } },
      recipe: { format: 'drydock-recipe/1', inputs: [], outputs: { task: 'regression', prediction: 'y' } },
    },
  ],
  columns: [],
  shards,
  rows: 6,
};

test('a plan of the first versions, in one line, is read as it was frozen, and its own file stays as it was', async () => {
  const path = join(folder, 'plan.json');
  const text = `${JSON.stringify(plan)}\n`;
  writeFileSync(path, text);
  const opened = await openPlan(path, createHash('sha256').update(text).digest('hex'));
  expect(opened).toMatchObject({ run: 'run-old', rows: 6, largestShard: 3, shardRows: [1, 2, 3] });
  for (const [index, shard] of shards.entries())
    expect(await readShard(opened.file, placeOf(opened, index))).toEqual(shard);
  const [version] = (await readHead(opened.file, opened.headBytes)).versions;
  expect(version?.inspection.operators).toEqual([['Gemm', 2]]);
  expect(version?.inspection.producers).toEqual([['y', null]]);
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('a changed plan of the first versions is refused', async () => {
  const path = join(folder, 'changed.json');
  writeFileSync(path, `${JSON.stringify({ ...plan, rows: 7 })}\n`);
  await expect(openPlan(path, 'a'.repeat(64))).rejects.toMatchObject({ problem: { code: 'WORKSPACE_DAMAGED' } });
});
