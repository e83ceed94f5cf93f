import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Attachment } from '../../engine/launcher.ts';
import { canSeeProcesses, until } from './processes.ts';
import { Scene } from './scene.ts';
import { model, writeParts } from './workload.ts';

describe.skipIf(!canSeeProcesses)('one engine for a workspace', () => {
  const scenes: Scene[] = [];
  const attachments: Attachment[] = [];

  afterEach(async () => {
    for (const attachment of attachments.splice(0)) attachment.detach();
    for (const scene of scenes.splice(0)) await scene.close();
  });

  function newScene(): Scene {
    const scene = new Scene();
    scenes.push(scene);
    return scene;
  }

  async function attached(scene: Scene): Promise<Attachment> {
    const attachment = await scene.attach();
    attachments.push(attachment);
    return attachment;
  }

  /** What a second engine is told; it must be refused for as long as the first one lives. */
  async function secondEngine(scene: Scene) {
    return scene.refusal('runs', '--detached');
  }

  test('a second process attaches to the engine of the first', async () => {
    const scene = newScene();
    const first = await attached(scene);
    const second = await attached(scene);
    expect(first.started).toBe(true);
    expect(second.started).toBe(false);
    const [one, two] = [await first.client.engine.status(), await second.client.engine.status()];
    expect(two.pid).toBe(one.pid);
    expect(two.epoch).toBe(one.epoch);
    expect(two.attached).toBe(2);
    expect(await secondEngine(scene)).toMatchObject({ exit: 3, code: 'WORKSPACE_HELD', subject: scene.workspace });
  });

  test('five commands that start at once share one engine', async () => {
    const scene = newScene();
    const endings = await Promise.all([1, 2, 3, 4, 5].map(() => scene.run('runs', '--json')));
    expect(endings.map(({ exit, stderr }) => [exit, stderr])).toEqual(endings.map(() => [0, '']));
    await scene.allGone();
    const catalog = new DatabaseSync(join(scene.workspace, 'workspace.db'), { readOnly: true });
    const engines = catalog.prepare('SELECT pid, ended_at FROM engine_epochs').all();
    catalog.close();
    expect(engines).toHaveLength(1);
    expect(engines[0]?.ended_at).not.toBeNull();
  });

  test('an engine that nobody needs ends by itself and takes its address with it', async () => {
    const scene = newScene();
    await scene.json('runs');
    await scene.allGone();
    expect(existsSync(join(scene.workspace, 'engine.json'))).toBe(false);
    expect((await scene.run('runs', '--detached', '--json')).exit).toBe(0);
  });

  test('the lock outlives a check, a backup, a copy, and any process that reads every file of the workspace', async () => {
    const scene = newScene();
    const { client } = await attached(scene);
    const { pid } = await client.engine.status();
    await client.models.import({ grant: (await client.files.grantInput({ path: model })).grant });
    expect(await scene.json('fsck')).toMatchObject({ damage: [] });
    expect((await client.workspace.fsck()).damage).toEqual([]);
    await client.workspace.gc();
    for (const program of [readEverything, vacuumInto, backUp, openLock]) {
      const { status, stderr } = spawnSync(
        process.execPath,
        ['--no-warnings', '--input-type=module', '-e', program, scene.workspace, scene.folder],
        { encoding: 'utf8' },
      );
      expect([status, stderr]).toEqual([0, '']);
      expect(await secondEngine(scene)).toMatchObject({ exit: 3, code: 'WORKSPACE_HELD' });
    }
    expect((await client.engine.status()).pid).toBe(pid);
  });

  test('the lock outlives an engine that is pointed at its own lock file', async () => {
    const scene = newScene();
    const { client } = await attached(scene);
    await writeParts(scene.path('data'), [10], 1);
    const lock = join(scene.workspace, 'lock.db');
    const { grant } = await client.files.grantInput({ path: lock });
    const { grant: model4 } = await client.files.grantInput({ path: model });
    const { grant: everything } = await client.files.grantInput({ path: scene.workspace });
    await client.data.preview({ data: [everything] });
    const refused = [
      client.models.import({ grant }),
      client.models.import({ grant: model4, recipe: grant }),
      client.data.preview({ data: [grant] }),
      client.models.import({ grant: everything }),
      client.files.grantOutput({ path: lock }),
      client.files.grantOutput({ path: lock, overwrite: true }),
      client.files.grantOutput({ path: join(scene.workspace, 'workspace.db'), overwrite: true }),
      client.files.grantOutput({ path: join(scene.workspace, 'objects', 'new.csv') }),
    ];
    const outcomes = await Promise.allSettled(refused);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toEqual([]);
    expect(await secondEngine(scene)).toMatchObject({ exit: 3, code: 'WORKSPACE_HELD' });
  });

  test('an engine whose epoch is outdated commits nothing more', async () => {
    const scene = newScene();
    const attachment = await attached(scene);
    await writeParts(scene.path('data'), [1500], 2);
    const out = scene.path('out.csv');
    const command = scene.start(
      'predict',
      '--model',
      model,
      '--data',
      scene.path('data'),
      '--batch',
      '1',
      '--out',
      out,
      '--json',
    );
    await scene.processId('worker', 'shard-worker');
    const catalog = new DatabaseSync(join(scene.workspace, 'workspace.db'), { timeout: 5000 });
    catalog.prepare('INSERT INTO engine_epochs (pid, started_at) VALUES (?, ?)').run(1, new Date().toISOString());
    const { exit, stdout } = await command.ended;
    expect([exit, JSON.parse(stdout)]).toMatchObject([3, { error: { code: 'WORKSPACE_HELD' } }]);
    expect(catalog.prepare('SELECT count(*) AS count FROM run_shards').get()).toEqual({ count: 0 });
    catalog.close();
    expect(existsSync(out)).toBe(false);
    await expect(attachment.client.files.grantInput({ path: model })).rejects.toMatchObject({
      data: { code: 'WORKSPACE_HELD' },
    });
    attachment.detach();
    await until('the outdated engine has ended', () => scene.processes('engine').length === 0);
    const [run] = await scene.runs();
    expect(run?.status).toBe('interrupted');
    expect(await scene.json('predict', '--resume', run!.run)).toMatchObject({ status: 'done', rows: { read: 1500 } });
  });
});

/** Programs of somebody else that look at a workspace in use: they get its path and a folder beside it. */
const readEverything = `
  import { readdirSync, readFileSync } from 'node:fs';
  import { join } from 'node:path';
  const [, workspace] = process.argv;
  for (const entry of readdirSync(workspace, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) readFileSync(join(entry.parentPath, entry.name));
  }`;
const vacuumInto = `
  import { DatabaseSync } from 'node:sqlite';
  const [, workspace, folder] = process.argv;
  const catalog = new DatabaseSync(workspace + '/workspace.db');
  catalog.prepare('VACUUM INTO ?').run(folder + '/vacuumed.db');
  catalog.close();`;
const backUp = `
  import { backup, DatabaseSync } from 'node:sqlite';
  const [, workspace, folder] = process.argv;
  const catalog = new DatabaseSync(workspace + '/workspace.db');
  await backup(catalog, folder + '/backup.db');
  catalog.close();`;
const openLock = `
  import { closeSync, openSync } from 'node:fs';
  import { DatabaseSync } from 'node:sqlite';
  const [, workspace] = process.argv;
  closeSync(openSync(workspace + '/lock.db', 'r+'));
  const lock = new DatabaseSync(workspace + '/lock.db', { timeout: 0 });
  try { lock.exec('BEGIN EXCLUSIVE'); process.exitCode = 1; } catch {}
  lock.close();`;
