import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ShardRange } from '../../../engine/data/index.ts';
import { placeOf, readHead, readPlan, readShard, writePlan } from '../../../engine/runs/plan-file.ts';
import type { PlanHead } from '../../../engine/runs/plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'drydock-plan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hostile = 'a\n],"rows":0}\r\u2028"},{ \ud83d\udea2é';
const head: PlanHead = {
  format: 'drydock-plan/1',
  run: 'run-1',
  runtime: { name: 'onnxruntime-node', version: '1', platform: 'linux', arch: 'x64' },
  executionProvider: 'cpu',
  threads: 1,
  batch: 32,
  versions: [],
  columns: [{ role: 'id', name: hostile, stored: hostile, source: hostile, type: 'string' }],
};

function shard(index: number, rows = index + 1): ShardRange {
  const file = { path: `/${hostile}`, name: `${hostile}${'x'.repeat(index)}`, bytes: 1, changed: '1 1', dialect: null };
  return { index, format: 'jsonl', files: [file], from: 0, to: 1, firstRow: 1, rows, dialect: null, header: [hostile] };
}

async function written(name: string, shards: ShardRange[]) {
  const path = join(folder, name);
  const ends: number[] = [];
  const from = async function* (): AsyncGenerator<ShardRange> {
    yield* shards;
  };
  const { facts, sha256 } = await writePlan(path, head, from(), (end) => ends.push(end));
  return { path, ends, facts, sha256 };
}

test('a plan is one JSON document with everything in it', async () => {
  const shards = Array.from({ length: 5 }, (_, index) => shard(index));
  const { path, facts } = await written('whole.json', shards);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ ...head, shards, rows: 15 });
  expect(facts).toMatchObject({ run: 'run-1', rows: 15, largestShard: 5, columns: head.columns });
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('every shard and the head are found at their places, whether the plan was written or read', async () => {
  // More than one portion of writing and one chunk of reading.
  const shards = Array.from({ length: 3000 }, (_, index) => shard(index, 1 + (index % 7)));
  const { path, ends, facts, sha256 } = await written('places.json', shards);
  expect(statSync(path).size).toBeGreaterThan(2 ** 20);
  const read: number[] = [];
  expect(await readPlan(path, sha256, (end) => read.push(end))).toEqual(facts);
  expect(read).toHaveLength(3000);
  for (const places of [ends, read]) {
    for (const index of [0, 1, 1234, 2998, 2999])
      expect(await readShard(path, placeOf({ headBytes: facts.headBytes, ends: places }, index))).toEqual(
        shards[index],
      );
  }
  expect(await readHead(path, facts.headBytes)).toEqual(head);
});

test('a plan of one shard is read back', async () => {
  const { path, ends, facts, sha256 } = await written('one.json', [shard(0)]);
  expect(await readPlan(path, sha256)).toEqual(facts);
  expect(await readShard(path, placeOf({ headBytes: facts.headBytes, ends }, 0))).toEqual(shard(0));
});

test('a plan that was changed, cut off, emptied or taken away is none', async () => {
  const { path, sha256 } = await written('damaged.json', [shard(0), shard(1)]);
  const whole = readFileSync(path);
  const changed = Buffer.from(whole);
  changed[whole.length - 3]! ^= 1;
  for (const content of [changed, whole.subarray(0, 400), whole.subarray(0, whole.length - 1), Buffer.alloc(0)]) {
    writeFileSync(path, content);
    expect(await readPlan(path, sha256)).toBeNull();
  }
  rmSync(path);
  expect(await readPlan(path, sha256)).toBeNull();
});
