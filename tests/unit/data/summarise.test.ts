import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import type { DatasetColumnSummary } from '../../../engine/contract/index.ts';
import { describeData, readRows, scanFolder } from '../../../engine/data/index.ts';
import { summariseData } from '../../../engine/data/summarise.ts';
import { problemOf, temporaryFolder, writeData } from './datasets.ts';

const folder = temporaryFolder();

async function summaryOf(path: string, columns?: string[]) {
  const description = await describeData([path]);
  const names = columns ?? description.columns.map(({ name }) => name);
  const summary = await summariseData(description, names);
  return { ...summary, of: Object.fromEntries(summary.columns.map((column) => [column.name, column])) };
}

async function parquet(select: string, name: string): Promise<string> {
  const path = join(folder, name);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  return path;
}

const total = (column: DatasetColumnSummary | undefined): number =>
  (column?.bins ?? []).reduce((sum, bin) => sum + bin.count, 0);

describe('a summary', () => {
  it('is the same of a text file, of JSON Lines and of Parquet', async () => {
    const rows = Array.from({ length: 100 }, (_, row) => ({ n: row, f: row / 4, s: `g${row % 3}`, b: row % 2 === 0 }));
    const csv = writeData(folder, `n,f,s,b\n${rows.map((row) => Object.values(row).join(',')).join('\n')}\n`);
    const lines = writeData(folder, rows.map((row) => JSON.stringify(row)).join('\n'), 'same.jsonl');
    const file = await parquet(
      `SELECT range::INT AS n, range / 4 AS f, 'g' || range % 3 AS s, range % 2 = 0 AS b FROM range(100)`,
      'same.parquet',
    );
    const [first, ...others] = await Promise.all([csv, lines, file].map((path) => summaryOf(path)));
    expect(first).toMatchObject({ rows: 100, exact: true });
    for (const other of others) expect(other).toEqual(first);
    expect(first!.of.s!.top).toEqual([
      { value: 'g0', count: 34 },
      { value: 'g1', count: 33 },
      { value: 'g2', count: 33 },
    ]);
    expect(first!.of.n).toMatchObject({ distinct: 100, min: '0', max: '99', mean: 49.5 });
    expect(first!.of.n!.bins).toEqual(
      Array.from({ length: 20 }, (_, bar) => ({ from: 5 * bar, to: 5 * bar + 5, count: 5 })),
    );
    expect(first!.of.b!.top.map(({ count }) => count)).toEqual([50, 50]);
  });

  it('takes a cell that is no number for neither a number nor a missing one', async () => {
    const cells = [...Array.from({ length: 12_000 }, () => '1'), 'x', '', 'nan', '3'];
    const { of, rows } = await summaryOf(writeData(folder, `a,b\n${cells.map((cell) => `${cell},1`).join('\n')}\n`));
    expect(rows).toBe(12_004);
    expect(of.a).toMatchObject({ missing: 2, distinct: 2, min: '1', max: '3' });
    expect(total(of.a)).toBe(12_001);
  });

  it('of more rows than are looked at is spread over all of them, and says so', async () => {
    const path = await parquet('SELECT range AS n FROM range(5000000)', 'many.parquet');
    const { rows, exact, of } = await summaryOf(path);
    expect(exact).toBe(false);
    expect(rows).toBeGreaterThan(1_000_000);
    expect(rows).toBeLessThanOrEqual(2_000_000);
    expect(Number(of.n!.max)).toBeGreaterThan(4_999_990);
    expect(of.n!.distinct).toBeLessThanOrEqual(rows);
    const counts = of.n!.bins.map(({ count }) => count);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThan(10);
  });

  it('holds out against names, values and numbers that are meant to break it', async () => {
    const name = `a"); DROP TABLE staged; --`;
    const text = `"${name.replaceAll('"', '""')}",huge,same\n`;
    const cells = [`'); DROP TABLE cells; --,1e308,7`, `${'x'.repeat(5000)},-1e308,7`, `<b>\u202e,nan,7`];
    const { of } = await summaryOf(writeData(folder, text + cells.join('\n')));
    const values = of[name]!.top.map(({ value }) => value);
    expect(values).toHaveLength(3);
    expect(values).toContain("'); DROP TABLE cells; --");
    expect(values).toContain(`${'x'.repeat(80)}…`);
    expect(of.huge).toMatchObject({ missing: 1, bins: [], min: '-1e+308', max: '1e+308' });
    expect(of.same!.bins).toEqual([{ from: 7, to: 8, count: 3 }]);
  });

  it('of a column that is not there is refused', async () => {
    const path = writeData(folder, 'a,b\n1,2\n');
    expect(await problemOf(summaryOf(path, ['c']))).toMatchObject({ code: 'BINDING_MISSING_COLUMN', subject: 'c' });
  });

  it('of pictures counts what is none', async () => {
    const root = temporaryFolder();
    for (const [name, content] of [
      ['cats/a.png', onePixel],
      ['dogs/b.png', onePixel],
      ['dogs/c.png', Buffer.from('nothing')],
    ] as const) {
      mkdirSync(join(root, name, '..'), { recursive: true });
      writeFileSync(join(root, name), content);
    }
    const { of, rows } = await summaryOf(root);
    expect(rows).toBe(3);
    expect(of.image).toMatchObject({ missing: 1, top: [{ value: '1 x 1', count: 2 }] });
    expect(of.label!.top).toEqual([
      { value: 'dogs', count: 2 },
      { value: 'cats', count: 1 },
    ]);
  });
});

