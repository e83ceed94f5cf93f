import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Attachment } from '../../engine/launcher.ts';
import { Scene } from '../crash/scene.ts';
import { model as modelFile, node } from '../unit/models/model-builder.ts';
import { zip } from '../unit/models/zip-builder.ts';

const fixtures = join(import.meta.dirname, '../fixtures/models');
const model = join(fixtures, 'valid/softmax.onnx');
const scene = new Scene({ direct: true });
let engine: Attachment;
// One engine for all commands: how engines come and go is looked at elsewhere.
beforeAll(async () => {
  engine = await scene.attach();
});
afterAll(async () => {
  engine.detach();
  await scene.close();
});

/** Control characters but the line feed, and characters that turn or hide text. */
// oxlint-disable-next-line no-control-regex
const unfit = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

describe('a model from a stranger', () => {
  test('in an archive writes nothing outside its own folder', async () => {
    const bytes = readFileSync(model);
    const climbing = ['../climbed.onnx', '/tmp/drydock-climbed.onnx', '..\\climbed.onnx'];
    for (const [index, name] of climbing.entries()) {
      const archive = scene.path(`climbing-${index}.zip`);
      writeFileSync(
        archive,
        zip([
          { name: 'model.onnx', content: bytes },
          { name, content: bytes },
        ]),
      );
      expect(await scene.refusal('import', archive), name).toMatchObject({ exit: 3, code: 'MODEL_INVALID' });
    }
    const everything = readdirSync(scene.folder, { recursive: true }).filter((path) =>
      String(path).includes('climbed'),
    );
    expect(everything).toEqual([]);
    expect(existsSync('/tmp/drydock-climbed.onnx')).toBe(false);
    expect(readdirSync(join(scene.workspace, 'incoming'))).toEqual([]);
    expect(await scene.json('models')).toEqual([]);
  });

  test('cannot have its weights elsewhere: by a link, by a link of a folder, or by a link in an archive', async () => {
    const secret = scene.path('secret');
    mkdirSync(secret);
    copyFileSync(join(fixtures, 'valid/external/weights.bin'), join(secret, 'weights.bin'));
    const linked = scene.path('linked');
    mkdirSync(linked);
    copyFileSync(join(fixtures, 'valid/external/model_ext.onnx'), join(linked, 'model.onnx'));
    symlinkSync(join(secret, 'weights.bin'), join(linked, 'weights.bin'));
    expect(await scene.refusal('import', join(linked, 'model.onnx'))).toMatchObject({
      exit: 3,
      code: 'MODEL_EXTERNAL_DATA',
    });
    expect(await scene.refusal('import', linked)).toMatchObject({ exit: 3, code: 'MODEL_EXTERNAL_DATA' });
    const archive = scene.path('linked.zip');
    const link = { name: 'weights.bin', content: join(secret, 'weights.bin'), mode: 0o120777 };
    writeFileSync(archive, zip([{ name: 'model.onnx', content: readFileSync(join(linked, 'model.onnx')) }, link]));
    expect(await scene.refusal('import', archive)).toMatchObject({ exit: 3, code: 'MODEL_INVALID' });
    rmSync(join(linked, 'weights.bin'));
    copyFileSync(join(secret, 'weights.bin'), join(linked, 'weights.bin'));
    expect(await scene.json('import', linked, '--name', 'whole')).toMatchObject({ model: 'whole', version: 1 });
  });

  test('shows no control character on a terminal, whatever its names and metadata are', async () => {
    for (const [name, path] of [
      ['strange', 'strange_names'],
      ['told', 'metadata'],
    ] as const) {
      for (const verb of [
        ['import', join(fixtures, `valid/${path}.onnx`), '--name', name],
        ['inspect', name],
        ['recipe', 'show', name],
      ]) {
        const { exit, stdout, stderr } = await scene.run(...verb);
        expect(exit, stderr).toBe(0);
        expect(`${stdout}${stderr}`, verb.join(' ')).not.toMatch(unfit);
      }
    }
    const inspected = await scene.json<{ signature: { inputs: { name: string }[] } }>('inspect', 'strange');
    expect(inspected.signature.inputs.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['__proto__', 'constructor', 'esc\u001b[31mred']),
    );
  });

  test('is inspected with all that it says, under names that are keys of every object too', async () => {
    const path = scene.path('keys.onnx');
    const metadataProps = ['__proto__', 'constructor'].map((key) => ({ key, value: 'kept' }));
    writeFileSync(path, modelFile({ node: [node('Relu', ['x'], ['y'])] }, { metadataProps }));
    const { stdout } = await scene.run('inspect', path, '--json');
    expect(stdout).toContain('"metadata":{"__proto__":"kept","constructor":"kept"}');
    expect(stdout).toContain('"opset":{"ai.onnx":17}');
  });

  test('is named in words when its own name is no name', async () => {
    for (const name of ['../x', 'a\u001b[31m', '']) {
      const { exit, stdout, stderr } = await scene.run('import', model, '--name', name);
      expect([name, exit], stdout).toEqual([name, 2]);
      expect(stderr).not.toMatch(unfit);
    }
    expect(await scene.json('import', model, '--name', 'constructor')).toMatchObject({
      model: 'constructor',
      version: 1,
    });
    expect(await scene.json('alias', 'set', 'constructor@1', 'toString')).toMatchObject({
      alias: 'toString',
      version: 1,
    });
    const models = await scene.json<{ model: string; aliases: Record<string, number> }[]>('models');
    expect(models.find((each) => each.model === 'constructor')?.aliases).toEqual({ toString: 1 });
  });
});

