import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Problem } from '../../../engine/contract/index.ts';
import { startChild } from '../../../engine/processes/index.ts';
import { Catalog } from '../../../engine/workspace/catalog.ts';
import type { CaretakerRouter } from '../../../engine/workspace/child.ts';
import { Workspace } from '../../../engine/workspace/index.ts';
import { migrations } from '../../../engine/workspace/migrations.ts';
import { addModel, newFolder } from './furnished.ts';

const door = new URL('../../../engine/workspace/index.ts', import.meta.url).href;

let folder: string;

beforeEach(() => {
  folder = newFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Opens the folder in another process; the problem it met, or null. */
async function problemElsewhere(path = folder): Promise<Problem | null> {
  const program = `
    const { Workspace } = await import(${JSON.stringify(door)});
    const opened = await Workspace.open(process.argv[1]).then((workspace) => (workspace.close(), null), (error) => error.problem);
    process.stdout.write(JSON.stringify(opened));`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--no-warnings',
    '--input-type=module',
    '-e',
    program,
    path,
  ]);
  return JSON.parse(stdout) as Problem | null;
}

async function problemHere(): Promise<Problem | undefined> {
  return Workspace.open(folder).then(
    (workspace) => void workspace.close(),
    (error: { problem: Problem }) => error.problem,
  );
}

describe('a workspace that is held', () => {
  test('is refused to another process, by any of its names, until it is closed', async () => {
    const workspace = await Workspace.open(folder);
    const other = join(folder, '..', `${folder.split('/').at(-1)}-link`);
    symlinkSync(folder, other);
    try {
      expect(await problemElsewhere()).toMatchObject({ code: 'WORKSPACE_HELD', subject: folder });
      expect(await problemElsewhere(other)).toMatchObject({ code: 'WORKSPACE_HELD' });
      workspace.close();
      expect(await problemElsewhere()).toBeNull();
    } finally {
      rmSync(other);
    }
  });

  test('stays held while this process reads its files, another reads its lock, and a caretaker checks it', async () => {
    const workspace = await Workspace.open(folder);
    await addModel(workspace, 'kept', 'some bytes');
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && entry.name !== 'lock.db') readFileSync(join(entry.parentPath, entry.name));
    }
    expect(await problemElsewhere()).toMatchObject({ code: 'WORKSPACE_HELD' });
    await promisify(execFile)(process.execPath, ['-e', 'fs.readFileSync(process.argv[1])', join(folder, 'lock.db')]);
    expect(await problemElsewhere()).toMatchObject({ code: 'WORKSPACE_HELD' });
    const caretaker = startChild<CaretakerRouter>('caretaker');
    expect((await caretaker.call((client) => client.fsck({ folder }))).damage).toEqual([]);
    await caretaker.stop();
    expect(await problemElsewhere()).toMatchObject({ code: 'WORKSPACE_HELD' });
    workspace.catalog.write(() => workspace.catalog.run("UPDATE models SET name = 'renamed'"));
    workspace.close();
  });
});

