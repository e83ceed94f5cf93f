import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PictureStep } from '../../engine/contract/index.ts';
import { golden } from '../unit/data/golden-pictures.ts';
import { zip } from '../unit/models/zip-builder.ts';
import { column, largestGap, numbers, readCsv } from './tables.ts';
import { Terminal } from './terminal.ts';

interface PredictionCase {
  name: string;
  file: [from: number, length: number];
  scores: Record<string, number[]>;
}

const model = fileURLToPath(new URL('../fixtures/pictures/classifier.onnx', import.meta.url));
const predictions = golden<PredictionCase>('predictions');
const [mean, std] = [
  [0.485, 0.456, 0.406],
  [0.229, 0.224, 0.225],
];
const bgr = { channels: 'bgr', mean: mean!.toReversed(), std: std!.toReversed() };
const to = { width: 32, height: 32 };

/** What the Python code of make_picture_fixtures.py does, as recipes. */
const pipelines: Record<string, { steps: PictureStep[] } & Record<string, unknown>> = {
  pillow: {
    channels: 'rgb',
    mean,
    std,
    steps: [
      { step: 'resize', algorithm: 'pillow-bilinear', to: { shortest: 37 } },
      { step: 'crop', width: 32, height: 32 },
    ],
  },
  'opencv-linear': { ...bgr, steps: [{ step: 'resize', algorithm: 'opencv-linear', to }] },
  'opencv-area': { ...bgr, steps: [{ step: 'resize', algorithm: 'opencv-area', to }] },
};

let terminal: Terminal;

function fileOf({ file }: PredictionCase): Buffer {
  return predictions.piece(...file);
}

function decisionOf(scores: readonly number[]): string {
  return String(scores.indexOf(Math.max(...scores)));
}

async function writeAll(folder: string, nameOf: (example: PredictionCase) => string): Promise<void> {
  for (const example of predictions.cases) {
    const path = join(folder, nameOf(example));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, fileOf(example));
  }
}

beforeAll(async () => {
  terminal = await Terminal.open();
  await writeAll(terminal.file('flat'), ({ name }) => name);
  await writeAll(terminal.file('classes'), ({ name, scores }) => `${decisionOf(scores.pillow!)}/${name}`);
  const archive = predictions.cases.map((example) => ({ name: `photos/${example.name}`, content: fileOf(example) }));
  await writeFile(terminal.file('photos.zip'), zip(archive));
  for (const [name, { steps, ...rest }] of Object.entries(pipelines)) {
    const input = { input: 'image', from: 'image', layout: 'NCHW', scale: 1 / 255, steps, ...rest };
    const outputs = {
      task: 'classification',
      decision: 'argmax',
      prediction: 'probabilities',
      scores: 'probabilities',
    };
    await writeFile(
      terminal.file(`${name}.json`),
      JSON.stringify({ format: 'drydock-recipe/1', inputs: [input], outputs }),
    );
    await terminal.json('import', model, '--name', name, '--recipe', terminal.file(`${name}.json`));
  }
  await terminal.json('import', model, '--name', 'plain');
});
afterAll(() => terminal.close());

async function scored(name: string, data: string): Promise<Awaited<ReturnType<typeof readCsv>>> {
  const out = terminal.file(`${name} ${Math.random().toString(36).slice(2)}.csv`);
  const result = await terminal.predict('--model', name, '--data', terminal.file(data), '--out', out);
  expect(result.rows).toMatchObject({ read: predictions.cases.length, failed: 0 });
  return readCsv(out);
}

describe('JPEG, PNG and TIFF are predicted as the Python original predicts them', () => {
  test.each(Object.keys(pipelines))('%s', async (name) => {
    for (const data of ['flat', 'photos.zip']) {
      const found = await scored(name, data);
      const wanted = predictions.cases.map(({ scores }) => scores[name]!);
      const files = predictions.cases.map((example) => (data === 'flat' ? example.name : `photos/${example.name}`));
      expect(column(found, 'file')).toEqual(files);
      expect(column(found, 'prediction')).toEqual(wanted.map(decisionOf));
      for (let label = 0; label < 5; label += 1) {
        const gap = largestGap(
          numbers(found, `probability_${label}`),
          wanted.map((scores) => scores[label]!),
        );
        // The issue asks for 1e-3; with equal pixels only the last digits of float32 are left.
        expect(gap).toBeLessThan(1e-5);
      }
    }
  });
});