const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg==',
  'base64',
);

describe('rows by their number', () => {
  const wants = [{ column: 'x', as: 'text' as const }];

  async function cellsAt(paths: string[], from: number, count: number): Promise<(string | null)[]> {
    const found = await readRows(await describeData(paths), wants, from, count);
    return found.flatMap(({ batch }) => (batch.columns[0]?.kind === 'text' ? batch.columns[0].values : []));
  }

  it('go on from file to file, whatever the format', async () => {
    const one = writeData(folder, 'x,y\n0,a\n1,"b\nb"\n2,c\n', 'one.csv');
    const two = writeData(folder, 'y;x\nd;3\ne;4\n', 'two.csv');
    expect(await cellsAt([one, two], 0, 5)).toEqual(['0', '1', '2', '3', '4']);
    expect(await cellsAt([one, two], 2, 2)).toEqual(['2', '3']);
    expect(await cellsAt([one, two], 4, 5)).toEqual(['4']);
    expect(await cellsAt([one, two], 5, 1)).toEqual([]);
    const files = await Promise.all([
      parquet('SELECT range AS x FROM range(3)', 'p1.parquet'),
      parquet('SELECT range + 3 AS x FROM range(3)', 'p2.parquet'),
    ]);
    expect(await cellsAt(files, 2, 3)).toEqual(['2', '3', '4']);
    expect(await cellsAt(files, 5, 3)).toEqual(['5']);
    const lines = writeData(folder, Array.from({ length: 9000 }, (_, row) => `{"x":${row}}`).join('\n'), 'l.jsonl');
    expect(await cellsAt([lines], 8998, 4)).toEqual(['8998', '8999']);
  });
});

describe('a first walk through a folder', () => {
  it('tells pictures from other files and stops when its time is up', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'deep', 'er'), { recursive: true });
    for (const name of ['a.png', 'deep/b.JPG', 'deep/er/c.csv', '.hidden.png']) writeFileSync(join(root, name), 'xy');
    expect(await scanFolder(root, 60_000)).toEqual({
      pictures: ['a.png', 'deep/b.JPG'],
      others: ['deep/er/c.csv'],
      pictureBytes: 4,
      partial: false,
    });
    expect(await scanFolder(root, -1)).toMatchObject({ pictures: [], partial: true });
  });
});