describe('a catalog', () => {
  test('of a newer program is refused and left as it is', async () => {
    (await Workspace.open(folder)).close();
    withDatabase((database) => database.exec('PRAGMA user_version = 999'));
    const before = readFileSync(join(folder, 'workspace.db'));
    const names = readdirSync(folder).toSorted();
    const refused = await problemHere();
    expect(refused).toMatchObject({
      code: 'WORKSPACE_NEWER',
      subject: folder,
      hint: expect.stringContaining('Update'),
    });
    expect(readFileSync(join(folder, 'workspace.db')).equals(before)).toBe(true);
    expect(readdirSync(folder).toSorted()).toEqual(names);
    withDatabase((database) => database.exec(`PRAGMA user_version = ${migrations.length}`));
    expect(await problemElsewhere()).toBeNull();
  });

  test('of an older program is brought up to date after a copy of it was put aside', async () => {
    (await Catalog.open(folder)).close();
    const newer = await Catalog.open(folder, [...migrations, 'CREATE TABLE added (id INTEGER) STRICT']);
    expect(newer.all('SELECT * FROM added')).toEqual([]);
    newer.close();
    const backup = new DatabaseSync(join(folder, `workspace.backup-${migrations.length}.db`), { readOnly: true });
    expect(backup.prepare('PRAGMA user_version').get()).toEqual({ user_version: migrations.length });
    expect(() => backup.prepare('SELECT * FROM added')).toThrow('no such table');
    backup.close();
  });

  test('of before an inspection had pairs keeps what its inspections say, in their order', async () => {
    const old = await Catalog.open(folder, migrations.slice(0, 1));
    const tables =
      '"opset":{"ai.onnx":17},"operators":{"b":2,"a":1,"__proto__":3},"metadata":{},"producers":{"y":null}';
    const insert = 'INSERT INTO artifacts VALUES (?, 1, ?, ?, ?)';
    old.write(() => old.run(insert, 'd', 'm.onnx', `{${tables},"labels":["x"],"irVersion":8}`, 'then'));
    old.close();
    const now = await Catalog.open(folder);
    const { inspection } = now.get<{ inspection: string }>('SELECT inspection FROM artifacts')!;
    now.close();
    expect(JSON.parse(inspection)).toEqual({
      opset: [['ai.onnx', 17]],
      operators: [
        ['b', 2],
        ['a', 1],
        ['__proto__', 3],
      ],
      metadata: [],
      producers: [['y', null]],
      labels: ['x'],
      irVersion: 8,
    });
  });

  test('whose step fails keeps its format', async () => {
    (await Catalog.open(folder)).close();
    await expect(
      Catalog.open(folder, [...migrations, 'CREATE TABLE half (id INTEGER) STRICT; SELECT * FROM nowhere']),
    ).rejects.toThrow();
    const again = await Catalog.open(folder);
    expect(again.get('SELECT name FROM sqlite_schema WHERE name = ?', 'half')).toBeUndefined();
    again.close();
  });

  test.each([
    ['holds something else', () => Buffer.from('this is a letter, not a database. '.repeat(200))],
    ['has lost its pages', (bytes: Buffer) => bytes.fill(0xa5, 100)],
    ['was cut in the middle', (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
  ])('that %s is told in words and frees the lock', async (_, damage) => {
    (await Workspace.open(folder)).close();
    const path = join(folder, 'workspace.db');
    const sound = readFileSync(path);
    writeFileSync(path, damage(Buffer.from(sound)));
    expect(await problemHere()).toMatchObject({
      code: 'WORKSPACE_DAMAGED',
      subject: path,
      hint: expect.stringContaining('--workspace'),
    });
    expect(existsSync(`${path}-wal`)).toBe(false);
    writeFileSync(path, sound);
    expect(await problemElsewhere()).toBeNull();
  });

  test('refuses writes once a newer engine has taken the workspace over', async () => {
    const workspace = await Workspace.open(folder);
    const { catalog } = workspace;
    catalog.write(() => catalog.run("INSERT INTO grants VALUES ('g', 'input', '/a', 0, 'now')"));
    withDatabase((database) => database.exec("INSERT INTO engine_epochs (pid, started_at) VALUES (1, 'later')"));
    const change = () => catalog.write(() => catalog.run('DELETE FROM grants'));
    expect(change).toThrow(expect.objectContaining({ problem: expect.objectContaining({ code: 'WORKSPACE_HELD' }) }));
    expect(catalog.all('SELECT id FROM grants')).toEqual([{ id: 'g' }]);
    workspace.close();
    expect(await problemElsewhere()).toBeNull();
  });

  test('writes a change whole or not at all', async () => {
    const { catalog, ...workspace } = await Workspace.open(folder).then((opened) => ({
      catalog: opened.catalog,
      close: () => opened.close(),
    }));
    const half = () =>
      catalog.write(() => {
        catalog.run("INSERT INTO grants VALUES ('g', 'input', '/a', 0, 'now')");
        catalog.run("INSERT INTO grants VALUES ('h', 'neither', '/a', 0, 'now')");
      });
    expect(half).toThrow('CHECK constraint');
    expect(catalog.all('SELECT id FROM grants')).toEqual([]);
    expect(() => catalog.run('DELETE FROM grants')).toThrow('inside Catalog.write');
    workspace.close();
  });
});

test('a lock file that is no lock is told in words', async () => {
  writeFileSync(join(folder, 'lock.db'), 'this is a letter, not a database. '.repeat(200));
  expect(await problemHere()).toMatchObject({ code: 'WORKSPACE_DAMAGED', subject: join(folder, 'lock.db') });
});

test('a path that a file stands in the way of is told in words', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(Workspace.open(join(folder, 'file'))).rejects.toMatchObject({ problem: { code: 'WORKSPACE_UNUSABLE' } });
});

test('a folder with other files is never made a workspace, one with our own folders or with litter of the system is', async () => {
  writeFileSync(join(folder, 'thesis.docx'), '');
  await expect(Workspace.open(folder)).rejects.toMatchObject({
    problem: { code: 'WORKSPACE_UNUSABLE', message: expect.stringContaining('thesis.docx'), subject: folder },
  });
  expect(readdirSync(folder)).toEqual(['thesis.docx']);
  rmSync(join(folder, 'thesis.docx'));
  mkdirSync(join(folder, 'objects'));
  writeFileSync(join(folder, '.DS_Store'), '');
  (await Workspace.open(folder)).close();
  writeFileSync(join(folder, 'notes.txt'), '');
  (await Workspace.open(folder)).close();
});

test('a link that leads nowhere is told in words', async () => {
  symlinkSync(join(folder, 'gone'), join(folder, 'link'));
  await expect(Workspace.open(join(folder, 'link'))).rejects.toMatchObject({
    problem: { code: 'WORKSPACE_UNUSABLE', message: expect.stringContaining('a link that leads nowhere') },
  });
});

test.each(['workspace.db', 'lock.db'])('a %s that cannot be opened is told in words', async (name) => {
  // For a database a folder is what a file without permission is, for root too.
  mkdirSync(join(folder, name));
  await expect(Workspace.open(folder)).rejects.toMatchObject({
    problem: { code: 'WORKSPACE_UNUSABLE', message: expect.stringContaining(name), subject: join(folder, name) },
  });
  rmSync(join(folder, name), { recursive: true });
  (await Workspace.open(folder)).close();
});

test('a catalog that this program cannot bring up to date is told in words, and stays as it was', async () => {
  const other = [...migrations.slice(0, 1), 'ALTER TABLE runs ADD COLUMN rows_read INTEGER'];
  (await Catalog.open(folder, other)).close();
  await expect(Catalog.open(folder)).rejects.toMatchObject({ problem: { code: 'WORKSPACE_DAMAGED' } });
  (await Catalog.open(folder, other)).close();
});

function withDatabase(work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(join(folder, 'workspace.db'));
  work(database);
  database.close();
}
