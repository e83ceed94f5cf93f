import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { describeData } from '../../../engine/data/index.ts';
import { asText, problemOf, readData, temporaryFolder, writeData } from './datasets.ts';

const folder = temporaryFolder();

function described(content: string | Uint8Array, name?: string): ReturnType<typeof describeData> {
  return describeData([writeData(folder, content, name)]);
}

async function typesOf(content: string): Promise<Record<string, string>> {
  const { columns } = await described(content);
  return Object.fromEntries(columns.map(({ name, type }) => [name, type]));
}

/** A folder with the given files. */
function folderOf(files: Record<string, string | Uint8Array>): string {
  const root = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

describe('describing a text table', () => {
  it('finds the types of its columns', async () => {
    const head = 'i,f,s,b,d,t,zip,long,e,n,m\n';
    const rows = [
      '1,1.5,x,true,2020-01-01,2020-01-01 10:00:00,0123,1234567890123456789,,NA,1',
      '-2,1e3,NA,FALSE,2020-12-31,2020-01-01T10:00:00.25Z,1234,1,,2,x',
      ',nan,y,,,2020-01-01T10:00,0001,2,,3,2',
    ];
    expect(await typesOf(head + rows.join('\n'))).toEqual({
      i: 'integer',
      f: 'float',
      s: 'string',
      b: 'boolean',
      d: 'date',
      t: 'timestamp',
      zip: 'string',
      long: 'string',
      e: 'string',
      n: 'integer',
      m: 'string',
    });
  });

  it('counts missing cells by the rules of the type', async () => {
    const { columns } = await described('n,s\nNA,NA\n,\n1,null\nnull,x\n');
    expect(columns).toEqual([
      { name: 'n', type: 'integer', missing: 3 },
      { name: 's', type: 'string', missing: 1 },
    ]);
  });

  it.each([
    [',', 'a,b\n1,2\n3,4\n'],
    [';', 'a;b\n1,5;2\n3,25;4\n'],
    ['\t', 'a\tb, c\n1\tx, y\n2\tz\n'],
    ['|', 'a|b\n1|x,y\n2|z\n'],
    [',', 'a\n1\n2\n'],
    [',', '"a;x","b;y"\n"1;2","3;4"\n'],
  ])('finds the delimiter %j', async (delimiter, content) => {
    expect((await described(content)).files[0]!.dialect?.delimiter).toBe(delimiter);
  });

  it('takes the first row as data where it looks like data, and says so', async () => {
    const { columns, rows, notes, files } = await described('1,x\n2,y\n');
    expect(columns.map(({ name }) => name)).toEqual(['column1', 'column2']);
    expect([rows, files[0]!.dialect?.header]).toEqual([2, false]);
    expect(notes).toEqual([
      'The first row looks like data, so there is no header and the columns are named column1 to column2; this is a guess. --header yes says otherwise.',
    ]);
    const read = await readData(writeData(folder, '1,x\n2,y\n'), asText('column2'));
    expect(read.rows.map(({ cells }) => cells)).toEqual([['x'], ['y']]);
  });

  it('takes the first row for what a person says it is, and guesses nothing then', async () => {
    const numbers = writeData(folder, '1,x\n2,y\n');
    const named = await describeData([numbers], { reading: { header: true } });
    expect([named.columns.map(({ name }) => name), named.rows, named.notes]).toEqual([['1', 'x'], 1, []]);
    const words = writeData(folder, 'a,b\nc,d\n');
    const unnamed = await describeData([words], { reading: { header: false } });
    expect([unnamed.columns.map(({ name }) => name), unnamed.rows, unnamed.notes]).toEqual([
      ['column1', 'column2'],
      2,
      [],
    ]);
    expect(unnamed.sample.rows).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  it.each([
    [';', 'a,b;c\n1,5;2\n', ['a,b', 'c']],
    [',', 'a;b,c;d\n1;2,3;4\n', ['a;b', 'c;d']],
    ['~', 'a~b\n1~2\n', ['a', 'b']],
    ['|', 'a,b\n1,2\n', ['a,b']],
  ])('splits cells at the delimiter %j because a person says so', async (delimiter, content, names) => {
    const path = writeData(folder, content);
    const { columns, files } = await describeData([path], { reading: { delimiter } });
    expect(columns.map(({ name }) => name)).toEqual(names);
    expect(files[0]!.dialect?.delimiter).toBe(delimiter);
  });

  it('refuses to be told of a header where there are no rows of text', async () => {
    const path = writeData(folder, '{"a":1}\n', 'rows.jsonl');
    expect(await problemOf(describeData([path], { reading: { header: false } }))).toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('JSON Lines'),
    });
  });

  it('says when the header is a guess because all cells are text', async () => {
    const { rows, notes } = await described('name,city\nAda,London\n');
    expect(rows).toBe(1);
    expect(notes.join()).toContain('which is a guess');
  });

  it('takes columns counted from 0 as a header', async () => {
    const { columns, rows } = await described('0,1,2,label\n0.5,0.25,1.5,cat\n1,2,3,dog\n');
    expect(columns.map(({ name }) => name)).toEqual(['0', '1', '2', 'label']);
    expect(rows).toBe(2);
  });

  it('skips a byte order mark and names columns without a name after their place', async () => {
    const { columns, notes } = await described('\ufeff,b,column3,\n0,1,2,3\n');
    expect(columns.map(({ name }) => name)).toEqual(['column1', 'b', 'column3', 'column4']);
    expect(notes).toEqual([
      'The file begins with a byte order mark, which is skipped.',
      'Columns without a name in the header are named after their place: column1, column4.',
    ]);
  });

  it('refuses names that occur twice and names them', async () => {
    expect(await problemOf(described('a,b,a,c,c\n1,2,3,4,5\n', 'twice.csv'))).toEqual({
      code: 'DATA_INVALID',
      message: 'The header of twice.csv has a, c more than once.',
      subject: 'a',
      hint: 'Every column needs a name of its own. Rename the columns.',
    });
  });

  it('gives no number of rows for a file that would take long to count', async () => {
    const line = `${'x'.repeat(999)},1\n`;
    const { rows, rowsSampled } = await described(`a,b\n${line.repeat(65_000)}`);
    expect(rows).toBeNull();
    expect(rowsSampled).toBe(10_000);
  });

  it('says what is peculiar: rows that cannot be read, empty columns, decimal commas', async () => {
    const { notes } = await described('a;b;c\n1,5;;x\n2,5;;y\n3;4\n', 'odd.csv');
    expect(notes).toEqual([
      '1 of the first 3 rows of odd.csv cannot be read; row 3: row has 2 cells, the header has 3.',
      'Empty in all 3 rows looked at: b.',
      'Numbers with a decimal comma are read as text: a. Write them with a point.',
    ]);
  });

  it('with a header only has no rows, and says so', async () => {
    const { rows, notes } = await described('a,b\n');
    expect(rows).toBe(0);
    expect(notes).toContain('There is a header and no row.');
  });
});

describe('describing several files', () => {
  it('takes text tables whose headers differ in order, each read by its own header', async () => {
    const root = folderOf({
      'b.csv': 'y;x\n3;4\n',
      'a.csv': 'x,y\n1,2\n',
      '.hidden.csv': 'q\n1\n',
      'notes.md': '# x\n',
    });
    const { rows, description } = await readData(root, asText('x', 'y'));
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['1', '2'],
      ['4', '3'],
    ]);
    expect(description.files.map(({ name }) => name)).toEqual(['a.csv', 'b.csv']);
    expect(description.rows).toBe(2);
    expect(description.notes).toContain('Left out, because not data of this kind: notes.md.');
  });

  it('refuses text tables with other columns, naming the file and the column', async () => {
    const lacks = await problemOf(describeData([folderOf({ 'a.csv': 'x,y\n1,2\n', 'b.csv': 'x,z\n1,2\n' })]));
    expect(lacks).toMatchObject({ code: 'DATA_INVALID', message: 'b.csv lacks the column y of a.csv.', subject: 'y' });
    const more = await problemOf(describeData([folderOf({ 'a.csv': 'x,y\n1,2\n', 'b.csv': 'x,z,y\n1,2,3\n' })]));
    expect(more.message).toBe('b.csv has the column z, which a.csv lacks.');
  });

  it('names files of the same name by their folders', async () => {
    const root = folderOf({ 'one/data.csv': 'a,b\n1,2\n', 'two/data.csv': 'a,b\n3,4\n' });
    const { files } = await describeData([join(root, 'one/data.csv'), join(root, 'two/data.csv')]);
    expect(files.map(({ name }) => name)).toEqual(['one/data.csv', 'two/data.csv']);
  });

  it('refuses several formats', async () => {
    const refused = await problemOf(describeData([folderOf({ 'a.csv': 'x,y\n1,2\n', 'b.jsonl': '{"x":1}\n' })]));
    expect(refused).toMatchObject({
      code: 'DATA_INVALID',
      message: 'The data has several formats: 1 text table (a.csv), 1 JSON Lines file (b.jsonl).',
    });
  });

  it('refuses a folder without data and an empty folder', async () => {
    expect(await problemOf(describeData([folderOf({ 'readme.md': 'x' })]))).toMatchObject({ code: 'FORMAT_UNKNOWN' });
    expect(await problemOf(describeData([temporaryFolder()]))).toMatchObject({ code: 'FORMAT_UNKNOWN' });
  });
});

