import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { describeData, openShard, readRow, splitData } from '../../../engine/data/index.ts';
import type { ColumnWant, PixelColumn, RowBatch } from '../../../engine/data/index.ts';
import { zip } from '../models/zip-builder.ts';
import type { ZipEntry } from '../models/zip-builder.ts';
import { problemOf, temporaryFolder } from './datasets.ts';

const image: ColumnWant = { column: 'image', as: 'pixels', width: 4, height: 3, channels: 1 };
const wants: ColumnWant[] = [image, { column: 'label', as: 'text' }, { column: 'image', as: 'text' }];

/** A 4 x 3 PNG of one level. */
function flat(level: number): Promise<Buffer> {
  const pixels = new Uint8Array(12).fill(level);
  return sharp(pixels, { raw: { width: 4, height: 3, channels: 1 } })
    .png()
    .toBuffer();
}

function archive(entries: ZipEntry[], name = 'photos.zip', folder = temporaryFolder()): string {
  const path = join(folder, name);
  writeFileSync(path, zip(entries));
  return path;
}

async function batchOf(paths: string[]): Promise<RowBatch> {
  const [shard] = await splitData(await describeData(paths));
  for await (const batch of openShard(shard!, wants, 100)) return batch;
  throw new Error('no batch');
}

test('pictures of a zip archive are rows with their entry as address and their folder as label', async () => {
  const path = archive([
    { name: 'photos/', method: 0 },
    { name: 'photos/dog/b.png', content: await flat(30) },
    { name: 'photos/cat/a.png', content: await flat(10), method: 0 },
    { name: 'photos/cat/.hidden.png', content: await flat(1) },
    { name: '__MACOSX/photos/cat/a.png', content: 'resource fork' },
    { name: 'photos/readme.txt', content: 'about' },
  ]);
  const description = await describeData([path]);
  expect(description).toMatchObject({ format: 'images', rows: 2, look: { looked: 2, unreadable: 0 } });
  expect(description.sample.rows).toEqual([
    ['photos/cat/a.png', 'cat'],
    ['photos/dog/b.png', 'dog'],
  ]);
  // An archive is a file: it is told from itself at another time by its own size.
  expect(description.files).toMatchObject([{ path, bytes: statSync(path).size }]);
  const batch = await batchOf([path]);
  const [pixels, labels, names] = batch.columns;
  expect((pixels as PixelColumn).values).toEqual(Uint8Array.from([...Array(12).fill(10), ...Array(12).fill(30)]));
  expect(labels).toEqual({ kind: 'text', values: ['cat', 'dog'] });
  expect(names).toEqual({ kind: 'text', values: ['photos/cat/a.png', 'photos/dog/b.png'] });
  const flatArchive = archive([{ name: 'all/1.png', content: await flat(1) }]);
  expect((await describeData([flatArchive])).columns.map(({ name }) => name)).toEqual(['image']);
  const [first, second] = batch.addresses;
  expect(first).toBeGreaterThan(second!);
  const [shard] = await splitData(description);
  const again = await readRow(shard!, second!, [image], { fileIndex: 1 });
  expect((again.columns[0] as PixelColumn).values).toEqual(new Uint8Array(12).fill(30));
});

test('several archives go by their names', async () => {
  const folder = temporaryFolder();
  const one = archive([{ name: '1.png', content: await flat(1) }], 'one.zip', folder);
  const two = archive([{ name: '2.png', content: await flat(2) }], 'two.zip', folder);
  const { columns } = await batchOf([one, two]);
  expect(columns[2]).toEqual({ kind: 'text', values: ['one.zip/1.png', 'two.zip/2.png'] });
});

test('a damaged, lying or oversized entry costs its own row', async () => {
  const good = await flat(7);
  const path = archive([
    { name: 'a.png', content: good },
    { name: 'b.png', content: 'no picture' },
    { name: 'c.png', content: good, claimed: 20 },
    { name: 'd.png', content: good, claimed: 300 * 1024 * 1024 },
    { name: 'e.png', content: good },
    { name: 'f.png', content: await flat(9), method: 0 },
  ]);
  const bytes = readFileSync(path);
  const last = bytes.lastIndexOf(Buffer.from('IEND'));
  bytes[last - 20] = bytes[last - 20]! ^ 255;
  writeFileSync(path, bytes);
  const { rowErrors } = await batchOf([path]);
  expect(Object.fromEntries(rowErrors)).toEqual({
    1: 'file is not a picture that is read (JPEG, PNG, WebP, TIFF, GIF, AVIF and BMP)',
    2: 'entry of the archive is larger than its list says',
    3: `picture file has ${300 * 1024 * 1024} bytes, at most ${256 * 1024 * 1024} are read`,
    5: 'entry of the archive is damaged',
  });
});

test.each<[string, (png: Buffer) => ZipEntry[], string]>([
  ['leads out', (content) => [{ name: '../x.png', content }], 'an entry that leads out of it: "../x.png"'],
  ['leads out with backslashes', (content) => [{ name: 'a\\..\\..\\x.png', content }], 'an entry that leads out of it'],
  ['is absolute', (content) => [{ name: '/etc/x.png', content }], 'an entry with the absolute path'],
  ['is a link', (content) => [{ name: 'x.png', content, mode: 0o120777 }], 'a link or device: "x.png"'],
  ['is encrypted', (content) => [{ name: 'x.png', content, flags: 1 }], 'an encrypted entry: "x.png"'],
  [
    'is packed unknowably',
    (content) => [{ name: 'x.png', content, method: 99 }],
    'an entry packed in a way that is not known here',
  ],
  [
    'occurs twice',
    (content) => [
      { name: 'x.png', content },
      { name: './x.png', content },
    ],
    'two entries with the name',
  ],
])('an archive is refused for an entry that %s', async (_what, entries, words) => {
  const good = { name: 'good.png', content: await flat(1) };
  const path = archive([good, ...entries(await flat(2))]);
  const refused = await problemOf(describeData([path]));
  expect(refused).toMatchObject({
    code: 'DATA_INVALID',
    subject: path,
    hint: 'Unpack it yourself and give the folder.',
  });
  expect(refused.message).toContain(`photos.zip holds ${words}`);
});

test('entries that share bytes are refused: a small archive would be read for ever', async () => {
  const bytes = zip([
    { name: 'a.png', content: await flat(1), method: 0 },
    { name: 'b.png', content: await flat(2), method: 0 },
  ]);
  // The second entry of the list points at the first one's bytes.
  const directory = bytes.lastIndexOf(Buffer.from('PK\x01\x02'));
  bytes.writeUInt32LE(0, directory + 42);
  const path = join(temporaryFolder(), 'bomb.zip');
  writeFileSync(path, bytes);
  expect((await problemOf(describeData([path]))).message).toContain('entries that lie over each other');
});

test('an archive that changed since the plan fails, one without pictures is refused', async () => {
  const path = archive([{ name: 'a.png', content: await flat(1) }]);
  const description = await describeData([path]);
  const [shard] = await splitData(description);
  writeFileSync(path, zip([{ name: 'a.png', content: await flat(200) }, { name: 'b.png' }]));
  const read = async (): Promise<void> => {
    for await (const batch of openShard(shard!, wants, 1)) expect(batch.rows).toBe(1);
  };
  expect(await problemOf(read())).toMatchObject({ code: 'FILE_CHANGED' });
  const none = archive([{ name: 'a.txt', content: 'x' }]);
  expect(await problemOf(describeData([none]))).toMatchObject({ code: 'FORMAT_NOT_SUPPORTED' });
});
