import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { describeData, openShard, readRow, splitData } from '../../../engine/data/index.ts';
import type { ColumnWant, PixelColumn, RowBatch } from '../../../engine/data/index.ts';
import { problemOf, temporaryFolder } from './datasets.ts';

const pixels = (width: number, height: number, channels: 1 | 3): ColumnWant => ({
  column: 'image',
  as: 'pixels',
  width,
  height,
  channels,
});
const label: ColumnWant = { column: 'label', as: 'text' };

/** Colours of a 4 x 3 picture. */
const colours = Uint8Array.from({ length: 4 * 3 * 3 }, (_, index) => (index * 37 + 11) % 256);
const raw = { raw: { width: 4, height: 3, channels: 3 as const } };

function png(): Sharp {
  return sharp(colours, raw).png();
}

function greys(): Uint8Array {
  return Uint8Array.from({ length: 12 }, (_, pixel) => {
    const [red, green, blue] = colours.subarray(3 * pixel, 3 * pixel + 3) as unknown as [number, number, number];
    return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  });
}

/** A JPEG with halved chroma, written by Pillow 11.0.0; the digests are those of its own RGB and L pixels. */
const pillowJpeg = [
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYn',
  'KSopGR8tMC0oMCUoKSj/2wBDAQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo',
  'KCgoKCgoKCj/wAARCAAJAAwDASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAABgQH/8QAJhAAAQMCAgsAAAAAAAAAAAAAAQIE',
  'BgADBREHEyEjMjVCUYKhsv/EABUBAQEAAAAAAAAAAAAAAAAAAAMG/8QAIxEAAQIFAwUAAAAAAAAAAAAAAQIRAAMEBSEGEkETMWGh',
  'wf/aAAwDAQACEQMRAD8AOxfRpwbn1VMriymmJpbtbjlGqtJFxNpRSArae4zORFblF+mjch5058PhNBO1BUWvpiQA6grJz228eX9R',
  'OzdR1iLSChTOoDBI4J+R/9k=',
].join('');
const pillowRgb = 'd29ed0b3271ad97803cf91435435d3b9aae9cdc1e8d05e3c4e5e96fd3839d3d5';
const pillowGrey = '9c70327f48135b1ca2fc2bebe3a423fcdc627885aff901d72ac34f80312e8054';