describe('a file that is no data', () => {
  const pickle = Buffer.from([0x80, 4, 0x95, 0, 0, 0]);
  const onnx = Buffer.from([8, 8, 0x12, 7, ...Buffer.from('pytorch'), 0x3a, 0, 0]);
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('a,b\n1,2\n', 'utf16le')]);
  it.each<[string, string | Uint8Array, string, string, string]>([
    ['empty.csv', '', 'FILE_EMPTY', 'empty.csv is empty.', 'rows'],
    ['blank.csv', ' \n\n', 'FILE_EMPTY', 'white space', 'rows'],
    ['wide.csv', utf16, 'FORMAT_NOT_SUPPORTED', 'UTF-16', 'iconv -f UTF-16 -t UTF-8'],
    [
      'bare.csv',
      Buffer.from('a,b,c\n1,2,3\n4,5,6\n', 'utf16le'),
      'FORMAT_NOT_SUPPORTED',
      'UTF-16LE',
      'iconv -f UTF-16LE',
    ],
    ['data.csv.gz', gzipSync('a,b\n1,2\n'), 'FORMAT_NOT_SUPPORTED', 'gzip', 'gunzip -k'],
    ['a.zip', Buffer.from('PK\x03\x04\x14\x00\x00\x00data.csv'), 'FORMAT_NOT_SUPPORTED', 'zip archive', 'unzip'],
    [
      'a.xlsx',
      Buffer.from('PK\x03\x04\x14\x00\x00\x00[Content_Types].xml'),
      'FORMAT_NOT_SUPPORTED',
      'Excel',
      'CSV UTF-8',
    ],
    ['a.pkl', pickle, 'FORMAT_NOT_SUPPORTED', 'pickle', 'can run code'],
    ['m.bin', onnx, 'FORMAT_NOT_SUPPORTED', 'ONNX model', '--model'],
    ['a.heic', Buffer.from('\x00\x00\x00\x18ftypheic\x00\x00'), 'FORMAT_NOT_SUPPORTED', 'HEIF', 'PNG'],
    ['noise.csv', Buffer.from([1, 2, 3, 0, 0xfe, 9, 0, 200, 7]), 'FORMAT_UNKNOWN', 'neither text', 'Parquet'],
    ['page.csv', '<!DOCTYPE html><p>x</p>', 'FORMAT_UNKNOWN', 'web page', 'CSV'],
    ['mac.csv', 'a,b\r1,2\r3,4\r', 'FORMAT_NOT_SUPPORTED', 'carriage returns', 'tr '],
    ['latin.csv', Buffer.from('caf\xe9,b\n1,2\n', 'latin1'), 'DATA_INVALID', 'not valid UTF-8', 'iconv'],
  ])('is refused in words: %s', async (name, content, code, words, todo) => {
    const refused = await problemOf(described(content, name));
    expect(refused.code).toBe(code);
    expect(refused.message).toContain(words);
    expect(refused.hint).toContain(todo);
  });

  it('is not confused with a table whose header begins like a signature', async () => {
    for (const header of ['ORCID,x', 'PARENT,x', 'PAR1,PAR2', 'BZh,x', '{brace},x']) {
      const { columns } = await described(`${header}\n1,2\n`);
      expect(columns.map(({ name }) => name)).toEqual(header.split(','));
    }
  });

  it('has its name quoted for the shell in a command', async () => {
    const refused = await problemOf(described(gzipSync('x'), "it's; rm -rf.gz"));
    expect(refused.hint).toContain(`it'\\''s; rm -rf.gz'`);
  });

  it('that is not there is missing', async () => {
    expect(await problemOf(describeData([join(folder, 'absent.csv')]))).toMatchObject({ code: 'FILE_MISSING' });
  });
});