test('without a recipe pictures of other sizes are resized, which import says is a guess', async () => {
  const { notes } = await terminal.json<{ notes: string[] }>('import', model, '--name', 'other');
  expect(notes.join(' ')).toContain(
    'Pictures of another size than 32 x 32 are resized to it with pillow-bilinear: a guess.',
  );
  await scored('other', 'flat');
});

test('a look at the headers counts what cannot be read, before any run', async () => {
  await writeFile(terminal.file('flat/zz.png'), 'no picture');
  const { grant } = await terminal.client.files.grantInput({ path: terminal.file('flat') });
  const look = await terminal.client.data.look({ data: [grant] });
  expect(look).toMatchObject({
    pictures: 25,
    looked: 25,
    unreadable: 1,
    examples: [{ name: 'zz.png', why: 'is not a picture that is read' }],
    differentSizes: 6,
  });
  const preview = await terminal.client.data.preview({ data: [grant], model: { ref: 'plain' } });
  expect(preview.look).toMatchObject({ looked: 25, unreadable: 1 });
  expect(preview.binding[0]!.words).toContain('resized to 32 x 32 (pillow-bilinear)');
});

describe('the recipe finder', () => {
  async function find(data: string, more: object = {}) {
    const { grant } = await terminal.client.files.grantInput({ path: terminal.file(data) });
    return terminal.client.recipes.find({ model: { ref: 'plain' }, data: [grant], ...more });
  }

  test('finds by accuracy how the pictures were made, and calls it a guess', async () => {
    const found = await find('classes');
    expect(found).toMatchObject({ basis: 'accuracy', guessed: true, complete: true, pictures: 24 });
    const [best, second] = found.candidates;
    expect(best).toMatchObject({ preset: 'imagenet', accuracy: 1, scored: 24, failed: 0, input: { channels: 'rgb' } });
    expect(second!.accuracy).toBeLessThan(1);
    expect(found.candidates.map(({ preset }) => preset)).toContain('current');
    expect(best!.input.steps).toEqual(pipelines.pillow!.steps);
  });

  test('goes by confidence without labels, and reads an archive', async () => {
    const found = await find('photos.zip', { most: 8 });
    expect(found).toMatchObject({ basis: 'confidence', pictures: 8 });
    expect(found.notes.join(' ')).toContain('no class folders');
    const order = found.candidates.filter(({ classes }) => classes > 1).map(({ confidence }) => confidence!);
    expect(order).toEqual(order.toSorted((a, b) => b - a));
    expect(found.candidates.every(({ accuracy }) => accuracy === null)).toBe(true);
  });

  test('takes numbered classes for folders in alphabetical order', async () => {
    const names = ['ant', 'bee', 'cat', 'dog', 'elk'];
    await writeAll(
      terminal.file('animals'),
      ({ name, scores }) => `${names[Number(decisionOf(scores.pillow!))]}/${name}`,
    );
    const found = await find('animals');
    expect(found.candidates[0]).toMatchObject({ preset: 'imagenet', accuracy: 1 });
    expect(found.notes.join(' ')).toContain('alphabetical order');
  });

  test('says so when the time is up before anything is known', async () => {
    await expect(find('classes', { seconds: 0.02 })).rejects.toThrow('Not one preset was scored within 0.02 seconds.');
  });

  test('ends with a problem when it is cancelled, when data is a table, and when the model takes no picture', async () => {
    const stop = new AbortController();
    const { grant } = await terminal.client.files.grantInput({ path: terminal.file('classes') });
    const search = terminal.client.recipes.find({ model: { ref: 'plain' }, data: [grant] }, { signal: stop.signal });
    setTimeout(() => stop.abort(), 50);
    await expect(search).rejects.toThrow();
    await writeFile(terminal.file('table.csv'), 'a,b\n1,2\n3,4\n');
    await expect(find('table.csv')).rejects.toThrow('table.csv is a table, pictures are needed.');
    const presets = await terminal.client.recipes.presets({ ref: 'plain' });
    expect(presets.map(({ preset }) => preset)).toEqual([
      'zero-one',
      'minus-one-one',
      'raw',
      'imagenet',
      'keras-torch',
      'keras-tf',
      'keras-caffe',
    ]);
  });
});
