import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { router } from '../../engine/api/index.ts';
import type { Intake } from '../../engine/contract/index.ts';
import { openEngine, type EngineClient } from '../../engine/index.ts';
import { zip } from '../unit/models/zip-builder.ts';
import { newFolder, transports, type Connected } from './transports.ts';

const samples = fileURLToPath(new URL('../../resources/samples/', import.meta.url));
const fixtures = join(import.meta.dirname, '../fixtures/models');

describe.each(transports)('what was dropped, through $name', ({ connect }) => {
  const folder = newFolder();
  let connected: Connected;

  beforeAll(async () => {
    connected = await connect();
  });

  afterAll(async () => {
    await connected.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function dropped(...paths: string[]): Promise<Intake> {
    const { client } = connected;
    const grants = await Promise.all(
      paths.map(async (path) => (await connected.host.files.grantInput({ path })).grant),
    );
    return client.intake.recognise({ grants });
  }

  function write(name: string, content: string): string {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  test('is two models and a table: order, label, id and positive class are guessed with reasons', async () => {
    const { items, guesses } = await dropped(
      `${samples}income/v2/model.onnx`,
      `${samples}income/v1/model.onnx`,
      `${samples}income/data/test.csv`,
    );
    expect(items.map((item) => [item.kind, item.name])).toEqual([
      ['model', 'v2/model.onnx'],
      ['model', 'v1/model.onnx'],
      ['data', 'test.csv'],
    ]);
    expect(items[2]).toMatchObject({ format: 'csv', files: 1, partial: false, dataset: null });
    expect(guesses).toEqual({
      modelOrder: ['v1/model.onnx', 'v2/model.onnx'],
      label: { value: 'over_50k', why: 'Its values are the classes of v2/model.onnx.' },
      id: { value: 'person_id', why: 'By its name, and because its values do not repeat.' },
      positive: { value: 'yes', why: 'The positive class of v2/model.onnx.' },
    });
  });

  test('is a known version by its bytes, whatever it is called, and known data', async () => {
    const { client } = connected;
    const { grant } = await connected.host.files.grantInput({ path: `${samples}digits/v1/model.onnx` });
    await client.models.import({ grant, name: 'digits' });
    const copy = join(folder, 'some other name.onnx');
    cpSync(`${samples}digits/v1/model.onnx`, copy);
    const data = write('seen.csv', 'a,b,c,d\n1,2,3,4\n5,6,7,8\n');
    const softmax = await connected.host.files.grantInput({ path: join(fixtures, 'valid/softmax.onnx') });
    const seen = await connected.host.files.grantInput({ path: data });
    const run = await client.runs.start({ models: [{ grant: softmax.grant }], data: [seen.grant] });
    for await (const _ of await client.jobs.watch({ job: run.job }));
    const [dataset] = await client.data.datasets();
    const { items, guesses } = await dropped(copy, data);
    expect(items).toMatchObject([
      { kind: 'model', name: 'some other name.onnx', known: 'digits@1' },
      { kind: 'data', name: 'seen.csv', dataset: dataset!.dataset },
    ]);
    expect(guesses.modelOrder).toEqual(['digits@1']);
    write('seen.csv', 'a,b,c,d\n1,2,3,4\n5,6,7,9\n');
    expect((await dropped(data)).items).toMatchObject([{ kind: 'data', dataset: null }]);
  });

  test('is a folder of pictures whose folders are its classes', async () => {
    const { items, guesses } = await dropped(`${samples}digits/data/test`);
    expect(items).toMatchObject([
      { kind: 'data', name: 'test', format: 'images', files: 500, bytes: 61923, columns: ['image', 'label'] },
    ]);
    expect(guesses.label).toEqual({ value: 'label', why: expect.any(String) });
  });

  test('is an archive of pictures, with its class folders, and known again once it was scored', async () => {
    const { client, host } = connected;
    const cells = readdirSync(`${samples}digits/data/test`).slice(0, 3);
    const entries = cells.flatMap((label) => {
      const [name] = readdirSync(`${samples}digits/data/test/${label}`);
      const content = readFileSync(`${samples}digits/data/test/${label}/${name}`);
      return [{ name: `all/${label}/${name}`, content }];
    });
    const path = join(folder, 'digits.zip');
    writeFileSync(path, zip(entries));
    const bytes = statSync(path).size;
    expect((await dropped(path)).items).toMatchObject([
      {
        kind: 'data',
        name: 'digits.zip',
        format: 'images',
        files: 3,
        bytes,
        columns: ['image', 'label'],
        dataset: null,
      },
    ]);
    const model = await host.files.grantInput({ path: `${samples}digits/v1/model.onnx` });
    const data = await host.files.grantInput({ path });
    const run = await client.runs.start({ models: [{ grant: model.grant }], data: [data.grant] });
    for await (const _ of await client.jobs.watch({ job: run.job }));
    const [dataset] = await client.data.datasets();
    expect(dataset).toMatchObject({ name: 'digits.zip', status: 'unchanged', rows: 3, bytes });
    expect((await dropped(path)).items).toMatchObject([{ kind: 'data', dataset: dataset!.dataset }]);
  });

  test('pools files of the same columns and keeps others apart', async () => {
    const one = write('part-1.csv', 'x,y\n1,2\n');
    const two = write('part-2.csv', 'y,x\n3,4\n');
    const other = write('other.csv', 'z,w\n1,2\n');
    const { items } = await dropped(one, two, other);
    expect(items).toMatchObject([
      { kind: 'data', name: 'part-1.csv and 1 more', files: 2, columns: ['x', 'y'] },
      { kind: 'data', name: 'other.csv', files: 1 },
    ]);
  });

  test('is predictions by the names of the columns, each file by itself', async () => {
    const head = 'row,prediction,confidence,probability_no,probability_yes,error\n';
    const ours = write('ours.csv', `${head}1,yes,0.9,0.1,0.9,\n`);
    const theirs = write('theirs.csv', 'id,y_true,y_pred,y_prob\n1,0,1,0.8\n2,1,1,0.9\n');
    const { items } = await dropped(ours, theirs);
    expect(items).toMatchObject([
      { kind: 'predictions', prediction: 'prediction', probabilities: ['probability_no', 'probability_yes'] },
      { kind: 'predictions', prediction: 'y_pred', probabilities: ['y_prob'] },
    ]);
  });

  test('is a recipe, or what is refused with what to do, and the good files are used all the same', async () => {
    const { items } = await dropped(
      join(fixtures, 'other-format/model.pkl'),
      write('readme.md', '# Title\n\nwords, and more\n'),
      write('empty.csv', ''),
      write('x.recipe.json', '{"format":"drydock-recipe/1"}'),
      join(folder, 'gone.onnx'),
      `${samples}bikes/data/test.csv`,
    );
    const found = Object.fromEntries(
      items.map((item) => [item.name, item.kind === 'refused' ? item.problem.code : item.kind]),
    );
    expect(found).toEqual({
      'test.csv': 'data',
      'x.recipe.json': 'recipe',
      'model.pkl': 'FORMAT_NOT_SUPPORTED',
      'readme.md': 'FORMAT_UNKNOWN',
      'empty.csv': 'FILE_EMPTY',
      'gone.onnx': 'FILE_MISSING',
    });
    const pickle = items.find((item) => item.name === 'model.pkl');
    expect(pickle).toMatchObject({ problem: { hint: expect.stringContaining('skl2onnx') } });
  });

  test('is every model and table of a folder that holds several, each to be used by itself', async () => {
    for (const version of ['v1', 'v2']) {
      const to = join(folder, 'project', `bikes_${version}.onnx`);
      cpSync(`${samples}bikes/${version}/model.onnx`, to);
    }
    const data = write('project/data/test.csv', 'hour_id,a\nH1,2\nH2,3\n');
    write('project/notes.md', '# Notes\n');
    cpSync(`${samples}digits/data/test/0`, join(folder, 'project/pictures/0'), { recursive: true });
    const { items, guesses } = await dropped(join(folder, 'project'));
    expect(items.map((item) => [item.kind, item.name])).toEqual([
      ['model', 'bikes_v1.onnx'],
      ['model', 'bikes_v2.onnx'],
      ['data', 'test.csv'],
      ['data', expect.stringMatching(/^(pictures|0)$/)],
    ]);
    expect(guesses.modelOrder).toEqual(['bikes_v1.onnx', 'bikes_v2.onnx']);
    const [model, , table] = items;
    const preview = await connected.client.data.preview({ data: table?.kind === 'data' ? table.grants : [] });
    expect(preview.rows).toBe(2);
    const grant = model?.kind === 'model' ? model.grant : '';
    expect(await connected.client.models.import({ grant })).toMatchObject({ model: 'bikes_v1' });
    expect(data).toContain('project');
  });

  test('orders models without numbers in their names by the time of their change', async () => {
    const paths = ['fresh.onnx', 'stale.onnx'].map((name) => join(folder, name));
    for (const path of paths) cpSync(`${samples}income/v1/model.onnx`, path);
    utimesSync(paths[1]!, 1, 1);
    expect((await dropped(...paths)).guesses.modelOrder).toEqual(['stale.onnx', 'fresh.onnx']);
  });

  test('is refused as a call only for a grant that was never given', async () => {
    const call = connected.client.intake.recognise({ grants: ['grant-none'] });
    await expect(call).rejects.toMatchObject({ data: { code: 'NOT_FOUND' } });
  });
});

test('a page is told of a refused file without the folder that it lies in', async () => {
  const workspace = newFolder();
  const folder = newFolder();
  const engine = await openEngine(workspace);
  try {
    const path = join(folder, 'model.pkl');
    cpSync(join(fixtures, 'other-format/model.pkl'), path);
    const { grant } = await engine.client.files.grantInput({ path });
    const page: EngineClient = createRouterClient(router, {
      context: { engine: engine.parts, audience: 'page', share: null },
    });
    const told = JSON.stringify(await page.intake.recognise({ grants: [grant] }));
    expect(told).toContain('skl2onnx');
    expect(told).not.toContain(folder);
    const failed: unknown = await page.models.import({ grant }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ data: { code: 'FORMAT_NOT_SUPPORTED', subject: 'model.pkl' } });
    expect(JSON.stringify(failed) + String(failed)).not.toContain(folder);
    expect(JSON.stringify(await engine.client.intake.recognise({ grants: [grant] }))).toContain(folder);
  } finally {
    await engine.close();
    for (const each of [workspace, folder]) rmSync(each, { recursive: true, force: true });
  }
});
