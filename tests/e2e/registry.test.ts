import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Recipe } from '../../engine/contract/index.ts';
import { zip } from '../unit/models/zip-builder.ts';
import { fixtures, samples, Terminal } from './terminal.ts';

let terminal: Terminal;

interface Imported {
  model: string;
  version: number;
  digest: string;
  recipe: Recipe;
  notes: string[];
  known: boolean;
}

interface ModelRow {
  model: string;
  status: string;
  createdAt: string;
  versions: { version: number; digest: string }[];
  aliases: Record<string, number>;
}

const valid = join(fixtures, 'valid');

beforeAll(async () => {
  terminal = await Terminal.open();
});
afterAll(() => terminal.close());

const bring = (...words: string[]): Promise<Imported> => terminal.json<Imported>('import', ...words);

async function modelNamed(name: string): Promise<ModelRow | undefined> {
  return (await terminal.json<ModelRow[]>('models')).find(({ model }) => model === name);
}

test('a model file that was changed inside the workspace is not run, and importing it again mends it', async () => {
  const file = join(valid, 'logits.onnx');
  const { digest } = await bring(file, '--name', 'touched');
  const kept = join(terminal.workspace, 'views', digest, 'logits.onnx');
  const bytes = await readFile(kept);
  await chmod(kept, 0o644);
  bytes[bytes.length >> 1] = bytes[bytes.length >> 1]! ^ 1;
  await writeFile(kept, bytes);
  const data = terminal.file('four-rows.csv');
  await writeFile(data, 'p,"q, r",s,t\n1,2,3,4\n');
  const words = ['--model', 'touched', '--data', data, '--features', 'p,"q, r",s,t'];
  const refused = await terminal.refused('predict', ...words, '--out', terminal.file('touched.csv'));
  expect(refused).toMatchObject({ exit: 3, code: 'WORKSPACE_DAMAGED' });
  expect(refused.said).toContain('touched v1 was changed inside the workspace');
  await bring(file, '--name', 'touched');
  const result = await terminal.predict(...words, '--out', terminal.file('touched.csv'));
  expect(result.rows).toEqual({ read: 1, predicted: 1, failed: 0 });
});

