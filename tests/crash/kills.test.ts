import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { killSeries } from './kills.ts';
import { canSeeProcesses } from './processes.ts';
import { Scene } from './scene.ts';
import { model, pinned, writeParts } from './workload.ts';

describe.skipIf(!canSeeProcesses)('a run that is killed and resumed', () => {
  const scene = new Scene();
  let expected: Buffer;

  beforeAll(async () => {
    await writeParts(scene.path('data'), [5000, 2000, 2000, 1, 2000, 2000], 3);
    const out = scene.path('undisturbed.csv');
    await scene.json('predict', '--model', model, '--data', scene.path('data'), '--id', 'id', '--out', out, ...pinned);
    expected = await readFile(out);
  });

  afterAll(() => scene.close());

  test('gives the rows of an undisturbed run, each once and in order, after six kills at random moments', async () => {
    expect(expected.toString().trimEnd().split('\n')).toHaveLength(13_002);
    const tally = await killSeries({
      scene,
      model: 'softmax@1',
      data: scene.path('data'),
      expected,
      kills: 6,
      seed: 20,
      mostMs: 1500,
    });
    expect(tally.kills).toBe(6);
  });
});
