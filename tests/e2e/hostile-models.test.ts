import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixtures, Terminal } from './terminal.ts';
import { writeCsv } from './tables.ts';
import { fixturesOf, type Fixture } from './valid-models.ts';

/** Found by the trial run of the import; what only data would show is found by the run. */
const stoppedAtImport = new Set(['loop_for_ever', 'loop_that_hoards']);
const hostile = fixturesOf('hostile');
const atImport = hostile
  .filter(({ stopAt, name }) => stopAt !== 'run' || stoppedAtImport.has(name))
  // What runs into the time limit begins first.
  .toSorted((a, b) => Number(stoppedAtImport.has(b.name)) - Number(stoppedAtImport.has(a.name)));
const atRun = hostile.filter(({ stopAt, name }) => stopAt === 'run' && !stoppedAtImport.has(name));

let terminal: Terminal;

beforeAll(async () => {
  terminal = await Terminal.open();
});
afterAll(() => terminal.close());

async function expectRefused(fixture: Fixture): Promise<void> {
  const refusal = await terminal.refused(
    'import',
    join(fixtures, fixture.file),
    '--name',
    fixture.name.replaceAll('.', '_'),
  );
  expect(refusal.exit).toBe(3);
  expect(refusal.code).toMatch(/^(MODEL|FILE|FORMAT)_/);
  expect(refusal.message).toMatch(/\.$/);
  const said = refusal.said.toLowerCase();
  const words = fixture.words ?? [];
  // A loop may run out of either.
  const enough = stoppedAtImport.has(fixture.name)
    ? words.some((word) => said.includes(word))
    : words.every((word) => said.includes(word.toLowerCase()));
  expect(enough, `${words.join(', ')} in: ${refusal.said}`).toBe(true);
  expect(refusal.said).not.toMatch(/\n\s+at |onnxruntime::|\[ONNXRuntimeError\]/);
}

describe('a hostile model is refused at its import, in words', () => {
  test.concurrent.each(atImport)('$name: $what', async (fixture) => {
    await expectRefused(fixture);
  });
});

describe('a model that misbehaves on data costs its run or its rows, never the engine', () => {
  test.concurrent.each(atRun)('$name: $what', async (fixture) => {
    const name = fixture.name;
    const first = await terminal.run('import', join(fixtures, fixture.file), '--name', name, '--json');
    if (first.exit === 3) return;
    expect(first.exit).toBe(0);
    const { signature } = JSON.parse(first.stdout) as { signature: { inputs: { shape: unknown[] | null }[] } };
    const width = Number(signature.inputs[0]?.shape?.[1] ?? 1) || 1;
    const columns = Array.from({ length: width }, (_, index) => `x${index}`);
    await writeCsv(terminal.file(`${name}.csv`), columns, [columns.map(() => 1), columns.map(() => 2)]);
    const out = terminal.file(`${name}.out.csv`);
    const words = ['--data', terminal.file(`${name}.csv`), '--features', columns.join(','), '--out', out];
    const refusal = await terminal.refused('predict', '--model', `${name}@1`, ...words);
    expect(refusal.exit).toBe(3);
    expect(refusal.message).toMatch(/\.$/);
    expect(refusal.said).not.toMatch(/\n\s+at |onnxruntime::|\[ONNXRuntimeError\]/);
    expect(existsSync(out)).toBe(false);
  });
});

describe('afterwards', () => {
  test('the same engine is there, holds no refused model and no leftover of an import', async () => {
    const models = await terminal.json<{ model: string }[]>('models');
    const refused = new Set(atImport.map(({ name }) => name));
    expect(models.filter(({ model }) => refused.has(model))).toEqual([]);
    expect(await readdir(join(terminal.workspace, 'incoming'))).toEqual([]);
    expect((await terminal.client.engine.status()).activeJobs).toBe(0);
    expect((await terminal.files()).filter((name) => name.includes('partial') || name.includes('.out.'))).toEqual([]);
    const checked = await terminal.json<{ damage: unknown[] }>('fsck');
    expect(checked.damage).toEqual([]);
  });
});
