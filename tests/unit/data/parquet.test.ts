import { renameSync, writeFileSync, readFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeData, openDuckDb, readRow, splitData, sqlString } from '../../../engine/data/index.ts';
import {
  asInteger,
  asNumber,
  asText,
  problemOf,
  readData,
  readShardRows,
  rowsOf,
  temporaryFolder,
} from './datasets.ts';

const folder = temporaryFolder();
let made = 0;

/** Writes the rows of a query as Parquet. */
async function parquet(query: string, rowGroup = 122_880, path = join(folder, `p${++made}.parquet`)): Promise<string> {
  const plain = join(folder, 'being-written.parquet');
  const db = await openDuckDb({ allowedFolders: [folder] });
  try {
    await db.connection.run(`COPY (${query}) TO ${sqlString(plain)} (FORMAT parquet, ROW_GROUP_SIZE ${rowGroup})`);
  } finally {
    db.close();
  }
  renameSync(plain, path);
  return path;
}

describe('a Parquet file', () => {
  it('is described with exact rows, types and missing cells', async () => {
    const path =
      await parquet(`SELECT range AS i, CASE WHEN range % 2 = 0 THEN range / 3.0 END AS f, range::VARCHAR AS s,
      range % 3 = 0 AS b, DATE '2020-01-01' + range::INTEGER AS d, TIMESTAMP '2020-01-01 10:00:00.5' AS t,
      [range] AS l, {'k': range} AS st, range::DECIMAL(10,2) AS dec, 18446744073709551615::UBIGINT AS big FROM range(100)`);
    const description = await describeData([path]);
    expect(description.rows).toBe(100);
    expect(description.columns).toEqual(
      [
        ['i', 'integer', 0],
        ['f', 'float', 50],
        ['s', 'string', 0],
        ['b', 'boolean', 0],
        ['d', 'date', 0],
        ['t', 'timestamp', 0],
        ['l', 'list', 0],
        ['st', 'struct', 0],
        ['dec', 'float', 0],
        ['big', 'integer', 0],
      ].map(([name, type, missing]) => ({ name, type, missing })),
    );
    expect(description.sample.rows[1]).toEqual([
      1,
      null,
      '1',
      false,
      '2020-01-02',
      '2020-01-01T10:00:00.5',
      '[1]',
      '{"k":1}',
      1,
      '18446744073709551615',
    ]);
  });

  it('gives the same rows however its row groups are split or merged', async () => {
    const path = await parquet(
      `SELECT range AS i, CASE WHEN range % 7 <> 0 THEN range * 1.5 END AS f, 'r' || range AS s FROM range(10000)`,
      2048,
    );
    const wants = [...asNumber('i', 'f'), ...asText('s')];
    const expected = Array.from({ length: 10_000 }, (_, row) => ({
      cells: [row, row % 7 === 0 ? null : row * 1.5, `r${row}`],
      rowNumber: row + 1,
      address: row,
      file: 0,
    }));
    const sizes = [];
    for (const maxRows of [65_536, 2048, 5000, 700]) {
      const { rows, shards } = await readData(path, wants, { maxRows, batchRows: 333 });
      expect(rows).toEqual(expected);
      expect(Math.max(...shards.map((shard) => shard.rows))).toBeLessThanOrEqual(maxRows);
      sizes.push(shards.length);
    }
    expect(sizes).toEqual([1, 5, 3, 15]);
  });

  it('hands out batches of exactly the wanted size across chunks and row groups', async () => {
    const path = await parquet('SELECT range AS i FROM range(5000)', 2048);
    const [shard] = await splitData(await describeData([path]));
    expect((await readShardRows(shard!, asNumber('i'), 3000)).sizes).toEqual([3000, 2000]);
    expect((await readShardRows(shard!, asNumber('i'), 1)).sizes.length).toBe(5000);
  });

  it('is exact in 64-bit integers, decimals and larger integers', async () => {
    const path = await parquet(`SELECT * FROM (VALUES
      (9007199254740993::BIGINT, 0.1::DECIMAL(38,20), 18446744073709551615::UBIGINT, 1.5::DOUBLE),
      ('-9223372036854775808'::BIGINT, 123456789012345678.12345678901234567890::DECIMAL(38,20), 7::UBIGINT, 3.0::DOUBLE),
      (NULL, NULL, NULL, 'nan'::DOUBLE)) AS v(i, d, u, f)`);
    const { rows } = await readData(path, [...asInteger('i', 'u', 'f'), ...asNumber('d', 'i'), ...asText('i', 'd')]);
    expect(rows.map(({ cells }) => cells)).toEqual([
      [
        9007199254740993n,
        { invalid: '18446744073709551615' },
        { invalid: '1.5' },
        0.1,
        9007199254740992,
        '9007199254740993',
        '0.10000000000000000000',
      ],
      [
        -9223372036854775808n,
        7n,
        3n,
        Number('123456789012345678.12345678901234567890'),
        -(2 ** 63),
        '-9223372036854775808',
        '123456789012345678.12345678901234567890',
      ],
      [null, null, null, null, null, null, null],
    ]);
  });

  it('gives the shortest text of numbers, ISO times in UTC, and JSON text of nested values', async () => {
    const path =
      await parquet(`SELECT 0.1::FLOAT AS f, 1.0::DOUBLE AS g, 1e300::DOUBLE AS h, true AS b, DATE '2020-02-29' AS d,
      TIMESTAMPTZ '2020-01-01 10:00:00+02' AS z, TIMESTAMP '2020-01-01 10:00:00' AS t, [1, NULL] AS l, {'a': 'x', 'b': [1.5]} AS s,
      '' AS e, 'inf'::FLOAT AS inf`);
    const names = ['f', 'g', 'h', 'b', 'd', 'z', 't', 'l', 's', 'e', 'inf'];
    const { rows } = await readData(path, asText(...names));
    expect(rows[0]!.cells).toEqual([
      '0.1',
      '1',
      '1e+300',
      'true',
      '2020-02-29',
      '2020-01-01T08:00:00Z',
      '2020-01-01T10:00:00',
      '[1,null]',
      '{"a":"x","b":[1.5]}',
      '',
      'Infinity',
    ]);
    expect((await readData(path, asNumber('b', 'd', 'e', 'inf'))).rows[0]!.cells).toEqual([
      1,
      { invalid: '2020-02-29' },
      null,
      Infinity,
    ]);
  });

  it('has 32-bit floats as the doubles they are', async () => {
    const { rows } = await readData(await parquet('SELECT 0.1::FLOAT AS f, 7::UTINYINT AS u'), asNumber('f', 'u'));
    expect(rows[0]!.cells).toEqual([Math.fround(0.1), 7]);
  });

  it('gives every row again by its address', async () => {
    const path = await parquet(`SELECT range AS i, 'x' || range AS s FROM range(5000)`, 2048);
    const wants = [...asNumber('i'), ...asText('s')];
    const { shards, rows } = await readData(path, wants);
    for (const row of [0, 1, 2047, 2048, 4999]) {
      expect(rowsOf(await readRow(shards[0]!, row, wants))).toEqual([rows[row]]);
    }
    expect(await problemOf(readRow(shards[0]!, 5000, wants))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('may have a column called file_row_number', async () => {
    const path = await parquet('SELECT 7 - range AS file_row_number, range AS "A b""c" FROM range(8)', 2048);
    const { rows } = await readData(path, asNumber('file_row_number', 'A b"c'), { maxRows: 3 });
    expect(rows.map(({ cells }) => cells)).toEqual(Array.from({ length: 8 }, (_, row) => [7 - row, row]));
  });

  it('of the literal name is read, whatever the name means to a glob', async () => {
    const names = [
      'data[1]',
      'data1',
      'a*b',
      'axb',
      'a?b',
      "it's",
      'say "x"',
      'two\nlines',
      '🚢',
      '[[]',
      'k=v',
      '~',
      '{a,b}',
      '**',
    ];
    for (const place of ['', 'in[1]', 'in1', 'year=2020', "o'k\n"]) {
      mkdirSync(join(folder, place), { recursive: true });
      for (const name of names) {
        await parquet(
          `SELECT ${sqlString(place + name)} AS name, 1 AS x`,
          2048,
          join(folder, place, `${name}.parquet`),
        );
      }
      for (const name of names) {
        const { rows, description } = await readData(join(folder, place, `${name}.parquet`), asText('name'));
        expect(rows.map(({ cells }) => cells)).toEqual([[place + name]]);
        expect(description.columns.map((column) => column.name)).toEqual(['name', 'x']);
      }
    }
  }, 60_000);

  it('without rows is described and gives none', async () => {
    const path = await parquet('SELECT range AS i FROM range(0)');
    const { rows, description, shards } = await readData(path, asNumber('i'));
    expect([rows, shards, description.rows]).toEqual([[], [], 0]);
  });

  it('that is cut off is refused in words', async () => {
    const whole = readFileSync(await parquet('SELECT range AS i FROM range(1000)'));
    const path = join(folder, 'cut.parquet');
    writeFileSync(path, whole.subarray(0, whole.length - 20));
    const refused = await problemOf(describeData([path]));
    expect(refused).toMatchObject({ code: 'FILE_UNREADABLE', subject: path });
    expect(refused.message).toMatch(/^cut\.parquet cannot be read as Parquet\. /);
  });

  it('beside others has to have the same columns, in any order', async () => {
    const one = await parquet('SELECT 1 AS a, 2 AS b');
    const other = await parquet('SELECT 4 AS b, 3 AS a');
    const lacking = await parquet('SELECT 5 AS a, 6 AS c');
    const { rows } = await readData([one, other], asNumber('a', 'b'));
    expect(rows.map(({ cells }) => cells)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(await problemOf(describeData([one, lacking]))).toMatchObject({ code: 'DATA_INVALID', subject: 'b' });
  });
});

describe('DuckDB', () => {
  it('reaches the allowed files and nothing else, and cannot be loosened', async () => {
    const inside = await parquet('SELECT 1 AS x');
    const outside = join(temporaryFolder(), 'outside.csv');
    writeFileSync(outside, 'x\n1\n');
    const db = await openDuckDb({ allowedPaths: [inside] });
    const refused = (sql: string): Promise<string> =>
      db.connection.run(sql).then(
        () => `allowed: ${sql}`,
        () => 'refused',
      );
    const statements = [
      `SELECT * FROM read_csv(${sqlString(outside)})`,
      `SELECT * FROM read_text('/etc/hostname')`,
      `SELECT * FROM glob('/etc/*')`,
      `COPY (SELECT 1) TO ${sqlString(`${outside}.2`)}`,
      `ATTACH ${sqlString(`${outside}.db`)}`,
      `SELECT * FROM read_parquet('https://localhost:1/a.parquet')`,
      'INSTALL httpfs',
      'LOAD httpfs',
      'SET enable_external_access = true',
      `SET allowed_directories = ['/']`,
      'SET autoinstall_known_extensions = true',
      'SET lock_configuration = false',
      'RESET memory_limit',
    ];
    expect(await Promise.all(statements.map(refused))).toEqual(statements.map(() => 'refused'));
    expect(await refused(`SELECT * FROM read_parquet(${sqlString(inside)})`)).toMatch(/^allowed/);
    db.close();
  });
});
