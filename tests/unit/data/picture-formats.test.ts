import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { PictureStep } from '../../../engine/contract/index.ts';
import { describeData, openShard, splitData } from '../../../engine/data/index.ts';
import type { ColumnWant, PixelColumn, RowBatch } from '../../../engine/data/index.ts';
import { difference, golden } from './golden-pictures.ts';
import { temporaryFolder } from './datasets.ts';

interface FormatCase {
  name: string;
  file: [from: number, length: number];
  size: [width: number, height: number];
  rgb: number;
  grey: number;
  turned: number;
}

const formats = golden<FormatCase>('formats');
const named = formats.cases.map((example) => [example.name, example] as const);

async function readAll(paths: string[], want: ColumnWant): Promise<RowBatch[]> {
  const batches: RowBatch[] = [];
  for (const shard of await splitData(await describeData(paths)))
    for await (const batch of openShard(shard, [want], 100)) batches.push(batch);
  return batches;
}

async function pixelsOf(
  name: string,
  file: Uint8Array,
  want: Omit<Extract<ColumnWant, { as: 'pixels' }>, 'column' | 'as'>,
): Promise<Uint8Array | string> {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, file);
  const [batch] = await readAll([path], { column: 'image', as: 'pixels', ...want });
  return batch!.rowErrors.get(0) ?? (batch!.columns[0] as PixelColumn).values;
}

/** How far libheif and libavif are apart: equal without halved chroma up to rounding, else at coloured edges only. */
const looser: Record<string, { rgb: number; grey: number }> = {
  'avif.avif': { rgb: 2, grey: 1 },
  'avif-420.avif': { rgb: 160, grey: 12 },
};

