import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Run } from '../../engine/contract/index.ts';
import { fixtures, Terminal } from './terminal.ts';

let terminal: Terminal;

beforeAll(async () => {
  terminal = await Terminal.open(false);
});
afterAll(() => terminal.close());

interface WrittenPlan {
  versions: { inspection: Record<string, unknown> }[];
}

/** Makes of a finished run what the first versions left when they were killed: a plan in one line, one shard to be done. */
async function asFirstVersionsLeftIt(run: string): Promise<void> {
  const file = join(terminal.workspace, 'runs', run, 'plan.json');
  const plan = JSON.parse(await readFile(file, 'utf8')) as WrittenPlan;
  for (const { inspection } of plan.versions)
    for (const table of ['opset', 'operators', 'metadata', 'producers'])
      inspection[table] = Object.fromEntries(inspection[table] as [string, unknown][]);
  const text = `${JSON.stringify(plan)}\n`;
  await writeFile(file, text);
  const catalog = new DatabaseSync(join(terminal.workspace, 'workspace.db'));
  catalog
    .prepare('UPDATE runs SET plan_sha256 = ?, manifest_sha256 = NULL, output = NULL, output_sha256 = NULL')
    .run(createHash('sha256').update(text).digest('hex'));
  catalog.exec("DELETE FROM run_shards; UPDATE jobs SET state = 'interrupted'");
  catalog.close();
}

test('a run that the first versions left half done is resumed, written, shown and checked', async () => {
  await writeFile(terminal.file('four.csv'), `a,b,c,d\n${'5.1,3.5,1.4,0.2\n6.2,2.9,4.3,1.3\n'.repeat(50)}`);
  const out = terminal.file('out.csv');
  const model = join(fixtures, 'valid/logistic_plain.onnx');
  const words = ['--model', model, '--data', terminal.file('four.csv'), '--out', out];
  const { run } = await terminal.predict(...words, '--detached');
  const expected = await readFile(out, 'utf8');
  await asFirstVersionsLeftIt(run);
  await rm(out);

  await expect(terminal.predict('--resume', run, '--detached')).resolves.toMatchObject({
    status: 'done',
    rows: { read: 100, predicted: 100, failed: 0 },
  });
  expect(await readFile(out, 'utf8')).toBe(expected);
  expect(await terminal.json<Run>('runs', 'show', run, '--detached')).toMatchObject({ status: 'done' });
  expect(await terminal.json('fsck', '--detached')).toMatchObject({ damage: [] });
});
