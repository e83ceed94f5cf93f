import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { expandPaths } from '../../../engine/data/index.ts';
import { problemOf, temporaryFolder } from './datasets.ts';

const folder = temporaryFolder();
const names = ['data[1].csv', 'data1.csv', 'data2.csv', 'a*b.csv', 'axb.csv', '.hidden.csv', '🚢 x.csv', "it's\n.csv"];
for (const place of ['', 'in[1]', 'in1', 'deep/er']) {
  mkdirSync(join(folder, place), { recursive: true });
  for (const name of names) writeFileSync(join(folder, place, name), 'a,b\n1,2\n');
}

async function expanded(...args: string[]): Promise<string[]> {
  const paths = await expandPaths(args.map((arg) => join(folder, arg)));
  return paths.map((path) => relative(folder, path));
}

it('a name that exists is itself, whatever it means to a glob', async () => {
  expect(await expanded('data[1].csv')).toEqual(['data[1].csv']);
  expect(await expanded('a*b.csv')).toEqual(['a*b.csv']);
  expect(await expanded('in[1]/data[1].csv')).toEqual(['in[1]/data[1].csv']);
  expect(await expanded('deep')).toEqual(['deep']);
});

it('a glob matches names in sorted order, without hidden ones', async () => {
  expect(await expanded('data*.csv')).toEqual(['data1.csv', 'data2.csv', 'data[1].csv']);
  expect(await expanded('data[0-1].csv')).toEqual(['data1.csv']);
  expect(await expanded('data[!1].csv')).toEqual(['data2.csv']);
  expect(await expanded('data?.csv')).toEqual(['data1.csv', 'data2.csv']);
  expect(await expanded('.h*.csv')).toEqual(['.hidden.csv']);
  expect(await expanded('?? x.csv', '? x.csv').catch(() => [])).toEqual([]);
  expect(await expanded('? x.csv')).toEqual(['🚢 x.csv']);
});

it('a folder with brackets is itself and a pattern goes on below it', async () => {
  expect(await expanded('in[1]/data?.csv')).toEqual(['in[1]/data1.csv', 'in[1]/data2.csv']);
  expect(await expanded('in?/data2.csv')).toEqual(['in1/data2.csv']);
  expect(await expanded('**/axb.csv')).toEqual(['axb.csv', 'deep/er/axb.csv', 'in1/axb.csv', 'in[1]/axb.csv']);
});

it('a path that is given twice is taken once', async () => {
  expect(await expanded('data1.csv', 'data[0-2].csv')).toEqual(['data1.csv', 'data2.csv']);
});

it('what matches nothing is refused with the closest name', async () => {
  const refused = await problemOf(expandPaths([join(folder, 'dat2.csv')]));
  expect(refused).toMatchObject({ code: 'FILE_MISSING', hint: expect.stringContaining('data2.csv') });
  const pattern = await problemOf(expandPaths([join(folder, 'data[5-9].csv')]));
  expect(pattern.message).toMatch(/^No file matches /);
  expect(await problemOf(expandPaths([join(folder, 'dep/er/axb.csv')]))).toMatchObject({
    hint: expect.stringMatching(/closest name in .* is deep\.$/),
  });
  expect(await problemOf(expandPaths([join(folder, 'data[9-5].csv')]))).toMatchObject({ code: 'FILE_MISSING' });
});
