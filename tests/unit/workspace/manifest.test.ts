import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RunStore } from '../../../engine/runs/store.ts';
import { checkWorkspace } from '../../../engine/workspace/fsck.ts';
import { Workspace } from '../../../engine/workspace/index.ts';
import { newFolder, put, sha256 } from './furnished.ts';

const run = 'run-sealed';
let workspace: Workspace;
let folder: string;
let manifest: string;

/** A sealed run of three shards, the second with a failed row; its files and digests are true. */
beforeEach(async () => {
  folder = newFolder();
  workspace = await Workspace.open(folder);
  const plan = put(join(folder, 'runs', run, 'plan.json'), 'a plan');
  mkdirSync(join(folder, 'runs', run, 'shards'));
  const now = new Date().toISOString();
  workspace.catalog.write(() => {
    workspace.catalog.run(
      "INSERT INTO jobs (id, kind, title, state, payload, epoch, created_at) VALUES ('job', 'run', 'A run', 'done', '{}', 1, ?)",
      now,
    );
    workspace.catalog.run(
      `INSERT INTO runs (id, job, request, plan_sha256, rows_total, shards_total, created_at)
       VALUES (?, 'job', '{}', ?, 6, 3, ?)`,
      run,
      sha256(readFileSync(plan)),
      now,
    );
    for (const shard of [0, 1, 2]) {
      const file = `${shard}.parquet`;
      const content = `rows of ${shard}`;
      writeFileSync(join(folder, 'runs', run, 'shards', file), content);
      workspace.catalog.run(
        `INSERT INTO run_shards VALUES (?, ?, 1, ?, ?, ?, 2, ?, 'input', '[]', ?)`,
        run,
        shard,
        file,
        sha256(content),
        content.length,
        shard === 1 ? 1 : 0,
        now,
      );
    }
  });
  const facts = {
    headBytes: 0,
    rows: 6,
    largestShard: 2,
    ends: [1, 2, 3],
    shardRows: [2, 2, 2],
    versions: [],
    file: plan,
    sha256: '',
  };
  const runtime = { name: 'none', version: '0', platform: 'none', arch: 'none' };
  await new RunStore(workspace).seal({ run, runtime, threads: 1, batch: 1, columns: [], ...facts });
  manifest = join(folder, 'runs', run, 'manifest.json');
});
afterEach(() => {
  workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

async function damage(): Promise<string[]> {
  return (await checkWorkspace(folder)).damage.map(({ what }) => what);
}

function change(sql: string, ...values: (string | number | null)[]): void {
  workspace.catalog.write(() => workspace.catalog.run(sql, ...values));
}

/** Damages what the manifest says; with `resealed` the catalog holds the damaged file's digest, as a wrong seal would. */
function rewrite(edit: (content: Record<string, unknown>) => void): void {
  const content = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, unknown>;
  edit(content);
  const text = JSON.stringify(content);
  writeFileSync(manifest, text);
  change('UPDATE runs SET manifest_sha256 = ? WHERE id = ?', sha256(text), run);
}

const said = (difference: string): string => `The manifest of ${run} and the catalog differ: ${difference}.`;
type Shards = Record<string, unknown>[];

test('a sealed run is sound, and its manifest is JSON with everything that the catalog says', async () => {
  expect(await damage()).toEqual([]);
  const content = JSON.parse(readFileSync(manifest, 'utf8')) as { shards: Shards };
  expect(content).toMatchObject({
    run,
    planSha256: sha256('a plan'),
    count: 3,
    rows: { read: 6, predicted: 5, failed: 1 },
  });
  expect(content.shards[1]).toEqual({
    shard: 1,
    file: '1.parquet',
    sha256: sha256('rows of 1'),
    bytes: 9,
    rows: 2,
    failed: 1,
    inputSha256: 'input',
  });
});

test('a committed shard that the catalog has lost is missed', async () => {
  change('DELETE FROM run_shards WHERE shard = 2');
  expect(await damage()).toEqual([
    said('the manifest has 6 rows, the catalog 4'),
    said('the manifest has 5 predicted rows, the catalog 3'),
    said('the manifest counts 3 shards, the catalog holds 2'),
    said('the plan has 6 rows, the committed shards 4'),
    said('the plan has 3 shards, 2 are committed'),
    said('the manifest names shard 2, which is not committed'),
  ]);
});

test('rows, failures and sizes that the catalog tells otherwise are found', async () => {
  change('UPDATE run_shards SET rows = 3, failed = 2 WHERE shard = 1');
  expect(await damage()).toEqual([
    said('the manifest has 6 rows, the catalog 7'),
    said('the manifest has 1 failed rows, the catalog 2'),
    said('the plan has 6 rows, the committed shards 7'),
    said('the rows of shard 1 are 2 there and 3 here'),
    said('the failed rows of shard 1 are 1 there and 2 here'),
  ]);
});

test('another plan in the catalog is found, though the plan file was exchanged with it', async () => {
  writeFileSync(join(folder, 'runs', run, 'plan.json'), 'another plan');
  change('UPDATE runs SET plan_sha256 = ?', sha256('another plan'));
  expect(await damage()).toEqual([said('the manifest names another plan')]);
});

test('a shard exchanged together with its row in the catalog is found by its digest', async () => {
  writeFileSync(join(folder, 'runs', run, 'shards', '0.parquet'), 'ROWS OF 0');
  change('UPDATE run_shards SET sha256 = ? WHERE shard = 0', sha256('ROWS OF 0'));
  expect(await damage()).toEqual([said('the digest of shard 0 is another')]);
});

const edits: [string, (content: Record<string, unknown>) => void, string][] = [
  ['the run of another', (content) => (content.run = 'run-other'), 'the manifest is that of the run run-other'],
  ['another format', (content) => (content.format = 'x'), 'the manifest is of another format'],
  ['no shards', (content) => delete content.shards, 'the manifest names no shards'],
  [
    'a shard less',
    (content) => (content.shards as Shards).pop(),
    'shard 2 is committed and the manifest does not name it',
  ],
  [
    'a shard more',
    (content) => (content.shards as Shards).push({ shard: 7 }),
    'the manifest names shard 7, which is not committed',
  ],
  [
    'a shard twice',
    (content) => (content.shards as Shards).push((content.shards as Shards)[0]!),
    'the manifest names shard 0 twice',
  ],
  [
    'another file',
    (content) => ((content.shards as Shards)[0]!.file = '9.parquet'),
    'the file of shard 0 is 9.parquet there and 0.parquet here',
  ],
  [
    'another size',
    (content) => ((content.shards as Shards)[0]!.bytes = 1),
    'the size of shard 0 is 1 there and 9 here',
  ],
  [
    'another input',
    (content) => ((content.shards as Shards)[0]!.inputSha256 = null),
    'the digest of the input of shard 0 is another',
  ],
];
test.each(edits)(
  'a manifest with %s is found, though its digest is the one in the catalog',
  async (_, edit, sentence) => {
    rewrite(edit);
    expect(await damage()).toEqual([said(sentence)]);
  },
);

test('a manifest that is cut off or gone is told once', async () => {
  writeFileSync(manifest, readFileSync(manifest).subarray(0, 100));
  expect(await damage()).toEqual([`The manifest of ${run} has been changed.`, said('the manifest is no JSON object')]);
  rmSync(manifest);
  expect(await damage()).toEqual([`The manifest of ${run} is missing.`]);
});

test('very much damage is told by its first part and a count', async () => {
  workspace.catalog.write(() => {
    for (let shard = 3; shard < 3000; shard += 1)
      workspace.catalog.run(
        `INSERT INTO run_shards VALUES (?, ?, 1, ?, 'none', 1, 1, 0, NULL, '[]', '')`,
        run,
        shard,
        `${shard}.parquet`,
      );
  });
  const report = await checkWorkspace(folder);
  expect(JSON.stringify(report).length).toBeLessThan(256_000);
  expect(report.damage.length).toBeGreaterThan(100);
  expect(report.notes.at(-1)).toMatch(/^\d+ more damages are not listed here\.$/);
});
