import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Recipe, Trace } from '../../engine/contract/index.ts';
import { newFolder, transports, type Connected } from './transports.ts';

const samples = fileURLToPath(new URL('../../resources/samples/', import.meta.url));

describe.each(transports)('rows through a recipe, through $name', ({ connect }) => {
  const folder = newFolder();
  let connected: Connected;
  const client = () => connected.client;

  beforeAll(async () => {
    connected = await connect();
    for (const model of ['bikes', 'income', 'digits']) {
      await client().models.import({ grant: await granted(`${samples}${model}/v1/model.onnx`), name: model });
    }
  });

  afterAll(async () => {
    await connected.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function granted(path: string): Promise<string> {
    return (await connected.host.files.grantInput({ path })).grant;
  }

  async function scored(model: string, data: string): Promise<{ columns: string[]; rows: unknown[][] }> {
    const run = await client().runs.start({ models: [{ ref: model }], data: [await granted(data)] });
    for await (const _ of await client().jobs.watch({ job: run.job }));
    return client().runs.rows({ run: run.run, limit: 1000 });
  }

  async function traced(model: string, data: string, from = 0, count = 1): Promise<Trace[]> {
    const call = { model: { ref: model }, data: [await granted(data)], from, count };
    return (await client().recipes.trace(call)).traces;
  }

  function write(name: string, lines: string[]): string {
    const path = join(folder, name);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  }

  const head = 'hour_id,season,month,hour,holiday,weekday,workingday,weather,temp,humidity,windspeed';

  test.each(['bikes/data/test.csv', 'income/data/test.csv', 'digits/data/test'])(
    'give the result of a run, whichever row they are: %s',
    async (data) => {
      const model = data.split('/')[0]!;
      const run = await scored(model, `${samples}${data}`);
      for (const from of [0, 417]) {
        const traces = await traced(model, `${samples}${data}`, from, 3);
        expect(traces.map(({ error }) => error)).toEqual([null, null, null]);
        for (const [index, { result }] of traces.entries()) {
          const row = Object.fromEntries(run.columns.map((name, place) => [name, run.rows[from + index]![place]]));
          expect(result.length).toBeGreaterThan(0);
          expect(Object.fromEntries(result.map(({ column, value }) => [column, value]))).toEqual(
            Object.fromEntries(result.map(({ column }) => [column, row[column]])),
          );
        }
      }
    },
  );

  test('show cells, steps, tensor and raw outputs, and take the newest data of the version by themselves', async () => {
    const path = write('hour.csv', [head, 'H1,1,1,6,0,0,0,3,0.42,0.77,0.2985', 'H2,2,2,7,0,0,0,3,0.42,0.77,0.2985']);
    await scored('bikes', path);
    const { traces, source } = await client().recipes.trace({ model: { ref: 'bikes' }, from: 1 });
    expect(source).toBe('hour.csv');
    expect(traces).toHaveLength(1);
    const [{ name, inputs, outputs }] = traces as [Trace];
    expect(name).toBe('hour.csv, row 2');
    expect(inputs[0]).toMatchObject({ input: 'X', type: 'float32', shape: [1, 10], more: 0, picture: null });
    const recipe = (await client().models.get({ ref: 'bikes' })).recipe;
    const input = recipe.inputs[0]!;
    const columns = input.from === 'columns' && Array.isArray(input.columns) ? input.columns : [];
    expect(inputs[0]!.values.map(({ column }) => column)).toEqual(columns.map(({ column }) => column));
    const [hour] = inputs[0]!.values.filter(({ column }) => column === 'hour');
    const [step] = columns.find(({ column }) => column === 'hour')!.steps;
    const { mean, std } = step as { mean: number; std: number };
    expect(hour).toMatchObject({ cell: '7', problem: null, steps: [{ step: 'standardise' }] });
    expect(Math.fround(Number(hour!.value))).toBe(Math.fround((7 - mean) / std));
    expect(outputs).toMatchObject([{ output: 'variable', shape: [1, 1], values: [expect.any(String)], more: 0 }]);
  });

  test('say which cell fails a row, and what the others are', async () => {
    const good = 'H3,1,1,6,0,0,0,3,0.42,0.77,0.2985';
    const path = write('bad.csv', [head, 'H1,1,1,n/a?,0,0,0,3,,0.77,0.2985', 'H2,1,1,6,0,0,0,3,0.42,0.77', good, good]);
    const [cells, ragged] = await traced('bikes', path, 0, 2);
    const byColumn = Object.fromEntries(cells!.inputs[0]!.values.map((value) => [value.column, value]));
    expect(byColumn.hour).toMatchObject({ value: null, problem: 'hour is "n/a?", a number was expected' });
    expect(byColumn.temp).toMatchObject({ cell: null, value: null, problem: 'temp is missing' });
    expect(byColumn.season).toMatchObject({ cell: '1', problem: null });
    expect(cells).toMatchObject({ error: 'hour is "n/a?", a number was expected', outputs: [] });
    expect(cells!.result.map(({ value }) => value)).toEqual([null]);
    expect(ragged!.error).toContain('10 cells');
  });

  test('go through a draft of a recipe before any version has it, and revising makes it one', async () => {
    const { recipe } = await client().models.get({ ref: 'bikes' });
    const draft = structuredClone(recipe) as Recipe;
    const input = draft.inputs[0]!;
    if (input.from !== 'columns' || !Array.isArray(input.columns)) throw new Error('The sample names its columns.');
    const hour = input.columns.find(({ column }) => column === 'hour')!;
    hour.steps = [{ step: 'standardise', mean: 0, std: 2 }];
    hour.missing = { rule: 'value', value: 12 };
    const path = write('draft.csv', [head, 'H1,1,1,,0,0,0,3,0.42,0.77,0.2985']);
    const call = { model: { ref: 'bikes' }, recipe: draft, data: [await granted(path)] };
    const { traces } = await client().recipes.trace(call);
    const value = traces[0]!.inputs[0]!.values.find(({ column }) => column === 'hour');
    expect(value).toEqual({
      column: 'hour',
      cell: null,
      steps: [
        { step: 'missing', value: '12' },
        { step: 'standardise', value: '6' },
      ],
      value: '6',
      problem: null,
    });
    const revised = await client().models.revise({ ref: 'bikes@1', recipe: draft });
    expect(revised).toMatchObject({ model: 'bikes', version: 2, known: false, recipe: draft });
    expect(await client().models.revise({ ref: 'bikes@1', recipe: draft })).toMatchObject({ version: 2, known: true });
    expect(await client().models.revise({ ref: 'bikes@2', recipe })).toMatchObject({ version: 1, known: true });
    expect((await client().models.get({ ref: 'bikes' })).digest).toBe(revised.digest);
    // It has no run of its own yet: its rows are those that its model's last run read.
    expect((await client().recipes.trace({ model: { ref: 'bikes@2' } })).source).toBe('hour.csv');
  });

  test('are refused for a recipe of another model, data that lacks a column, and rows that are not there', async () => {
    const { recipe } = await client().models.get({ ref: 'digits' });
    const data = [await granted(`${samples}bikes/data/test.csv`)];
    const model = { ref: 'bikes@1' };
    await expect(client().models.revise({ ref: 'bikes@1', recipe })).rejects.toMatchObject({
      data: { code: 'RECIPE_MISFIT' },
    });
    await expect(client().recipes.trace({ model, recipe, data })).rejects.toMatchObject({
      data: { code: 'RECIPE_MISFIT' },
    });
    const lacking = [await granted(write('lacking.csv', ['season,month', '1,2']))];
    await expect(client().recipes.trace({ model, data: lacking })).rejects.toMatchObject({
      data: { code: 'BINDING_MISSING_COLUMN' },
    });
    await expect(client().recipes.trace({ model, data, from: 1500 })).rejects.toMatchObject({
      data: { code: 'NOT_FOUND', message: 'test.csv has no row 1501.' },
    });
    const unused = await client().models.import({
      grant: await granted(join(import.meta.dirname, '../fixtures/models/valid/softmax.onnx')),
    });
    await expect(client().recipes.trace({ model: { ref: unused.model } })).rejects.toMatchObject({
      data: { code: 'NOT_FOUND', subject: `${unused.model}@1` },
    });
  });

  test('of pictures name their steps and the size of the tensor', async () => {
    const [trace] = await traced('digits', `${samples}digits/data/test`, 3);
    expect(trace!.inputs[0]).toMatchObject({ type: 'float32', shape: [1, 1, 8, 8], values: [], more: 64 });
    expect(trace!.inputs[0]!.picture!.steps[0]).toBe('read as grey: 8 x 8, 0 to 255');
    expect(trace!.outputs).toMatchObject([{ output: 'logits', shape: [1, 10], more: 0 }]);
  });

  test('of pictures show them as the model gets them, pixel for pixel; so does a row of a run', async () => {
    const file = `${samples}digits/data/test/0/digit_0009.png`;
    const pixels = await sharp(file).greyscale().raw().toBuffer();
    const [trace] = await traced('digits', file);
    const run = await client().runs.start({ models: [{ ref: 'digits' }], data: [await granted(file)] });
    for await (const _ of await client().jobs.watch({ job: run.job }));
    const row = await client().results.row({ run: run.run, index: 0 });
    for (const resource of [trace!.inputs[0]!.picture!.resource!, row.steps[0]!.inputs[0]!.picture!]) {
      const shown = await connected.host.resources.open({ resource });
      expect(shown).toMatchObject({ type: 'image/png', attachment: false });
      expect(await sharp(shown.path).metadata()).toMatchObject({ width: 8, height: 8 });
      expect((await sharp(shown.path).greyscale().raw().toBuffer()).equals(pixels)).toBe(true);
    }
  });
});
