import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readRow } from '../../../engine/data/index.ts';
import type { ColumnWant } from '../../../engine/data/index.ts';
import {
  asInteger,
  asNumber,
  asText,
  problemOf,
  randomNumbers,
  readData,
  readShardRows,
  rowsOf,
  temporaryFolder,
  writeData,
} from './datasets.ts';

const folder = temporaryFolder();

function table(content: string | Uint8Array): string {
  return writeData(folder, content);
}

/** A random table as its cells and as the bytes of a CSV file. */
function randomTable(seed: number): { header: string[]; rows: string[][]; text: string } {
  const random = randomNumbers(seed);
  const pick = <Item>(items: Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const columns = 2 + Math.floor(random() * 4);
  const header = Array.from({ length: columns }, (_, index) => (index === 0 ? 'id' : `c${index}"${index}`));
  const lineEnd = pick(['\n', '\r\n']);
  const pieces = [
    'a',
    '"',
    '""',
    '\n',
    '\r\n',
    '\r',
    ',',
    ';',
    'é',
    '🚢',
    ' ',
    '0',
    '-1.5',
    'NA',
    '\t',
    '“',
    '\u0000x'.slice(1),
  ];
  const rows: string[][] = [];
  let text = `${pick(['', '\ufeff'])}${header.map(quoted).join(',')}${lineEnd}`;
  const count = 1 + Math.floor(random() * 40);
  for (let row = 0; row < count; row++) {
    const cells = header.map((_, column) =>
      column === 0 ? String(row) : Array.from({ length: Math.floor(random() * 6) }, () => pick(pieces)).join(''),
    );
    rows.push(cells);
    const last = row === count - 1;
    if (random() < 0.1) text += lineEnd;
    const written = cells.map((cell) => (/[",\r\n]/.test(cell) || random() < 0.2 ? quoted(cell) : cell));
    text += written.join(',') + (last && random() < 0.5 ? '' : lineEnd);
  }
  return { header, rows, text };
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

describe('a text table', () => {
  it('gives the same cells, row numbers and addresses however finely it is split', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const { header, rows, text } = randomTable(seed);
      const path = table(text);
      const wants = asText(...header);
      const whole = await readData(path, wants);
      const expected = rows.map((cells) => cells.map((cell) => (cell === '' ? null : cell)));
      expect(
        whole.rows.map((row) => row.cells),
        `seed ${seed}`,
      ).toEqual(expected);
      expect(whole.rows.map((row) => row.rowNumber)).toEqual(rows.map((_, index) => index + 1));
      expect(whole.description.rows).toBe(rows.length);
      for (const limits of [{ targetBytes: 50 }, { targetBytes: 1 }, { maxRows: 3 }]) {
        const split = await readData(path, wants, { ...limits, batchRows: 2 });
        expect(split.rows, `seed ${seed}`).toEqual(whole.rows);
        expect(split.shards.map((shard) => shard.rows)).toEqual(
          await Promise.all(split.shards.map(async (shard) => (await readShardRows(shard, wants, 7)).rows.length)),
        );
      }
    }
  });

  it('finds every row again by its address', async () => {
    for (let seed = 100; seed < 115; seed++) {
      const { header, text } = randomTable(seed);
      const wants = asText(...header);
      const { rows, shards } = await readData(table(text), wants, { targetBytes: 80 });
      for (const row of rows) {
        const again = rowsOf(await readRow(shards[0]!, row.address, wants));
        expect(again).toEqual([{ ...row, rowNumber: 0 }]);
      }
    }
  });

  it('hands out batches of exactly the wanted size, the last one shorter', async () => {
    const lines = Array.from({ length: 10 }, (_, row) => `${row},${row * 2}`);
    const { shards } = await readData(table(`a,b\n${lines.join('\n')}\n`), asNumber('a'));
    expect((await readShardRows(shards[0]!, asNumber('a'), 4)).sizes).toEqual([4, 4, 2]);
    expect((await readShardRows(shards[0]!, asNumber('a'), 5)).sizes).toEqual([5, 5]);
  });

  it('digests exactly the bytes of each shard', async () => {
    const path = table(`a,b\n${Array.from({ length: 50 }, (_, row) => `${row},x${row}`).join('\n')}`);
    const { shards, digests } = await readData(path, asText('a'), { targetBytes: 64 });
    const bytes = readFileSync(path);
    expect(shards.length).toBeGreaterThan(3);
    expect(digests).toEqual(
      shards.map(({ from, to }) => createHash('sha256').update(bytes.subarray(from, to)).digest('hex')),
    );
    expect(shards.map(({ from }) => from).slice(1)).toEqual(shards.map(({ to }) => to).slice(0, -1));
  });

  it('reads rows that do not fit into one read of the file', async () => {
    const long = 'x'.repeat(5_000_000);
    const path = table(`a,b\n1,"${long}\n${long}"\n2,${long}\n3,end\n`);
    const { rows } = await readData(path, [...asNumber('a'), ...asText('b')]);
    expect(rows.map(({ cells }) => (cells as unknown[])[0])).toEqual([1, 2, 3]);
    expect(((rows[0]!.cells as string[])[1] ?? '').length).toBe(10_000_001);
  });

  it('orders columns as they are wanted and gives one column twice', async () => {
    const wants: ColumnWant[] = [...asText('b'), ...asNumber('a'), ...asText('a'), ...asInteger('a')];
    const { rows } = await readData(table('a,b\n007,x\n'), wants);
    expect(rows[0]!.cells).toEqual(['x', 7, '007', 7n]);
  });

  it('refuses a column that is not there', async () => {
    const { shards } = await readData(table('a,b\n1,2\n'), asText('a'));
    const refused = await problemOf(readShardRows(shards[0]!, asText('c'), 10));
    expect(refused).toMatchObject({ code: 'BINDING_MISSING_COLUMN', subject: 'c' });
  });

  it('keeps names like __proto__ and constructor as names', async () => {
    const { rows, description } = await readData(
      table('__proto__,constructor\n1,2\n'),
      asNumber('__proto__', 'constructor'),
    );
    expect(description.columns.map(({ name }) => name)).toEqual(['__proto__', 'constructor']);
    expect(rows[0]!.cells).toEqual([1, 2]);
  });
});

describe('a broken row', () => {
  it('with too few or too many cells fails alone and says how many it has', async () => {
    const { rows } = await readData(table('a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,"11"\n12,13,14\n'), asNumber('a', 'c'));
    expect(rows.map(({ cells }) => cells)).toEqual([
      [1, 3],
      { error: 'row has 2 cells, the header has 3' },
      { error: 'row has 4 cells, the header has 3' },
      { error: 'row has 2 cells, the header has 3' },
      [12, 14],
    ]);
    expect(rows.map(({ rowNumber }) => rowNumber)).toEqual([1, 2, 3, 4, 5]);
  });

  it('whose quote is never closed costs one line, however the file is split', async () => {
    const path = table('a,b\n1,x\n2,"open\n3,y\n4,z""\n5,""\n');
    const expected = [
      [1, 'x'],
      { error: 'a quote opens a cell and is not closed behind its text; the row was taken to end with its line' },
      [3, 'y'],
      [4, 'z""'],
      [5, null],
    ];
    for (const targetBytes of [1, 10, 1000]) {
      const { rows } = await readData(path, [...asNumber('a'), ...asText('b')], { targetBytes });
      expect(rows.map(({ cells }) => cells)).toEqual(expected);
    }
  });

  it('whose quote is closed by the next quoted cell costs one line', async () => {
    const { rows } = await readData(table('a,b\n1,"open\n2,"x"\n3,"y"\n'), [...asNumber('a'), ...asText('b')], {
      targetBytes: 4,
    });
    expect(rows.map(({ cells }) => cells)).toEqual([
      { error: 'a quote opens a cell and is not closed behind its text; the row was taken to end with its line' },
      [2, 'x'],
      [3, 'y'],
    ]);
  });

  it('with text behind a closing quote fails alone', async () => {
    const { rows } = await readData(table('a,b\n1,"x"y\n2,z\n'), asText('b'));
    expect(rows.map(({ cells }) => cells)).toEqual([
      { error: expect.stringContaining('behind the closing quote') },
      ['z'],
    ]);
  });

  it('does not take a quote that opens in a large file to its end', async () => {
    const line = `${'z'.repeat(999)},1\n`;
    const path = table(`a,b\n"open,1\n${line.repeat(40_000)}`);
    const { rows, shards } = await readData(path, asNumber('b'), { batchRows: 50_000 });
    expect(rows.length).toBe(40_001);
    expect(rows[0]!.cells).toEqual({ error: expect.stringContaining('not closed') });
    expect(rows.filter(({ cells }) => 'error' in cells).length).toBe(1);
    expect(shards.length).toBeGreaterThan(1);
  });

  it('that is not UTF-8 fails where its text is wanted, and only there', async () => {
    const bytes = Buffer.concat([Buffer.from('a,b\n1,caf'), Buffer.from([0xe9]), Buffer.from('\n2,café\n')]);
    const path = table(bytes);
    const both = await readData(path, [...asNumber('a'), ...asText('b')]);
    expect(both.rows.map(({ cells }) => cells)).toEqual([{ error: 'the cell of b is not valid UTF-8' }, [2, 'café']]);
    const numbers = await readData(path, asNumber('a'));
    expect(numbers.rows.map(({ cells }) => cells)).toEqual([[1], [2]]);
    expect(both.description.notes.join()).toContain('iconv -f WINDOWS-1252');
  });

  it('is refused when it has no end within 32 MiB', async () => {
    const path = table(`a,b\n1,2\n${'x'.repeat(33 * 1024 * 1024)}`);
    expect(await problemOf(readData(path, asText('a')))).toMatchObject({ code: 'DATA_INVALID' });
  });
});

describe('cells of a text table', () => {
  it('are missing where empty, and in numbers where NaN is spelled out', async () => {
    const { rows } = await readData(table('a,b\n,\n"",""\nNA,NA\nnan,null\n1,None\n'), [
      ...asNumber('a'),
      ...asText('b'),
    ]);
    expect(rows.map(({ cells }) => cells)).toEqual([
      [null, null],
      [null, null],
      [null, 'NA'],
      [null, 'null'],
      [1, 'None'],
    ]);
  });

  it('that are no numbers are kept with their text', async () => {
    const { rows } = await readData(table('a;b\n1,5;x\n0x10;y\n 2 ;z\n"3";w\ntrue;v\n'), asNumber('a', 'b'));
    expect(rows.map(({ cells }) => cells)).toEqual([
      [{ invalid: '1,5' }, { invalid: 'x' }],
      [{ invalid: '0x10' }, { invalid: 'y' }],
      [2, { invalid: 'z' }],
      [3, { invalid: 'w' }],
      [1, { invalid: 'v' }],
    ]);
  });

  it('are shortened to 200 characters where they are invalid', async () => {
    const { rows } = await readData(table(`a,b\n${'y'.repeat(500)},1\n2,2\n`), asNumber('a'));
    expect(rows[0]!.cells).toEqual([{ invalid: `${'y'.repeat(200)}…` }]);
  });

  it('are exact as 64-bit integers', async () => {
    const cells = ['9007199254740993', '-9223372036854775808', '9223372036854775808', '3.0', '3.5', '12e2', 'inf', ''];
    const { rows } = await readData(table(`a,b\n${cells.map((cell) => `${cell},x`).join('\n')}`), asInteger('a'));
    expect(rows.map((row) => (row.cells as unknown[])[0])).toEqual([
      9007199254740993n,
      -9223372036854775808n,
      { invalid: '9223372036854775808' },
      3n,
      { invalid: '3.5' },
      1200n,
      { invalid: 'inf' },
      null,
    ]);
  });

  it('of an empty line are missing in a table of one column and skipped in others', async () => {
    expect((await readData(table('a\n1\n\n3\n'), asNumber('a'))).rows.map(({ cells }) => cells)).toEqual([
      [1],
      [null],
      [3],
    ]);
    expect((await readData(table('a,b\n1,1\n\r\n\n3,3\n\n'), asNumber('a'))).rows.map(({ cells }) => cells)).toEqual([
      [1],
      [3],
    ]);
  });

  it('keep a lone carriage return and lose the one before a line feed', async () => {
    const { rows } = await readData(table('a,b\r\n1,x\ry\r\n2,"z"\r\n3,w\r'), asText('b'));
    expect(rows.map(({ cells }) => cells)).toEqual([['x\ry'], ['z'], ['w']]);
  });
});
