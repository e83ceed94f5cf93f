import { chmodSync, existsSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkWorkspace } from '../../../engine/workspace/fsck.ts';
import {
  artifactDigest,
  collectGarbage,
  ensureView,
  Workspace,
  writeFileDurably,
} from '../../../engine/workspace/index.ts';
import { addModel, addRun, newFolder, put } from './furnished.ts';

let workspace: Workspace;
let folder: string;

beforeEach(async () => {
  folder = newFolder();
  workspace = await Workspace.open(folder);
});
afterEach(() => {
  workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the digest of an artifact', () => {
  const a = { path: 'a', bytes: 1, sha256: '1'.repeat(64) };
  const b = { path: 'b', bytes: 2, sha256: '2'.repeat(64) };

  test('does not depend on the order of its files', () => {
    expect(artifactDigest([a, b])).toBe(artifactDigest([b, a]));
    expect(artifactDigest([a, b])).toMatch(/^[0-9a-f]{64}$/);
  });

  test('depends on every path, size and digest, and on nothing running together', () => {
    const others = [
      [a],
      [b],
      [a, a],
      [{ ...a, path: 'c' }, b],
      [{ ...a, bytes: 3 }, b],
      [{ ...a, sha256: '3'.repeat(64) }, b],
      [{ ...a, path: `a" 1 ${a.sha256}\n"b`, bytes: 2, sha256: b.sha256 }],
      [
        { ...a, path: 'b' },
        { ...b, path: 'a' },
      ],
    ];
    const digests = new Set([[a, b], ...others].map((files) => artifactDigest(files)));
    expect(digests.size).toBe(others.length + 1);
  });
});