describe('data from a stranger', () => {
  test('shows no control character on a terminal when its rows fail, and its labels are written as they are', async () => {
    const label = '\u001b[2J\u202e=HYPERLINK("x")';
    const recipe = scene.path('recipe.json');
    await scene.json('import', model, '--name', 'plain');
    await scene.run('recipe', 'export', 'plain', recipe);
    const text = JSON.parse(readFileSync(recipe, 'utf8')) as { outputs: { labels?: string[] } };
    text.outputs.labels = ['__proto__', label, 'constructor'];
    writeFileSync(recipe, JSON.stringify(text));
    await scene.json('import', model, '--name', 'hostile', '--recipe', recipe);
    const data = scene.path('rows.csv');
    writeFileSync(data, 'a,b,c,d\n1,2,3,4\n-9,9,-9,9\n5,0,0,0\n"\u001b[31mred",1,1,1\n' + '1,1,1,1\n'.repeat(50));
    const out = scene.path('labels.csv');
    const { exit, stdout, stderr } = await scene.run(
      'predict',
      '--model',
      'hostile',
      '--data',
      data,
      '--features',
      'a,b,c,d',
      '--out',
      out,
    );
    expect(exit, stderr).toBe(0);
    expect(stderr).toMatch(/Row 4/);
    expect(`${stdout}${stderr}`).not.toMatch(unfit);
    const head = readFileSync(out, 'utf8').split('\n')[0]!;
    expect(head).toContain('probability___proto__');
    expect(head).toContain('probability_constructor');
    const [run] = await scene.runs();
    const shown = await scene.run('runs', 'show', run!.run);
    expect(shown.stdout).toMatch(/row/i);
    expect(shown.stdout).not.toMatch(unfit);
  });

  test('Parquet named data[1].parquet beside data1.parquet is the one that is read', async () => {
    for (const [name, id] of [
      ['data1', 'wrong'],
      ['data[1]', 'right'],
    ] as const) {
      const csv = scene.path(`${name}.csv`);
      writeFileSync(csv, `id,a,b,c,d\n${id},1,2,3,4\n`);
      await scene.json(
        'predict',
        '--model',
        model,
        '--data',
        csv,
        '--id',
        'id',
        '--keep',
        'a,b,c,d',
        '--features',
        'a,b,c,d',
        '--out',
        scene.path(`${name}.parquet`),
      );
    }
    const out = scene.path('brackets.csv');
    await scene.json(
      'predict',
      '--model',
      model,
      '--data',
      scene.path('data[1].parquet'),
      '--id',
      'id',
      '--features',
      'a,b,c,d',
      '--out',
      out,
    );
    expect(readFileSync(out, 'utf8').split('\n')[1]).toMatch(/^right,/);
  });
});

describe('a workspace from a stranger', () => {
  test.skipIf(process.platform === 'win32')('cannot send the command to a socket of its choice', async () => {
    const heard: Buffer[] = [];
    const socket = scene.path('trap.sock');
    const trap = await new Promise<Server>((resolve) => {
      const server = createServer((connection) => connection.on('data', (chunk) => heard.push(chunk)));
      server.listen(socket, () => resolve(server));
    });
    const visited = new Scene({ direct: true });
    mkdirSync(visited.workspace);
    const notes = [
      { address: socket, token: 'A'.repeat(32) },
      { address: 80, token: ['A'.repeat(32)] },
    ];
    for (const about of notes) {
      writeFileSync(join(visited.workspace, 'engine.json'), JSON.stringify(about));
      expect(await visited.json('runs')).toEqual([]);
      await visited.allGone();
    }
    trap.close();
    await visited.close();
    expect(heard).toEqual([]);
  });
});
