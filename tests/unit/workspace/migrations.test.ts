import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Catalog } from '../../../engine/workspace/catalog.ts';
import { migrations } from '../../../engine/workspace/migrations.ts';
import { newFolder } from './furnished.ts';

const folder = newFolder();
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('counts that lists show are filled in from what an older workspace holds, and follow every later change', async () => {
  const old = await Catalog.open(folder, migrations.slice(0, 1));
  const file = { path: '/a', name: 'a', bytes: 7, changed: '1 1', dialect: null };
  const description = { format: 'csv', files: [file, file], columns: [{}, {}, {}], rows: 9 };
  old.write(() => {
    old.run(
      "INSERT INTO datasets (id, fingerprint, name, description, created_at) VALUES ('data', 'f', 'a', ?, '')",
      JSON.stringify(description),
    );
    old.run(
      "INSERT INTO jobs (id, kind, title, state, payload, epoch, created_at) VALUES ('job', 'run', 'A run', 'done', '{}', 1, '')",
    );
    for (const run of ['whole', 'empty'])
      old.run("INSERT INTO runs (id, job, request, dataset, created_at) VALUES (?, 'job', '{}', 'data', '')", run);
    for (const shard of [0, 1])
      old.run("INSERT INTO run_shards VALUES ('whole', ?, 1, 'f', 's', 1, 4, 1, NULL, '[]', '')", shard);
  });
  old.close();

  const catalog = await Catalog.open(folder);
  expect(existsSync(join(folder, 'workspace.backup-1.db'))).toBe(true);
  expect(catalog.all('SELECT format, files, bytes, rows, columns FROM datasets')).toEqual([
    { format: 'csv', files: 2, bytes: 14, rows: 9, columns: 3 },
  ]);
  const counts = (run: string) =>
    Object.values(catalog.get('SELECT shards_committed, rows_read, rows_failed FROM runs WHERE id = ?', run)!);
  expect(counts('whole')).toEqual([2, 8, 2]);
  expect(counts('empty')).toEqual([0, 0, 0]);

  const insert =
    "INSERT INTO run_shards VALUES ('whole', 2, 1, 'f', 's', 1, 5, 0, NULL, '[]', '') ON CONFLICT DO NOTHING";
  expect(catalog.write(() => catalog.run(insert))).toBe(1);
  expect(catalog.write(() => catalog.run(insert))).toBe(0);
  expect(counts('whole')).toEqual([3, 13, 2]);
  catalog.write(() => catalog.run("DELETE FROM run_shards WHERE run = 'whole' AND shard = 0"));
  expect(counts('whole')).toEqual([2, 9, 1]);
  catalog.close();
});
