import { expect, test } from 'vitest';
import { describeData } from '../../../engine/data/index.ts';
import { asText, readData, temporaryFolder, writeData } from './datasets.ts';

const folder = temporaryFolder();

interface Case {
  above: string;
  table?: string;
  columns?: string[];
  note: RegExp;
}

const cases: Record<string, Case> = {
  'the line that names the delimiter for Excel': {
    above: 'sep=;\r\n',
    table: 'a;b\r\n1,5;2\r\n3,5;4\r\n',
    note: /sep=;/,
  },
  'a byte order mark before it': { above: '\ufeffsep=|\n', table: 'a|b\n1,5|2\n3,5|4\n', note: /byte order mark/ },
  'lines of comment, one with a lone quote': {
    above: '# it was 5" long\n# made, on, Monday\n',
    note: /first 2 lines begin with # and are taken for a comment/,
  },
  'one line of comment': { above: '# exported\n', note: /first line begins with # and is taken for a comment/ },
};

for (const [name, { above, table = 'a,b\n"1,5",2\n"3,5",4\n', note }] of Object.entries(cases)) {
  test(`${name} is no row of the table, and is told`, async () => {
    const path = writeData(folder, above + table);
    expect((await describeData([path])).notes.join(' ')).toMatch(note);
    const read = await readData(path, asText('a', 'b'));
    const rows = read.rows.map(({ cells, rowNumber }) => [rowNumber, cells]);
    expect(rows).toEqual([
      [1, ['1,5', '2']],
      [2, ['3,5', '4']],
    ]);
  });
}

test('a header that begins with # stays the header', async () => {
  const path = writeData(folder, '## version 4\n#id,value\n7,1\n8,2\n');
  const description = await describeData([path]);
  expect(description.columns.map((column) => column.name)).toEqual(['#id', 'value']);
});

test('a file of comments alone is read as it stands', async () => {
  const description = await describeData([writeData(folder, '# one\n# two\n')]);
  expect(description.columns).toHaveLength(1);
});

test('each of two files has its own lines above the table', async () => {
  const paths = ['# today\na,b\n1,2\n', 'a,b\n3,4\n'].map((text) => writeData(folder, text));
  const { rows } = await readData(paths, asText('a', 'b'));
  expect(rows.map(({ cells }) => cells)).toEqual([
    ['1', '2'],
    ['3', '4'],
  ]);
});