function folderOf(files: Record<string, Uint8Array | string>): string {
  const root = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

async function batchesOf(path: string | string[], wants: ColumnWant[], batchRows = 100): Promise<RowBatch[]> {
  const shards = await splitData(await describeData(typeof path === 'string' ? [path] : path));
  const batches: RowBatch[] = [];
  for (const shard of shards) for await (const batch of openShard(shard, wants, batchRows)) batches.push(batch);
  return batches;
}

/** The pixels of one picture, or why it has none. */
async function decoded(content: Uint8Array | string, want: ColumnWant, name = 'p.png'): Promise<number[] | string> {
  const [batch] = await batchesOf(folderOf({ [name]: content }), [want]);
  const error = batch!.rowErrors.get(0);
  return error ?? Array.from((batch!.columns[0] as PixelColumn).values);
}

describe('pictures in class folders', () => {
  it('are rows in the order of their paths with the folder as label', async () => {
    const one = await png().toBuffer();
    const two = await png().negate().toBuffer();
    const root = folderOf({
      'b/2.png': two,
      'a/10.png': one,
      'a/2.PNG': two,
      'a/.hidden.png': one,
      '.DS_Store': 'x',
      'a/Thumbs.db': 'x',
      '__MACOSX/a/2.png': one,
      'README.txt': 'about',
    });
    const description = await describeData([root]);
    expect(description.columns).toEqual([
      { name: 'image', type: 'image', missing: 0 },
      { name: 'label', type: 'string', missing: 0 },
    ]);
    expect(description.rows).toBe(3);
    expect(description.sample.rows).toEqual([
      ['a/10.png', 'a'],
      ['a/2.PNG', 'a'],
      ['b/2.png', 'b'],
    ]);
    expect(description.notes).toContain('The label is the name of the folder: a, b (2 classes).');
    const [batch] = await batchesOf(root, [pixels(4, 3, 3), label, { column: 'image', as: 'text' }]);
    const [image, labels, names] = batch!.columns;
    expect(labels).toEqual({ kind: 'text', values: ['a', 'a', 'b'] });
    expect(names).toEqual({ kind: 'text', values: ['a/10.png', 'a/2.PNG', 'b/2.png'] });
    const negative = colours.map((value) => 255 - value);
    expect((image as PixelColumn).values).toEqual(Uint8Array.from([...colours, ...negative, ...negative]));
    expect([batch!.files, batch!.rowNumbers, batch!.addresses]).toEqual([
      Int32Array.of(0, 1, 2),
      Float64Array.of(1, 1, 1),
      Float64Array.of(0, 0, 0),
    ]);
  });

  it('have no label without folders or with folders of several levels', async () => {
    const one = await png().toBuffer();
    const flat = await describeData([folderOf({ '1.png': one, '2.png': one })]);
    expect(flat.columns.map(({ name }) => name)).toEqual(['image']);
    const deep = await describeData([folderOf({ 'a/1.png': one, 'a/b/2.png': one })]);
    expect(deep.columns.map(({ name }) => name)).toEqual(['image']);
    expect(deep.notes.join()).toContain('several levels');
  });

  it('are read one by one as well, and a picture beside a table is refused', async () => {
    const root = folderOf({
      'x/1.png': await png().toBuffer(),
      'x/2.png': await png().toBuffer(),
      't.csv': 'a,b\n1,2\n',
    });
    const list = await describeData([join(root, 'x/2.png'), join(root, 'x/1.png')]);
    expect(list.sample.rows).toEqual([['2.png'], ['1.png']]);
    expect(await problemOf(describeData([root]))).toMatchObject({ code: 'DATA_INVALID' });
  });

  it('come in shards of at most 256, the first ones smaller, each row found again, digested by file', async () => {
    const one = await png().toBuffer();
    const root = folderOf(Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`${1000 + index}.png`, one])));
    const shards = await splitData(await describeData([root]));
    expect(shards.map(({ rows }) => rows)).toEqual([32, 64, 128, 76]);
    const reader = openShard(shards[3]!, [pixels(4, 3, 3)], 30);
    const sizes: number[] = [];
    for await (const batch of reader) sizes.push(batch.rows);
    expect(sizes).toEqual([30, 30, 16]);
    const digest = createHash('sha256').update(one).digest('hex');
    expect(reader.digest()).toBe(createHash('sha256').update(digest.repeat(76)).digest('hex'));
    const again = await readRow(shards[3]!, 0, [pixels(4, 3, 3), { column: 'image', as: 'text' }], { fileIndex: 75 });
    expect((again.columns[0] as PixelColumn).values).toEqual(colours);
    expect(again.columns[1]).toEqual({ kind: 'text', values: ['1299.png'] });
  });

  it('fail when one changed or vanished since the plan', async () => {
    const root = folderOf({ 'a.png': await png().toBuffer(), 'b.png': await png().toBuffer() });
    const description = await describeData([root]);
    const [shard] = await splitData(description);
    writeFileSync(join(root, 'b.png'), await png().negate().toBuffer());
    const read = async (): Promise<void> => {
      for await (const batch of openShard(shard!, [pixels(4, 3, 3)], 1)) expect(batch.rows).toBe(1);
    };
    expect(await problemOf(read())).toMatchObject({ code: 'FILE_CHANGED', subject: join(root, 'b.png') });
    writeFileSync(join(root, 'c.png'), readFileSync(join(root, 'a.png')));
    expect(await problemOf(splitData(description))).toMatchObject({ code: 'FILE_CHANGED' });
  });
});

