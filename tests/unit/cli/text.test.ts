import { expect, test } from 'vitest';
import { columnList } from '../../../cli/globals.ts';
import { table } from '../../../cli/text/table.ts';
import { bytes, count, shorten, visible } from '../../../cli/text/terminal.ts';

test('control characters, escapes and bidirectional marks become symbols', () => {
  expect(visible('a\u001b[31mred\nline\u007f')).toBe('a␛[31mred␊line␡');
  expect(visible('user\u202etxt.exe')).toBe('user<U+202E>txt.exe');
  expect(visible('\u009b31m')).toBe('\ufffd31m');
});

test('long names are shortened in the middle', () => {
  expect(shorten('abcdefghij', 5)).toBe('ab…ij');
  expect([...shorten('😀'.repeat(50), 10)]).toHaveLength(10);
});

test('counts have narrow spaces between thousands and a real minus', () => {
  expect(count(1234567)).toBe('1\u202f234\u202f567');
  expect(count(-1000)).toBe('\u22121\u202f000');
  expect(bytes(999)).toBe('999 B');
  expect(bytes(1_250_000)).toBe('1.3 MB');
});

test('numbers stand right, text left, and what is not 0 or 1 is not shown as 0 or 1', () => {
  const text = table(
    ['name', 'value'],
    [
      ['a', 0.99999],
      ['bb', 0.00001],
      ['c', 1],
    ],
  );
  expect(text.split('\n')).toEqual([
    'name     value',
    '────  ────────',
    'a     > 0.9999',
    'bb    < 0.0001',
    'c            1',
  ]);
});

test('columns that do not fit are left out from the right and named', () => {
  const text = table(['first', 'second', 'third'], [['1111', '2222', '3333']], 14);
  expect(text).toContain('1 more column does not fit: third');
  expect(text.split('\n')[0]).toBe('first  second');
});

test('a missing cell, an empty one and a hostile one are told apart', () => {
  const lines = table(['cell'], [[null], [''], ['\u001b]0;x\u0007']]).split('\n');
  expect(lines.slice(2)).toEqual(['missing', 'empty', '␛]0;x␇']);
});

test('a list of columns is read like a line of CSV', () => {
  expect(columnList('a, b ,c')).toEqual(['a', 'b', 'c']);
  expect(columnList('"a,b",c,"d ""e"""')).toEqual(['a,b', 'c', 'd "e"']);
  expect(() => columnList('a,,b')).toThrow(/empty/);
  expect(() => columnList('"a')).toThrow(/no list/);
});