describe('a durable write', () => {
  test('leaves the whole file with its mode and nothing beside it', async () => {
    const path = join(folder, 'deep', 'file');
    await writeFileDurably(path, 'first', 0o600);
    await writeFileDurably(path, 'second', 0o600);
    expect(readFileSync(path, 'utf8')).toBe('second');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['file']);
  });

  test('that fails leaves what was there and nothing else', async () => {
    put(join(folder, 'taken', 'inside'), 'kept');
    await expect(writeFileDurably(join(folder, 'taken'), 'new')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    await expect(writeFileDurably(put(join(folder, 'old'), 'kept'), { length: 3 } as never)).rejects.toThrow(TypeError);
    expect(readFileSync(join(folder, 'old'), 'utf8')).toBe('kept');
    expect(readFileSync(join(folder, 'taken', 'inside'), 'utf8')).toBe('kept');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('a check', () => {
  test('finds nothing wrong with a sound workspace, counts what it read and changes nothing', async () => {
    await addModel(workspace, 'one', 'first model');
    addRun(workspace, 'run-one');
    const before = readdirSync(folder, { recursive: true }).toSorted();
    expect(await checkWorkspace(folder)).toEqual({
      checked: { objects: 1, shards: 1, manifests: 1 },
      damage: [],
      notes: [],
    });
    expect(readdirSync(folder, { recursive: true }).toSorted()).toEqual(before);
  });

  test('finds one flipped bit of a model, also behind its view', async () => {
    const { artifact, file, object } = await addModel(workspace, 'one', 'first model');
    await ensureView(folder, artifact, [file]);
    const bytes = readFileSync(object);
    bytes[3]! ^= 1;
    overwrite(object, bytes);
    expect((await checkWorkspace(folder)).damage).toMatchObject([
      { what: expect.stringContaining('changed'), subject: object },
    ]);
  });

  test('finds a missing model file, a changed copy of one, a missing shard and a changed plan', async () => {
    const { object } = await addModel(workspace, 'one', 'first model');
    const copied = await addModel(workspace, 'two', 'second model');
    const view = put(join(folder, 'views', copied.artifact, 'model.onnx'), 'another model');
    const { shard, plan } = addRun(workspace, 'run-one');
    rmSync(object);
    rmSync(shard);
    overwrite(plan, '{"shards":2}');
    const { damage } = await checkWorkspace(folder);
    expect(damage.map(({ subject }) => subject).toSorted()).toEqual([object, plan, shard, view].toSorted());
    for (const { what, hint } of damage)
      expect([what, hint]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/\.$/)]);
  });
});

describe('tidying up', () => {
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

  test('frees what nothing needs', async () => {
    const gone = await addModel(workspace, 'gone', 'model of old', daysAgo(31));
    await ensureView(folder, gone.artifact, [gone.file]);
    const { shard } = addRun(workspace, 'run-one');
    const leftovers = [
      put(join(folder, 'incoming', 'import-dead', 'part'), '12345'),
      put(join(folder, 'runs', 'run-one', 'shards', '1.parquet'), 'uncommitted'),
      put(join(folder, 'runs', 'run-one', 'temporary', 'spill'), 'spilled'),
      put(join(folder, 'runs', 'run-unknown', 'shards', '0.parquet'), 'no run'),
      put(join(folder, 'objects', 'sha256', 'ab', 'cd'), 'no version'),
      put(join(folder, 'views', 'no-artifact', 'model.onnx'), 'no artifact'),
    ];
    const report = await collectGarbage(workspace);
    expect(report).toMatchObject({ models: 1, objects: 2, views: 2, shards: 1, temporary: 3 });
    for (const path of [...leftovers, gone.object, join(folder, 'views', gone.artifact)])
      expect([path, existsSync(path)]).toEqual([path, false]);
    expect(existsSync(shard)).toBe(true);
    expect((await checkWorkspace(folder)).damage).toEqual([]);
    expect(report.freedBytes).toBe('model of old12345uncommittedspilledno runno versionno artifact'.length);
    // Its name is free again.
    await addModel(workspace, 'gone', 'model of new');
  });

  test('frees uploads that nothing names after a day, thumbnails and downloads at once', async () => {
    addRun(workspace, 'run-one');
    const [old, young, named] = ['upload-old', 'upload-young', 'upload-named'].map((id) => {
      put(join(folder, 'uploads', id, 'files', 'rows.csv'), 'a,b');
      return put(join(folder, 'uploads', id, 'upload.json'), '{}');
    }) as [string, string, string];
    const longAgo = new Date(daysAgo(2));
    for (const path of [old, named]) utimesSync(path, longAgo, longAgo);
    const request = JSON.stringify({ paths: [join(folder, 'uploads', 'upload-named', 'files', 'rows.csv')] });
    workspace.catalog.write(() => workspace.catalog.run("UPDATE runs SET request = ? WHERE id = 'run-one'", request));
    const made = [
      put(join(folder, 'thumbnails', 'ab', 'x.webp'), 'x'),
      put(join(folder, 'downloads', 'y', 'y.csv'), 'y'),
    ];
    expect(await collectGarbage(workspace)).toMatchObject({ uploads: 1, temporary: 2 });
    expect([old, young, named, ...made].map((path) => existsSync(path))).toEqual([false, true, true, false, false]);
  });

  test('keeps living models, what they share with a deleted one, what is younger than the bin, and committed shards', async () => {
    const living = await addModel(workspace, 'living', 'shared bytes');
    await addModel(workspace, 'twin', 'shared bytes', daysAgo(31));
    const young = await addModel(workspace, 'young', 'young bytes', daysAgo(29));
    await ensureView(folder, living.artifact, [living.file]);
    const { shard, plan } = addRun(workspace, 'run-one');
    const report = await collectGarbage(workspace);
    expect(report).toEqual({ freedBytes: 0, models: 1, objects: 0, views: 0, shards: 0, uploads: 0, temporary: 0 });
    for (const path of [
      living.object,
      young.object,
      shard,
      plan,
      join(folder, 'views', living.artifact, 'model.onnx'),
    ]) {
      expect([path, existsSync(path)]).toEqual([path, true]);
    }
  });
});

/** Objects are read-only; damage is not asked for leave. */
function overwrite(path: string, content: string | Uint8Array): void {
  chmodSync(path, 0o644);
  writeFileSync(path, content);
}
