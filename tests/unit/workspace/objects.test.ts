import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { adoptObject, ensureView } from '../../../engine/workspace/index.ts';
import { objectPath } from '../../../engine/workspace/objects.ts';
import { newFolder, put, sha256 } from './furnished.ts';

let folder: string;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('content is kept once, under its digest, for reading only', async () => {
  const digest = sha256('weights');
  const [first, second] = ['first.part', 'second.part'].map((name) => put(join(folder, 'incoming', name), 'weights'));
  await adoptObject(folder, first!, digest);
  const kept = statSync(objectPath(folder, digest));
  await adoptObject(folder, second!, digest);
  expect(kept.mode & 0o777).toBe(0o444);
  expect(statSync(objectPath(folder, digest)).ino).toBe(kept.ino);
  expect([first, second].filter((path) => existsSync(path!))).toEqual([]);
});

test('a view gives an artifact its names without a second copy, and is made whole again when part of it is gone', async () => {
  const files = ['weights', 'graph'].map((content) => ({
    path: `inner/${content}.bin`,
    bytes: content.length,
    sha256: sha256(content),
  }));
  for (const file of files) {
    await adoptObject(folder, put(join(folder, 'incoming', file.sha256), file.path.slice(6, -4)), file.sha256);
  }
  const view = await ensureView(folder, 'digest', files);
  expect(view).toBe(join(folder, 'views', 'digest'));
  const path = (file: { path: string }): string => join(view, ...file.path.split('/'));
  for (const file of files) expect(statSync(path(file)).ino).toBe(statSync(objectPath(folder, file.sha256)).ino);
  rmSync(path(files[0]!));
  await ensureView(folder, 'digest', files);
  expect(readFileSync(path(files[0]!), 'utf8')).toBe('weights');
});
