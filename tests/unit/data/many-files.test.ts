import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeData, splitData } from '../../../engine/data/index.ts';
import type { DataProgress } from '../../../engine/data/index.ts';
import { problemOf, temporaryFolder, writeData } from './datasets.ts';

const root = temporaryFolder();

function folderOf(name: string, files: number, content: (file: number) => string, ending = 'csv'): string {
  const folder = join(root, name);
  mkdirSync(folder);
  for (let file = 0; file < files; file++)
    writeData(folder, content(file), `part-${String(file).padStart(4, '0')}.${ending}`);
  return folder;
}

test('a look at many files tells how many there are and how far it is, and never goes back', async () => {
  const heard: DataProgress[] = [];
  const folder = folderOf('progress', 300, () => 'a,b\n1,2\n');
  const description = await describeData([folder], { onProgress: (progress) => heard.push(progress) });
  const looked = heard.filter(({ phase }) => phase === 'looking at the files');
  expect(looked.length).toBeGreaterThan(2);
  expect(new Set(looked.map(({ total }) => total))).toEqual(new Set([300]));
  expect(looked.map(({ done }) => done)).toEqual(looked.map(({ done }) => done).toSorted((a, b) => a - b));
  heard.length = 0;
  expect(await splitData(description, { onProgress: (progress) => heard.push(progress) })).toHaveLength(300);
  expect(heard.at(-1)).toEqual({ phase: 'counting the rows', done: 300 * 8, total: 300 * 8, unit: 'bytes' });
});

test('pictures are counted before they are looked at', async () => {
  const heard: DataProgress[] = [];
  const folder = folderOf('pictures', 600, () => 'not looked at before it is decoded', 'png');
  await describeData([folder], { onProgress: (progress) => heard.push(progress) });
  expect(heard.at(-1)).toEqual({ phase: 'looking at the pictures', done: 600, total: 600, unit: 'pictures' });
});

test('what is to be said of every file is said once', async () => {
  const folder = folderOf('notes', 120, (file) => `\ufeffa,b\n${file},2\n`);
  const { notes } = await describeData([folder]);
  expect(notes).toEqual(['part-0000.csv and 119 more: The file begins with a byte order mark, which is skipped.']);
});

test('what is to be said of each file stays short', async () => {
  const folder = folderOf('faults', 200, (file) => `a,b\n1,2\n3,4,${file}\n5,6\n`);
  const { notes } = await describeData([folder]);
  expect(notes).toHaveLength(51);
  expect(notes[0]).toMatch(/part-0000.csv cannot be read; row 2: row has 3 cells/);
  expect(notes.at(-1)).toBe('150 more notes like these.');
});

test('names of very many columns are told by the first of them', async () => {
  const names = Array.from({ length: 5000 }, (_, column) => `column_${column}`);
  const cells = names.map(() => '1').join(',');
  const path = writeData(root, `${names.join(',')}\n${names.map(() => '').join(',')}\n`, 'empty.csv');
  const { notes, columns } = await describeData([path]);
  expect(columns).toHaveLength(5000);
  expect(notes.join('\n').length).toBeLessThan(1000);
  expect(notes.join('\n')).toContain('column_19 and 4980 others');
  const twice = writeData(root, `${[...names, ...names].join(',')}\n${cells},${cells}\n`, 'twice.csv');
  const refused = await problemOf(describeData([twice]));
  expect(refused).toMatchObject({ code: 'DATA_INVALID', subject: 'column_0' });
  expect(refused.message).toContain('column_19 and 4980 others more than once');
});

test('a row that is longer than what is read at once is read whole, in small and in large files', async () => {
  for (const bytes of [1000, 3_000_000]) {
    const path = writeData(root, `name,b\n"${'x'.repeat(bytes)}\n",1\nshort,2\n`, `long-${bytes}.csv`);
    expect(await describeData([path])).toMatchObject({ rows: 2 });
    expect(await splitData(await describeData([path]))).toMatchObject([{ rows: 2, firstRow: 1 }]);
  }
});
