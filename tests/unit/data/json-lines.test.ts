import { describe, expect, it } from 'vitest';
import { describeData, readRow } from '../../../engine/data/index.ts';
import { asInteger, asNumber, asText, problemOf, readData, rowsOf, temporaryFolder, writeData } from './datasets.ts';

const folder = temporaryFolder();

function lines(content: string | Uint8Array): string {
  return writeData(folder, content);
}

describe('JSON Lines', () => {
  it('give values by key, missing where the key is absent or null', async () => {
    const path = lines('{"a":1,"b":"x"}\n\n{"b":null,"a":2.5}\r\n  \n{"c":true}\n');
    const { rows, description } = await readData(path, [...asNumber('a', 'c'), ...asText('b')]);
    expect(description.format).toBe('jsonl');
    expect(rows.map(({ cells }) => cells)).toEqual([
      [1, null, 'x'],
      [2.5, null, null],
      [null, 1, null],
    ]);
    expect(rows.map(({ rowNumber }) => rowNumber)).toEqual([1, 2, 3]);
    expect(description.columns).toEqual([
      { name: 'a', type: 'float', missing: 1 },
      { name: 'b', type: 'string', missing: 2 },
      { name: 'c', type: 'boolean', missing: 2 },
    ]);
    expect(description.rows).toBe(3);
  });

  it('keep integers beyond 2^53 exact, as text and as integers', async () => {
    const path = lines(
      '{"id":9007199254740993,"f":1e400}\n{"id":-9223372036854775808}\n{"id":9223372036854775808}\n{"id":3.0}\n',
    );
    const { rows } = await readData(path, [...asText('id'), ...asInteger('id'), ...asNumber('f')]);
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['9007199254740993', 9007199254740993n, Infinity],
      ['-9223372036854775808', -9223372036854775808n, null],
      ['9223372036854775808', { invalid: '9223372036854775808' }, null],
      ['3', 3n, null],
    ]);
  });

  it('give lists and objects as JSON text with their digits', async () => {
    const path = lines('{"l":[1,9007199254740993],"s":{"__proto__":1,"n":null}}\n');
    const { rows, description } = await readData(path, [...asText('l', 's'), ...asNumber('l')]);
    expect(rows[0]!.cells).toEqual([
      '[1,9007199254740993]',
      '{"__proto__":1,"n":null}',
      { invalid: '[1,9007199254740993]' },
    ]);
    expect(description.columns.map(({ type }) => type)).toEqual(['list', 'struct']);
  });

  it('have keys like __proto__, constructor and toString as columns like any other', async () => {
    const path = lines('{"__proto__":5,"constructor":6}\n{"a":1}\n');
    const { rows, description } = await readData(path, asNumber('__proto__', 'constructor', 'toString'));
    expect(rows.map(({ cells }) => cells)).toEqual([
      [5, 6, null],
      [null, null, null],
    ]);
    expect(description.columns.map(({ name }) => name)).toEqual(['__proto__', 'constructor', 'a']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('may have the NaN and Infinity that Python writes', async () => {
    const path = lines('{"a":NaN,"b":"NaN, Infinity"}\n{"a":-Infinity,"b":"x"}\n{"a":Infinity}\n');
    const { rows } = await readData(path, [...asNumber('a'), ...asText('b')]);
    expect(rows.map(({ cells }) => cells)).toEqual([
      [null, 'NaN, Infinity'],
      [-Infinity, 'x'],
      [Infinity, null],
    ]);
  });

  it('fail in the row that is broken and say why', async () => {
    const path = lines(
      Buffer.concat([Buffer.from('{"a":1}\n{"a":\n[1]\n7\n{"a":"'), Buffer.from([0xff]), Buffer.from('"}\n{"a":2}')]),
    );
    const { rows, description } = await readData(path, asNumber('a'), { targetBytes: 1 });
    expect(rows.map(({ cells }) => cells)).toEqual([
      [1],
      { error: 'the line is not valid JSON' },
      { error: 'the line is a list, a JSON object was expected' },
      { error: 'the line is a number, a JSON object was expected' },
      { error: 'the line is not valid UTF-8' },
      [2],
    ]);
    expect(description.notes.join()).toContain('rows of data');
  });

  it('fail in the row that nests too deep, whether or not its digits are kept, and never the run', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const path = lines(
      `{"a":1,"b":${deep}}\n{"a":12345678901234567,"b":${deep}}\n{"a":2,"b":"[[[${'['.repeat(9000)}"}\n`,
    );
    const { rows } = await readData(path, asNumber('a'));
    const error = 'the line has lists and objects that are nested more than 500 deep';
    expect(rows.map(({ cells }) => cells)).toEqual([{ error }, { error }, [2]]);
  });

  it('may have NaN beside a very long text', async () => {
    const text = `NaN \\" ${'x'.repeat(20_000_000)}`;
    const { rows } = await readData(lines(`{"t":"${text}","a":NaN,"b":-Infinity}\n`), asNumber('a', 'b'));
    expect(rows.map(({ cells }) => cells)).toEqual([[null, -Infinity]]);
  });

  it('read strings as numbers by the rules of tables', async () => {
    const { rows } = await readData(lines('{"a":"1.5"}\n{"a":"NA"}\n{"a":"x"}\n{"a":false}\n'), asNumber('a'));
    expect(rows.map(({ cells }) => cells)).toEqual([[1.5], [null], [{ invalid: 'x' }], [0]]);
  });

  it('give every row again by its address, also behind a byte order mark', async () => {
    const path = lines(`\ufeff${Array.from({ length: 30 }, (_, row) => `{"a":${row},"t":"é${row}"}`).join('\r\n')}`);
    const wants = [...asNumber('a'), ...asText('t')];
    const { rows, shards } = await readData(path, wants, { targetBytes: 40 });
    expect(shards.length).toBeGreaterThan(10);
    expect(rows.map(({ cells }) => (cells as unknown[])[0])).toEqual(Array.from({ length: 30 }, (_, row) => row));
    for (const row of rows) expect(rowsOf(await readRow(shards[0]!, row.address, wants))[0]!.cells).toEqual(row.cells);
  });

  it('are told from one JSON list and from JSON over several lines, with the command that converts them', async () => {
    const list = await problemOf(describeData([lines('[\n{"a":1}\n]')]));
    expect(list).toMatchObject({ code: 'FORMAT_NOT_SUPPORTED', hint: expect.stringContaining("jq -c '.[]'") });
    const pretty = await problemOf(describeData([lines('{\n  "a": 1\n}\n')]));
    expect(pretty).toMatchObject({ code: 'FORMAT_NOT_SUPPORTED', hint: expect.stringContaining('jq -c .') });
  });

  it('with values of several kinds under one key are text, and it is said', async () => {
    const description = await describeData([lines('{"a":1}\n{"a":"x"}\n{"a":2}\n')]);
    expect(description.columns[0]!.type).toBe('string');
    expect(description.notes).toContain('Values of several kinds, read as text: a.');
  });
});