describe('import', () => {
  test('names a model after its file, the same again gives the version that is there', async () => {
    const first = await bring(join(valid, 'softmax.onnx'));
    expect(first).toMatchObject({ model: 'softmax', version: 1, known: false });
    expect(Object.keys(first)).toEqual(['model', 'version', 'digest', 'signature', 'recipe', 'notes', 'known']);
    expect(await bring(join(valid, 'softmax.onnx'))).toEqual({ ...first, known: true });
  });

  test('under a used name makes the next version', async () => {
    const second = await bring(join(valid, 'logits.onnx'), '--name', 'softmax');
    expect(second).toMatchObject({ model: 'softmax', version: 2, known: false });
    expect((await modelNamed('softmax'))!.versions.map(({ version }) => version)).toEqual([2, 1]);
  });

  test('takes --features, a range of columns and the output that is the prediction into the recipe', async () => {
    const named = await bring(
      join(valid, 'logits.onnx'),
      '--name',
      'flags',
      '--features',
      'p,"q, r"',
      '--features',
      's,t',
    );
    const [input] = named.recipe.inputs;
    expect(input).toMatchObject({ columns: [{ column: 'p' }, { column: 'q, r' }, { column: 's' }, { column: 't' }] });
    const range = await bring(
      join(valid, 'logits.onnx'),
      '--name',
      'flags',
      '--features-from',
      'p',
      '--features-to',
      't',
    );
    expect(range.recipe.inputs[0]).toMatchObject({ columns: { first: 'p', last: 't' } });
    const chosen = await bring(join(valid, 'regressor_two_outputs.onnx'), '--name', 'flags', '--prediction', 'mean');
    expect(chosen.recipe.outputs).toEqual({ task: 'regression', prediction: 'mean' });
    expect(chosen.version).toBe(3);
    const data = terminal.file('range.csv');
    await writeFile(data, 'before,p,q,r,t,after\n9,1,2,3,4,9\n');
    const out = terminal.file('range.out.jsonl');
    expect(await terminal.predict('--model', 'flags@2', '--data', data, '--out', out)).toMatchObject({
      rows: { predicted: 1 },
    });
  });

  test('takes a folder with external data, and the zip of such a folder', async () => {
    const folder = await bring(join(valid, 'external'), '--name', 'external');
    expect(folder.notes.join(' ')).toContain('weights.bin');
    const files = await Promise.all(
      ['model_ext.onnx', 'weights.bin'].map(async (name) => ({
        name: `net/${name}`,
        content: await readFile(join(valid, 'external', name)),
      })),
    );
    await writeFile(terminal.file('net.zip'), zip(files));
    const unpacked = await bring(terminal.file('net.zip'), '--name', 'external');
    expect(unpacked).toMatchObject({ version: 1, digest: folder.digest, known: true });
  });

  test('uses the recipe and the labels that lie beside the model, and says so', async () => {
    await mkdir(terminal.file('shipped'));
    await copyFile(join(valid, 'softmax.onnx'), terminal.file('shipped/model.onnx'));
    await writeFile(terminal.file('shipped/labels.txt'), 'cat\ndog\nowl\n');
    const labelled = await bring(terminal.file('shipped'));
    expect(labelled.model).toBe('shipped');
    expect(labelled.recipe.outputs).toMatchObject({ labels: ['cat', 'dog', 'owl'] });
    const recipe = { ...labelled.recipe, outputs: { ...labelled.recipe.outputs, labels: ['a', 'b', 'c'] } };
    await writeFile(terminal.file('shipped/recipe.json'), JSON.stringify(recipe));
    const shipped = await bring(terminal.file('shipped/model.onnx'));
    expect(shipped).toMatchObject({ model: 'shipped', version: 2 });
    expect(shipped.recipe.outputs).toMatchObject({ labels: ['a', 'b', 'c'] });
    expect(shipped.notes.join(' ')).toContain('recipe');
  });

  test('refuses a recipe that is none, or of another model, and leaves nothing', async () => {
    const before = await terminal.json('models');
    const model = join(valid, 'sigmoid_one_column.onnx');
    for (const [content, code] of [
      ['no json', 'RECIPE_INVALID'],
      ['{"format":"drydock-recipe/9"}', 'RECIPE_INVALID'],
      [
        JSON.stringify({ format: 'drydock-recipe/1', inputs: [], outputs: { task: 'raw', outputs: ['y'] } }),
        /^RECIPE_/,
      ],
    ] as const) {
      await writeFile(terminal.file('wrong.json'), content);
      const refused = await terminal.refused('import', model, '--recipe', terminal.file('wrong.json'));
      expect(refused.exit).toBe(3);
      expect(refused.code).toMatch(code);
    }
    expect(await terminal.refused('import', model, '--recipe', terminal.file('none.json'))).toMatchObject({
      exit: 3,
      code: 'FILE_MISSING',
    });
    expect(await terminal.refused('import', model, '--name', 'not a name')).toMatchObject({ exit: 2 });
    expect(await terminal.refused('import', model, '--prediction', 'nothing')).toMatchObject({
      exit: 3,
      code: 'RECIPE_MISFIT',
    });
    expect(await terminal.refused('import', model, '--features-from', 'a')).toMatchObject({ exit: 2 });
    expect(await terminal.refused('import', terminal.file('no such.onnx'))).toMatchObject({
      exit: 3,
      code: 'FILE_MISSING',
    });
    await writeFile(terminal.file('zero.onnx'), '');
    expect(await terminal.refused('import', terminal.file('zero.onnx'))).toMatchObject({ exit: 3, code: 'FILE_EMPTY' });
    expect(await terminal.json('models')).toEqual(before);
  });
});

describe('recipe', () => {
  test('shown, exported, edited and imported again is another version of the same artifact', async () => {
    const shown = await terminal.json<Recipe>('recipe', 'show', 'softmax@1');
    const file = terminal.file('softmax.recipe.json');
    const exported = await terminal.run('recipe', 'export', 'softmax@1', file);
    expect(exported.exit).toBe(0);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(shown);
    expect(await terminal.refused('recipe', 'export', 'softmax@1', file)).toMatchObject({
      exit: 3,
      code: 'OUTPUT_EXISTS',
    });
    const edited = { ...shown, outputs: { ...shown.outputs, labels: ['x', 'y', 'z'] } };
    await writeFile(file, JSON.stringify(edited));
    const again = await bring(join(valid, 'softmax.onnx'), '--recipe', file);
    expect(again).toMatchObject({ model: 'softmax', version: 3, known: false });
    expect(again.recipe).toEqual(edited);
    const versions = (await modelNamed('softmax'))!.versions;
    expect(versions[0]!.digest).toBe(versions[2]!.digest);
    expect((await terminal.run('recipe', 'export', 'softmax@3', file, '--force')).exit).toBe(0);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(edited);
  });
});

