import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canCutTheNetwork, drydock, samples } from './command-line.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-offline-'));
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 300 }));

/** A namespace without any interface but a loopback that is down: whoever connects anywhere fails. */
const cut = ['unshare', '-n'];

describe.skipIf(!canCutTheNetwork())('without a network (needs Linux and the right to make a namespace)', () => {
  test('models are imported, data read, rows scored, the workspace checked, in a namespace of its own', async () => {
    const model = join(samples, 'income/v1/model.onnx');
    const data = join(samples, 'income/data/unlabelled.parquet');
    const verbs: string[][] = [
      ['import', model, '--name', 'income'],
      ['preview', '--data', data, '--model', 'income@1'],
      ['predict', '--model', 'income@1', '--data', data, '--id', 'person_id', '--out', join(folder, 'out.jsonl')],
      ['fsck'],
    ];
    for (const verb of verbs) {
      const said = await drydock([...verb, '--workspace', join(folder, 'workspace'), '--json'], cut);
      expect(said.exit, said.stdout + said.stderr).toBe(0);
    }
  });

  test('the namespace does cut: a connection from it fails', async () => {
    const { spawnSync } = await import('node:child_process');
    const script = `require('net').connect(9, '127.0.0.1').on('error', (e) => process.exit(e.code === 'ENETUNREACH' ? 7 : 8))`;
    expect(spawnSync('unshare', ['-n', process.execPath, '-e', script], { timeout: 20_000 }).status).toBe(7);
  });
});