describe('pixels', () => {
  it('become grey by ITU-R 601-2 luma with integer weights, and colour from grey by repetition', async () => {
    expect(await decoded(await png().toBuffer(), pixels(4, 3, 1))).toEqual([...greys()]);
    const grey = sharp(greys(), { raw: { width: 4, height: 3, channels: 1 } });
    const file = await grey.png().toBuffer();
    expect(await decoded(file, pixels(4, 3, 1))).toEqual([...greys()]);
    expect(await decoded(file, pixels(4, 3, 3))).toEqual([...greys()].flatMap((value) => [value, value, value]));
  });

  it('lose their alpha without being blended', async () => {
    const withAlpha = Uint8Array.from({ length: 48 }, (_, index) =>
      index % 4 === 3 ? 17 : (colours[Math.floor(index / 4) * 3 + (index % 4)] as number),
    );
    const file = await sharp(withAlpha, { raw: { width: 4, height: 3, channels: 4 } })
      .png()
      .toBuffer();
    expect(await decoded(file, pixels(4, 3, 3))).toEqual([...colours]);
  });

  it('come out of a palette and of a colour profile as they are stored', async () => {
    const palette = await png().png({ palette: true, quality: 100, dither: 0, effort: 10 }).toBuffer();
    expect(await decoded(palette, pixels(4, 3, 3))).toEqual([...colours]);
    const profiled = await sharp(colours, raw).withIccProfile('p3', { attach: true }).png().toBuffer();
    const stored = await sharp(profiled, { ignoreIcc: true }).raw().toBuffer();
    expect((await sharp(profiled).metadata()).icc).toBeDefined();
    expect(await decoded(profiled, pixels(4, 3, 3))).toEqual([...stored]);
  });

  it('of a JPEG equal those of Pillow, in colour and in grey', async () => {
    const file = Buffer.from(pillowJpeg, 'base64');
    const digest = (values: number[] | string): string =>
      createHash('sha256')
        .update(Buffer.from(values as number[]))
        .digest('hex');
    expect(digest(await decoded(file, pixels(12, 9, 3), 'p.jpg'))).toBe(pillowRgb);
    expect(digest(await decoded(file, pixels(12, 9, 1), 'p.jpg'))).toBe(pillowGrey);
  });

  it('are not turned by the orientation that a JPEG names', async () => {
    const file = await sharp(colours, raw).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
    expect(await decoded(file, pixels(4, 3, 3), 'p.jpg')).toEqual([...(await sharp(file).raw().toBuffer())]);
  });

  it.each<[string, () => Promise<Uint8Array | string>, string]>([
    [
      'another size',
      () =>
        sharp({ create: { width: 10, height: 8, channels: 3, background: 'red' } })
          .png()
          .toBuffer(),
      'picture is 10 x 8, the model takes 4 x 3',
    ],
    ['an empty file', async () => '', 'picture file is empty'],
    [
      'a text',
      async () => 'not a picture',
      'file is not a picture that is read (JPEG, PNG, WebP, TIFF, GIF, AVIF and BMP)',
    ],
  ])('are refused for that row: %s', async (_name, content, words) => {
    expect(await decoded(await content(), pixels(4, 3, 3))).toBe(words);
  });

  it('are refused for that row when the file is cut off', async () => {
    const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, index) => (index * index * 31) % 251);
    const big = sharp(noise, { raw: { width: 64, height: 64, channels: 3 } });
    for (const [name, file] of [
      ['p.png', await big.png().toBuffer()],
      ['p.jpg', await big.jpeg().toBuffer()],
    ] as const) {
      expect(await decoded(file.subarray(0, file.length >> 1), pixels(64, 64, 3), name)).toBe('picture is cut off');
    }
  });

  it('are refused before decoding when there are too many', async () => {
    const file = await sharp({ create: { width: 12_000, height: 9000, channels: 3, background: 'red' } })
      .png({ compressionLevel: 1 })
      .toBuffer();
    expect(await decoded(file, pixels(4, 3, 3))).toMatch(/100 million/);
  }, 60_000);
});