describe('a reference', () => {
  const versionOf = async (ref: string): Promise<unknown[]> => {
    const { model, version, notes } = await terminal.json<Imported>('inspect', ref);
    return [model, version, notes];
  };

  test('is a number, v and a number, or an alias', async () => {
    await terminal.json('alias', 'set', 'softmax@1', 'champion');
    for (const ref of ['softmax@1', 'softmax@v1', 'softmax@champion']) {
      expect((await versionOf(ref)).slice(0, 2)).toEqual(['softmax', 1]);
    }
    expect((await versionOf('softmax')).slice(0, 2)).toEqual(['softmax', 3]);
  });

  test('is a digest of the artifact or of its one file; of several versions the newest, said so', async () => {
    const file = createHash('sha256')
      .update(await readFile(join(valid, 'softmax.onnx')))
      .digest('hex');
    // softmax@1, shipped@1 and @2, softmax@3: the same file under two names, with four recipes.
    for (const digits of [file, file.slice(0, 8)]) {
      const [model, version, notes] = await versionOf(`sha256:${digits}`);
      expect([model, version]).toEqual(['softmax', 3]);
      expect((notes as string[]).join(' ')).toMatch(/4 versions.*softmax@3/);
    }
    const { digest } = await terminal.json<Imported>('inspect', 'external@1');
    expect((await versionOf(`sha256:${digest.slice(0, 12).toUpperCase()}`)).slice(0, 2)).toEqual(['external', 1]);
  });

  test('is a path, imported on the way', async () => {
    await copyFile(join(valid, 'sigmoid_one_column.onnx'), terminal.file('my model (1).onnx'));
    expect((await versionOf(terminal.file('my model (1).onnx'))).slice(0, 2)).toEqual(['my-model-1', 1]);
    expect(await modelNamed('my-model-1')).toMatchObject({ status: 'active' });
  });

  test('that names nothing is refused with what there is', async () => {
    const refused = (ref: string) => terminal.refused('inspect', ref);
    expect(await refused('nobody')).toMatchObject({ exit: 3, code: 'NOT_FOUND' });
    expect((await refused('nobody')).hint).toContain('softmax');
    expect((await refused('softmax@9')).hint).toMatch(/@1.*@champion/);
    expect(await refused('softmax@nothing')).toMatchObject({ exit: 3, code: 'NOT_FOUND' });
    expect(await refused('sha256:00000000')).toMatchObject({ exit: 3, code: 'NOT_FOUND' });
    expect(await refused('sha256:0000')).toMatchObject({ exit: 2, code: 'USAGE' });
    expect(await refused('')).toMatchObject({ exit: 2, code: 'USAGE' });
  });
});

describe('aliases', () => {
  test('move, are listed, and keep their history', async () => {
    await terminal.json('alias', 'set', 'softmax@2', 'champion');
    expect(await terminal.json('alias', 'list')).toMatchObject([{ model: 'softmax', alias: 'champion', version: 2 }]);
    expect((await modelNamed('softmax'))!.aliases).toEqual({ champion: 2 });
    expect(await terminal.json('alias', 'delete', 'softmax', 'champion')).toMatchObject({ version: null });
    const history = await terminal.json<{ version: number | null }[]>('alias', 'history', 'softmax');
    expect(history.map(({ version }) => version)).toEqual([1, 2, null]);
    expect(await terminal.json('alias', 'list')).toEqual([]);
  });

  test('are refused when they read as a version or name nothing', async () => {
    expect(await terminal.refused('alias', 'set', 'softmax@1', 'v2')).toMatchObject({ exit: 2 });
    expect(await terminal.refused('alias', 'set', 'softmax@8', 'best')).toMatchObject({ exit: 3, code: 'NOT_FOUND' });
    expect(await terminal.refused('alias', 'delete', 'softmax', 'best')).toMatchObject({ exit: 3, code: 'NOT_FOUND' });
  });
});

describe('models', () => {
  test('are renamed, deleted into the bin, and restored', async () => {
    expect(await terminal.json('models', 'rename', 'shipped', 'animals')).toMatchObject({ model: 'animals' });
    expect(await modelNamed('shipped')).toBeUndefined();
    expect(await terminal.refused('models', 'rename', 'animals', 'softmax')).toMatchObject({
      exit: 3,
      code: 'ALREADY_EXISTS',
    });
    expect(await terminal.json('models', 'delete', 'animals')).toMatchObject({ model: 'animals', status: 'deleted' });
    expect(await modelNamed('animals')).toMatchObject({ status: 'deleted' });
    const binned = await terminal.refused('inspect', 'animals@1');
    expect(binned).toMatchObject({ exit: 3, code: 'NOT_FOUND' });
    expect(binned.hint).toContain('models restore animals');
    const taken = await terminal.refused('import', join(valid, 'logits.onnx'), '--name', 'animals');
    expect(taken).toMatchObject({ exit: 3, code: 'ALREADY_EXISTS' });
    expect(await terminal.json('models', 'restore', 'animals')).toMatchObject({ status: 'active' });
    expect(await terminal.json('inspect', 'animals@2')).toMatchObject({ version: 2 });
    expect(await terminal.refused('models', 'delete', 'nobody')).toMatchObject({ exit: 3, code: 'NOT_FOUND' });
  });
});

describe('care', () => {
  test('gc and fsck find a workspace that was used well in order', async () => {
    const gc = await terminal.json<Record<string, number>>('gc');
    expect(gc['freedBytes']).toBeGreaterThanOrEqual(0);
    const models = await terminal.json<ModelRow[]>('models');
    const report = await terminal.json<{ checked: { objects: number }; damage: unknown[] }>('fsck');
    expect(report.damage).toEqual([]);
    expect(report.checked.objects).toBeGreaterThanOrEqual(models.length);
    expect(await terminal.json('inspect', join(samples, 'bikes/v1/model.onnx'))).toMatchObject({ model: 'bikes' });
  });
});