describe('pixels are those of Pillow', () => {
  test.each(named)('%s', async (name, { file, size: [width, height], rgb, grey }) => {
    const bytes = formats.piece(...file);
    const most = looser[name] ?? { rgb: 0, grey: 0 };
    const colour = (await pixelsOf(name, bytes, { width, height, channels: 3 })) as Uint8Array;
    expect(difference(colour, formats.piece(rgb, width * height * 3)).most).toBeLessThanOrEqual(most.rgb);
    const luma = (await pixelsOf(name, bytes, { width, height, channels: 1 })) as Uint8Array;
    expect(difference(luma, formats.piece(grey, width * height)).most).toBeLessThanOrEqual(most.grey);
  });

  test('a recipe that asks for it turns a picture as its EXIF orientation says', async () => {
    const { file, size, turned } = formats.cases.find(({ name }) => name === 'jpeg-turned.jpg')!;
    const [width, height] = size;
    const steps: PictureStep[] = [{ step: 'orient' }];
    const found = await pixelsOf('p.jpg', formats.piece(...file), { width: height, height: width, channels: 3, steps });
    expect(difference(found as Uint8Array, formats.piece(turned, width * height * 3))).toEqual({ most: 0, values: 0 });
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('orientation %i is that of sharp, which follows EXIF', async (orientation) => {
    const noise = Uint8Array.from({ length: 5 * 3 * 3 }, (_, index) => (index * 73) % 256);
    const stored = sharp(noise, { raw: { width: 5, height: 3, channels: 3 } }).withMetadata({ orientation });
    const file = await stored.png().toBuffer();
    const { data, info } = await sharp(file).autoOrient().raw().toBuffer({ resolveWithObject: true });
    const steps: PictureStep[] = [{ step: 'orient' }];
    const found = await pixelsOf('p.png', file, { width: info.width, height: info.height, channels: 3, steps });
    expect([...(found as Uint8Array)]).toEqual([...data]);
  });
});

describe('a picture goes through its steps', () => {
  const resize: PictureStep = { step: 'resize', algorithm: 'pillow-bilinear', to: { width: 4, height: 3 } };
  const grey = Uint8Array.from({ length: 640 * 480 }, (_, index) => (index % 640 < 320 ? 20 : 220));
  const halves = () => sharp(grey, { raw: { width: 640, height: 480, channels: 1 } });

  test('and has to be of the model\u2019s size behind them', async () => {
    const file = await halves().png().toBuffer();
    const want = { width: 4, height: 3, channels: 1 as const };
    expect(await pixelsOf('p.png', file, want)).toBe('picture is 640 x 480, the model takes 4 x 3');
    const longest: PictureStep = { step: 'resize', algorithm: 'pillow-bilinear', to: { longest: 8 } };
    expect(await pixelsOf('p.png', file, { ...want, steps: [longest] })).toBe(
      'picture is 8 x 6 after its steps, the model takes 4 x 3',
    );
    const pixels = (await pixelsOf('p.png', file, { ...want, steps: [resize] })) as Uint8Array;
    expect([pixels[0], pixels[3]]).toEqual([20, 220]);
  });

  test('with shrink-on-load only where the recipe says so, close to the whole picture and not equal', async () => {
    const noisy = grey.map((value, index) => value + ((index * 7919) % 31));
    const jpeg = await sharp(noisy, { raw: { width: 640, height: 480, channels: 1 } })
      .jpeg({ quality: 95 })
      .toBuffer();
    const want = { width: 40, height: 30, channels: 1 as const };
    const to = { width: 40, height: 30 };
    const whole = await pixelsOf('p.jpg', jpeg, { ...want, steps: [{ ...resize, to }] });
    const shrunk = await pixelsOf('p.jpg', jpeg, { ...want, steps: [{ ...resize, to, shrinkOnLoad: true }] });
    const gap = difference(shrunk as Uint8Array, whole as Uint8Array);
    expect(gap.values).toBeGreaterThan(0);
    expect(gap.most).toBeLessThan(60);
  });
});

describe('pictures that cannot be read cost their rows, and are counted by a look at the headers', () => {
  test('among those that can', async () => {
    const root = temporaryFolder();
    const good = formats.piece(...formats.cases.find(({ name }) => name === 'png.png')!.file);
    const files: Record<string, Uint8Array | string> = {
      'a/1.png': good,
      'a/2.png': 'no picture',
      'a/3.jpg': '',
      'b/4.webp': formats.piece(...formats.cases.find(({ name }) => name === 'webp.webp')!.file),
      'b/5.bmp': formats.piece(...formats.cases.find(({ name }) => name === 'bmp.bmp')!.file).subarray(0, 200),
    };
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), content);
    }
    const { look, notes } = await describeData([root]);
    expect(look).toMatchObject({
      looked: 5,
      unreadable: 2,
      sizes: [{ width: 29, height: 21, count: 3 }],
      differentSizes: 1,
    });
    expect(notes.join(' ')).toContain('Of 5 pictures looked at, 2 cannot be read: a/2.png');
    const [batch] = await readAll([root], { column: 'image', as: 'pixels', width: 29, height: 21, channels: 3 });
    expect(Object.fromEntries(batch!.rowErrors)).toEqual({
      1: 'file is not a picture that is read (JPEG, PNG, WebP, TIFF, GIF, AVIF and BMP)',
      2: 'picture file is empty',
      4: 'picture is cut off',
    });
  });

  test('whose size every format tells without decoding', async () => {
    const root = temporaryFolder();
    for (const { name, file } of formats.cases) writeFileSync(join(root, name), formats.piece(...file));
    const { look } = await describeData([root]);
    expect(look).toMatchObject({ looked: formats.cases.length, unreadable: 0 });
    const counted = look!.sizes.reduce((sum, { count }) => sum + count, 0);
    expect(counted).toBe(formats.cases.length);
    const wanted = formats.cases.filter(({ size: [width, height] }) => width === 29 && height === 21).length;
    // The turned TIFF is stored the other way round.
    expect(look!.sizes[0]).toEqual({ width: 29, height: 21, count: wanted + 1 });
  });
});

test('a table whose first name looks like a picture\u2019s first letters is a table', async () => {
  const root = temporaryFolder();
  for (const head of ['BM', 'GIF89a', 'BMI', 'RIFF'])
    writeFileSync(join(root, `${head}.csv`), `${head},other,third\n1,2,3\n4,5,6\n`);
  for (const head of ['BM', 'GIF89a', 'BMI', 'RIFF'])
    expect((await describeData([join(root, `${head}.csv`)])).format).toBe('csv');
});
