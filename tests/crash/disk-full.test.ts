import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FsckReport, Run } from '../../engine/contract/index.ts';
import { canSeeProcesses } from './processes.ts';
import { Scene } from './scene.ts';
import { model, pinned, writeParts } from './workload.ts';

/** A small disk of its own can be had from the kernel, by root. */
const canMount = canSeeProcesses && spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
const diskBytes = 16 * 2 ** 20;

describe.skipIf(!canMount)('a workspace whose disk is full (needs Linux and the right to mount)', () => {
  const outside = new Scene();
  const disk = outside.path('disk');
  const scene = new Scene({ folder: outside.folder, workspace: `${disk}/workspace` });
  const ballast = `${disk}/ballast`;
  const args = ['--model', model, '--data', outside.path('data'), '--id', 'id', ...pinned];
  let expected: Buffer;

  beforeAll(async () => {
    await writeParts(outside.path('data'), [6000, 6000, 6000], 4);
    await outside.json('predict', ...args, '--out', outside.path('undisturbed.csv'));
    expected = await readFile(outside.path('undisturbed.csv'));
    mkdirSync(disk);
    mkdirSync(outside.path('out'));
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', disk]).status).toBe(0);
  });

  afterAll(async () => {
    for (const one of [scene, outside]) await until(one);
    spawnSync('umount', [disk]);
    await outside.close();
  });

  async function until(one: Scene): Promise<void> {
    for (const { pid } of one.processes()) process.kill(pid, 'SIGKILL');
    await one.allGone();
  }

  /** Leaves this many bytes free. */
  function fillUpTo(free: number): void {
    rmSync(ballast, { force: true });
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - free)));
  }

  test.each([0, 32_000, 480_000])(
    'with %i bytes left says so, leaves no output, and goes on when there is room',
    async (free) => {
      rmSync(scene.workspace, { recursive: true, force: true });
      const out = outside.path('out', `${free}.csv`);
      fillUpTo(free);
      const { exit, stdout, stderr } = await scene.run('predict', ...args, '--out', out, '--json');
      rmSync(ballast, { force: true });
      expect([exit, JSON.parse(stdout)], stderr).toMatchObject([
        3,
        { error: { code: 'DISK_FULL', message: expect.stringMatching(/disk is full/) } },
      ]);
      expect(await readdir(outside.path('out'))).not.toContain(`${free}.csv`);
      const [run] = await scene.json<Run[]>('runs');
      if (run) expect(await scene.json('predict', '--resume', run.run)).toMatchObject({ status: 'done' });
      else expect(await scene.json('predict', ...args, '--out', out)).toMatchObject({ status: 'done' });
      expect(await readFile(out)).toEqual(expected);
      expect((await scene.json<FsckReport>('fsck')).damage).toEqual([]);
      await scene.allGone();
      expect(existsSync(scene.workspace)).toBe(true);
    },
  );

  test('an output on a full disk says which, is not left in part, and is written when there is room', async () => {
    mkdirSync(`${disk}/out`);
    fillUpTo(32_000);
    const out = `${disk}/out/predictions.csv`;
    const refused = await outside.refusal('predict', ...args, '--out', out);
    expect(refused).toMatchObject({ exit: 3, code: 'DISK_FULL', subject: out });
    expect(await readdir(`${disk}/out`)).toEqual([]);
    rmSync(ballast);
    const [run] = await outside.json<Run[]>('runs');
    expect(await outside.json('predict', '--resume', run!.run)).toMatchObject({ status: 'done' });
    expect(await readFile(out)).toEqual(expected);
  });

  test('a disk that is read-only is called so', async () => {
    await scene.allGone();
    expect(spawnSync('mount', ['-o', 'remount,ro', disk]).status).toBe(0);
    try {
      for (const workspace of [scene.workspace, `${disk}/new/one`]) {
        const refused = await new Scene({ folder: outside.folder, workspace }).refusal('models');
        expect(refused).toMatchObject({ exit: 3, code: 'WORKSPACE_UNUSABLE' });
        expect(refused.message).toContain('its disk is read-only');
      }
      const unwritable = await outside.refusal('predict', ...args, '--out', `${disk}/predictions.csv`);
      expect(unwritable).toMatchObject({ exit: 3, code: 'OUTPUT_UNWRITABLE', subject: disk });
      expect(unwritable.message).toContain('read-only');
    } finally {
      spawnSync('mount', ['-o', 'remount,rw', disk]);
    }
  });

  test('a lock that may only be read holds nobody off, so no engine opens the workspace with it', async () => {
    await scene.json('models');
    await scene.allGone();
    const lock = `${scene.workspace}/lock.db`;
    expect(spawnSync('mount', ['--bind', lock, lock]).status).toBe(0);
    try {
      expect(spawnSync('mount', ['-o', 'remount,ro,bind', lock]).status).toBe(0);
      expect(await scene.refusal('models')).toMatchObject({ exit: 3, code: 'WORKSPACE_UNUSABLE', subject: lock });
    } finally {
      spawnSync('umount', [lock]);
    }
    await scene.json('models');
  });
});
