import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { problem } from '../../../engine/contract/index.ts';
import { startChild, type Child } from '../../../engine/processes/index.ts';
import type { CaretakerRouter } from '../../../engine/workspace/child.ts';
import { Workspace } from '../../../engine/workspace/index.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'drydock-processes-')));
const doors = new URL('../../../engine/', import.meta.url);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const check = (child: Child<CaretakerRouter>, options = {}) => child.call((client) => client.fsck({ folder }), options);
const never = () => new Promise<never>(() => {});

/** A child that answers nothing, whatever it is asked. */
function stoppedChild(): Child<CaretakerRouter> {
  const child = startChild<CaretakerRouter>('caretaker');
  process.kill(child.pid, 'SIGSTOP');
  return child;
}

describe('a call of a child', () => {
  test('gives its answer, and its refusal as a problem, and the child lives on', async () => {
    const workspace = await Workspace.open(folder);
    const child = startChild<CaretakerRouter>('caretaker');
    expect(await check(child)).toMatchObject({ damage: [] });
    await expect(child.call((client) => client.fsck({ folder: join(folder, 'none') }))).rejects.toMatchObject({
      problem: { code: 'INTERNAL' },
    });
    expect(await check(child)).toMatchObject({ damage: [] });
    await child.stop();
    workspace.close();
    expect((await child.death).kind).toBe('killed');
    await expect(check(child)).rejects.toMatchObject({ problem: { code: 'WORKER_DIED' } });
  });

  test('settles when the child is killed, for every caller', async () => {
    const child = stoppedChild();
    const calls = [check(child), check(child), child.call(never)];
    process.kill(child.pid, 'SIGKILL');
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({
        status: 'rejected',
        reason: { problem: { code: 'WORKER_DIED', message: expect.stringContaining('SIGKILL') } },
      });
    }
  });

  test('settles when it takes longer than its limit', async () => {
    const child = stoppedChild();
    await expect(check(child, { timeoutMs: 20 })).rejects.toMatchObject({ problem: { code: 'MODEL_LIMIT' } });
    expect((await child.death).kind).toBe('time');
    expect(isAlive(child.pid)).toBe(false);
  });

  test('settles when the child takes more memory than its limit', async () => {
    const child = startChild<CaretakerRouter>('caretaker', { memoryBytes: 1 << 20 });
    await expect(child.call(never)).rejects.toMatchObject({
      problem: { code: 'MODEL_LIMIT', message: expect.stringContaining('memory') },
    });
    expect((await child.death).kind).toBe('memory');
  });

  test('tells a death in the words its caller has for it', async () => {
    const child = stoppedChild();
    const call = check(child, { died: () => problem('MODEL_CRASHED', 'The model fell over.') });
    child.kill();
    await expect(call).rejects.toMatchObject({ problem: { code: 'MODEL_CRASHED', message: 'The model fell over.' } });
  });
});

describe('a child whose parent is killed ends itself', () => {
  test('when it waits for calls', async () => {
    await childEndsWithParent(`
      const { startChild } = await import(${JSON.stringify(new URL('processes/index.ts', doors).href)});
      const child = startChild('caretaker');
      // It answers, so it is up.
      await child.call((client) => client.fsck({ folder: ${JSON.stringify(join(folder, 'none'))} })).catch(() => {});
      process.stdout.write(child.pid + '\\n');`);
  });

  test('when its main thread never comes to rest', async () => {
    const busy = join(folder, 'busy.mjs');
    writeFileSync(
      busy,
      `import { writeSync } from 'node:fs';
      import { os } from ${JSON.stringify(import.meta.resolve('@orpc/server'))};
      import { serveParent } from ${JSON.stringify(new URL('processes/index.ts', doors).href)};
      serveParent({ call: os.handler(() => 1) });
      writeSync(1, process.pid + '\\n');
      for (;;);`,
    );
    await childEndsWithParent(`
      const { spawn } = await import('node:child_process');
      spawn(process.execPath, ['--no-warnings', ${JSON.stringify(busy)}], {
        stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
        serialization: 'advanced',
        env: { ...process.env, DRYDOCK_PARENT_PID: String(process.pid) },
      });`);
  });
});

/** Runs a parent that says its child's id, kills it, and waits until the child is gone. */
async function childEndsWithParent(program: string): Promise<void> {
  const parent = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout.setEncoding('utf8'), 'data')) as [string];
  const child = Number(line);
  expect(child).toBeGreaterThan(1);
  expect(isAlive(child)).toBe(true);
  const gone = once(parent, 'exit');
  parent.kill('SIGKILL');
  await gone;
  try {
    for (let look = 0; look < 500 && isAlive(child); look += 1) await sleep(20);
    expect(isAlive(child)).toBe(false);
  } finally {
    if (isAlive(child)) process.kill(child, 'SIGKILL');
  }
}

/** A process that has ended and waits to be reaped is no longer alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
