import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { killSeries, type Tally } from './kills.ts';
import { canSeeProcesses } from './processes.ts';
import { Scene } from './scene.ts';
import { model, pinned, writeParts } from './workload.ts';

/** The series' seed can be set to tell a series again, or to try another one. */
const seed = Number(process.env.DRYDOCK_CRASH_SEED ?? 1);

describe.skipIf(!canSeeProcesses)('100 kills at random moments over launcher, command, engine and workers', () => {
  const scene = new Scene();

  afterAll(() => scene.close());

  test('over many files of 60,000 rows: 70 kills cost no row, double none, move none', async () => {
    const tally = await series(
      'files',
      Array.from({ length: 12 }, () => 5000),
      model,
      70,
    );
    expect(tally.kills).toBe(70);
  });

  test('over one file of 150,000 rows in several shards: 30 kills cost no row, double none, move none', async () => {
    const tally = await series('file', [150_000], 'softmax@1', 30);
    expect(tally.kills).toBe(30);
  });

  async function series(name: string, rows: number[], from: string, kills: number): Promise<Tally> {
    const data = scene.path(name);
    await writeParts(data, rows, seed);
    const out = scene.path(`${name}.csv`);
    const begun = performance.now();
    await scene.json('predict', '--model', from, '--data', data, '--id', 'id', '--out', out, ...pinned);
    const undisturbedMs = performance.now() - begun;
    const expected = await readFile(out);
    expect(expected.toString().trimEnd().split('\n')).toHaveLength(rows.reduce((sum, count) => sum + count, 1));
    const tally = await killSeries({ scene, model: from, data, expected, kills, seed, mostMs: 0.45 * undisturbedMs });
    console.log(figures(tally, (performance.now() - begun) / 1000));
    return tally;
  }
});

function figures({ kills, runs, resumed, byRole, exits }: Tally, seconds: number): string {
  const roles = Object.entries(byRole).map(([role, count]) => `${count} ${role}`);
  const codes = [...exits].map(([code, count]) => `${count} with ${code}`);
  return `seed ${seed}: ${kills} kills (processes: ${roles.join(', ')}) over ${runs} runs, resumed ${resumed} times; commands ended: ${codes.join(', ')}; ${seconds.toFixed(0)} s`;
}
