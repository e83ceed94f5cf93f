import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isContractProcedure } from '@orpc/contract';
import { createRouterClient, isProcedure } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { router } from '../../engine/api/index.ts';
import { contract } from '../../engine/contract/index.ts';
import { openEngine, type Engine, type EngineClient } from '../../engine/index.ts';
import { readEngineAddress } from '../../engine/place/index.ts';
import { connectLocally } from '../../engine/processes/index.ts';
import { connectToSocket, newFolder, type Connected } from './transports.ts';

const sample = fileURLToPath(new URL('../../resources/samples/bikes/', import.meta.url));

test('every call of the contract has a handler, and no handler stands outside it', () => {
  const promised = leaves(contract, isContractProcedure);
  expect(promised).toContain('jobs.watch');
  expect(leaves(router, isProcedure).toSorted()).toEqual(promised.toSorted());
});

describe('a page', () => {
  const workspace = newFolder();
  let engine: Engine;
  let page: EngineClient;

  beforeAll(async () => {
    engine = await openEngine(workspace);
    page = createRouterClient(router, { context: { engine: engine.parts, audience: 'page', share: null } });
  });

  afterAll(async () => {
    await engine.close();
    rmSync(workspace, { recursive: true, force: true });
  });

  test('may not turn paths into grants', async () => {
    const calls = [
      page.files.grantInput({ path: `${sample}v1/model.onnx` }),
      page.files.grantOutput({ path: join(workspace, '..', 'stolen.csv') }),
    ];
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({ status: 'rejected', reason: { code: 'PROBLEM', data: { code: 'NOT_FOUND' } } });
    }
    expect(engine.parts.workspace.catalog.all('SELECT * FROM grants')).toEqual([]);
  });

  test('is not told where the workspace lies, and may use a grant that a host has given it', async () => {
    expect((await page.engine.status()).workspace).toBe('');
    expect((await engine.client.engine.status()).workspace).toBe(workspace);
    const { grant } = await engine.client.files.grantInput({ path: `${sample}v1/model.onnx` });
    expect(await page.models.import({ grant, name: 'bikes' })).toMatchObject({ model: 'bikes', version: 1 });
  });

  test('is not told where an output lies', async () => {
    const { grant: data } = await engine.client.files.grantInput({ path: `${sample}data/test.csv` });
    const folder = newFolder();
    const { grant } = await engine.client.files.grantOutput({ path: join(folder, 'out.csv') });
    const run = await page.runs.start({ models: [{ ref: 'bikes@1' }], data: [data], output: { grant, format: 'csv' } });
    for await (const _ of await page.jobs.watch({ job: run.job }));
    expect(await engine.client.runs.get({ run: run.run })).toMatchObject({
      status: 'done',
      output: join(folder, 'out.csv'),
    });
    const told = JSON.stringify([
      await page.runs.get({ run: run.run }),
      await page.runs.list(),
      await page.jobs.list(),
    ]);
    rmSync(folder, { recursive: true, force: true });
    expect(told).not.toContain(folder);
  });
});

describe('the local socket', () => {
  let connected: Connected;
  const about = () => readEngineAddress(connected.workspace)!;

  beforeAll(async () => {
    connected = await connectToSocket();
  });

  afterAll(() => connected.close());

  /** Says bytes to the engine as a stranger and waits until it hangs up. */
  async function hungUpOn(...parts: (string | Uint8Array)[]): Promise<void> {
    const socket = speak(about().address, parts);
    await once(socket, 'close');
  }

  test('refuses a token that is not its own', async () => {
    const { address, token } = about();
    const wrong = `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`;
    await expect(connectLocally(address, wrong)).rejects.toThrow('refused');
    await expect(connectLocally(address, '')).rejects.toThrow('refused');
    await hungUpOn(`${token}x\n`);
    await hungUpOn(token.repeat(20));
    expect((await connected.client.engine.status()).attached).toBe(1);
  });

  test('survives garbage and frames that announce too much', async () => {
    const { pid } = await connected.client.engine.status();
    const { address, token } = about();
    await hungUpOn(randomBytes(4096).fill(0x41, 0, 300));
    await hungUpOn(`${token}\n`, Uint8Array.of(0xff, 0xff, 0xff, 0xff, 1, 2, 3));
    const nonsense = [
      frame(0, 'no message'),
      frame(0, '{}'),
      frame(0, 'null'),
      frame(1, randomBytes(64)),
      frame(9, ''),
      frame(0, '{"i":"1","t":1,"p":7}'),
    ];
    const socket = speak(address, [`${token}\n`, ...nonsense]);
    await once(socket, 'data');
    const status = await connected.client.engine.status();
    expect(status.pid).toBe(pid);
    socket.destroy();
    expect(await connected.client.models.list()).toEqual([]);
  });
});

function speak(address: string, parts: (string | Uint8Array)[]): Socket {
  const socket = createConnection({ path: address });
  socket.on('error', () => {});
  for (const part of parts) socket.write(part);
  socket.resume();
  return socket;
}

function frame(kind: number, payload: string | Uint8Array): Uint8Array {
  const body = Buffer.from(payload);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 0);
  head[4] = kind;
  return Buffer.concat([head, body]);
}

/** Paths of all calls in a tree of calls. */
function leaves(tree: object, isLeaf: (value: unknown) => boolean, path: readonly string[] = []): string[] {
  if (isLeaf(tree)) return [path.join('.')];
  return Object.entries(tree).flatMap(([name, branch]) => leaves(branch as object, isLeaf, [...path, name]));
}
