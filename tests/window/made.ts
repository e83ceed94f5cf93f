import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineClient } from '../../engine/launcher.ts';
import { writeNetwork } from '../bench/network.ts';
import { writeParts } from '../crash/workload.ts';
import { samples } from './window.ts';

/** A run long enough to be met on its way: a wide network over a folder of tables, each a shard of its own. */
export async function makeLongRun(folder: string, parts = 16): Promise<{ model: string; data: string; rows: number }> {
  const model = join(folder, 'wide.onnx');
  const data = join(folder, 'parts');
  const rowsOfPart = 4000;
  await writeNetwork(model, [4, 1024, 1024, 1024, 3]);
  await writeParts(
    data,
    Array.from({ length: parts }, () => rowsOfPart),
    5,
  );
  return { model, data, rows: parts * rowsOfPart };
}

/** Pictures of the digits sample in folders by class, `each` of every class. */
export function copyDigits(folder: string, each: number): string {
  const to = join(folder, 'digits');
  const from = join(samples, 'digits/data/test');
  for (const label of readdirSync(from)) {
    mkdirSync(join(to, label), { recursive: true });
    for (const name of readdirSync(join(from, label)).toSorted().slice(0, each))
      cpSync(join(from, label, name), join(to, label, name));
  }
  return to;
}

/** A run that is there before the test begins. Gives its id once it is done. */
export async function scored(
  client: EngineClient,
  models: readonly string[],
  data: readonly string[],
  roles: { label?: string; id?: string } = {},
): Promise<string> {
  const grant = async (path: string): Promise<string> => (await client.files.grantInput({ path })).grant;
  const versions = [];
  for (const model of models) versions.push(await client.models.import({ grant: await grant(model) }));
  const run = await client.runs.start({
    models: versions.map(({ model, version }) => ({ ref: `${model}@${version}` })),
    data: await Promise.all(data.map(grant)),
    roles,
    output: null,
  });
  for await (const job of await client.jobs.watch({ job: run.job }))
    if (job.status === 'done') return run.run;
    else if (job.status === 'failed') throw new Error(job.problem?.message);
  throw new Error('The run did not end.');
}
