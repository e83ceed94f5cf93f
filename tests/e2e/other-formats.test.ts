import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixtures, Terminal } from './terminal.ts';
import { fixturesOf } from './valid-models.ts';

let terminal: Terminal;

beforeAll(async () => {
  terminal = await Terminal.open();
});
afterAll(() => terminal.close());

/** Zips are taken as folders are: the one with a good model inside is a model. */
const zipped = 'zipped_model.onnx';
const foreign = fixturesOf('other-format').filter(({ name }) => name !== zipped);
/** Of these a command can make an ONNX file. */
const exportable = /torch|pickle|pkl|joblib|keras|saved_model|tflite|hugging_face|lightgbm|xgboost/;

describe('a file of another format is recognised by its bytes and answered with what to do', () => {
  test.concurrent.each(foreign)('$name: $what', async ({ name, file, words }) => {
    const refusal = await terminal.refused('import', join(fixtures, file));
    expect(refusal.exit).toBe(3);
    expect(refusal.code).toMatch(/^FORMAT_/);
    expect(refusal.message).toMatch(/\.$/);
    for (const word of words ?? []) expect(refusal.said.toLowerCase()).toContain(word.toLowerCase());
    if (exportable.test(name)) expect(refusal.hint).toMatch(/python|pip |optimum-cli|onnx/);
  });

  test('a command of several lines reaches a terminal as lines, ready to copy', async () => {
    const outcome = await terminal.run('import', join(fixtures, 'other-format/torch_weights.pt'));
    expect(outcome).toMatchObject({ exit: 3, stdout: '' });
    expect(outcome.stderr.split('\n').length).toBeGreaterThan(2);
    expect(outcome.stderr).toContain('torch.onnx.export');
  });

  test('a zip with a model inside is unpacked and imported', async () => {
    const imported = await terminal.json<{ model: string }>(
      'import',
      join(fixtures, 'other-format', zipped),
      '--name',
      'zipped',
    );
    expect(imported.model).toBe('zipped');
  });
});

describe('a pickle', () => {
  test('is never run, whatever it is called', async () => {
    const witness = terminal.file('witness');
    // The pickle of os.system("touch ..."): protocol 0, as small as it gets.
    const pickle = `cposix\nsystem\n(S'touch "${witness}"'\ntR.`;
    for (const name of ['a.pkl', 'a.onnx', 'a.joblib', 'a.pt']) {
      await writeFile(terminal.file(name), pickle);
      expect(await terminal.refused('import', terminal.file(name))).toMatchObject({ exit: 3 });
      expect(await terminal.refused('inspect', terminal.file(name))).toMatchObject({ exit: 3 });
    }
    expect(existsSync(witness)).toBe(false);
  });

  test('leaves nothing behind in the workspace', async () => {
    expect(await terminal.json<{ model: string }[]>('models')).toHaveLength(1);
    expect(await readdir(join(terminal.workspace, 'incoming'))).toEqual([]);
  });
});
