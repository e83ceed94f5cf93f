import type { ResultFilter } from '../../engine/contract/index.ts';

/** A column that people may well have, and one that attacks. */
export const hostile = 'we"ird\'; DROP TABLE shard; --';

/** A row of the data that the tests score; the other features are the same in all. */
export interface Row {
  id: string;
  a: string;
  region: string;
  age: string;
  day: string;
  flag: string;
  label: string;
  note: string;
}

export const rows: Row[] = Array.from({ length: 250 }, (_, index) => ({
  id: `r${index}`,
  a: index % 7 === 3 ? 'oops' : String(index % 10),
  region: ['north', 'south', 'East', ''][index % 4]!,
  age: index % 9 === 0 ? '' : String(5 + ((index * 37) % 120)),
  day: `2024-0${1 + (index % 9)}-11`,
  flag: index % 2 ? 'true' : 'false',
  label: String(index % 3),
  note: index === 200 ? 'x'.repeat(300_000) : index % 50 === 5 ? "'); DROP -- \u202e" : `note ${index}`,
}));

export const failedRows = rows.filter(({ a }) => a === 'oops').length;

const isAge = (row: Row, test: (age: number) => boolean): boolean => row.age !== '' && test(Number(row.age));
/** Filters with what they are to mean, said once more in JavaScript. */
export const filters: [string, ResultFilter | ResultFilter[], (row: Row, index: number) => boolean][] = [
  [
    'a text',
    { kind: 'text', column: 'region', is: 'equals', value: 'north', matchCase: false },
    (row) => row.region === 'north',
  ],
  [
    'text in any case',
    { kind: 'text', column: 'region', is: 'contains', value: 'eAs', matchCase: false },
    (row) => row.region === 'East',
  ],
  ['text in this case', { kind: 'text', column: 'region', is: 'starts', value: 'east', matchCase: true }, () => false],
  ['an end', { kind: 'text', column: 'id', is: 'ends', value: '7', matchCase: false }, (row) => row.id.endsWith('7')],
  [
    'values and missing',
    { kind: 'in', column: 'region', values: ['East', null], not: false },
    (row) => ['East', ''].includes(row.region),
  ],
  ['other values', { kind: 'in', column: 'region', values: ['East'], not: true }, (row) => row.region !== 'East'],
  [
    'a range',
    { kind: 'range', column: 'age', min: 20, max: 100, below: true },
    (row) => isAge(row, (age) => age >= 20 && age < 100),
  ],
  [
    'an open range',
    { kind: 'range', column: 'age', min: null, max: 9, below: false },
    (row) => isAge(row, (age) => age <= 9),
  ],
  [
    'dates',
    { kind: 'dates', column: 'day', from: '2024-03-01', to: '2024-05-11', below: false },
    (row) => row.day >= '2024-03-01' && row.day <= '2024-05-11',
  ],
  ['a boolean', { kind: 'boolean', column: 'flag', value: true }, (row) => row.flag === 'true'],
  ['missing', { kind: 'missing', column: 'age', missing: true }, (row) => row.age === ''],
  ['present', { kind: 'missing', column: 'prediction', missing: false }, (row) => row.a !== 'oops'],
  ['failed', { kind: 'failed', failed: true, version: null }, (row) => row.a === 'oops'],
  [
    'a hostile value',
    { kind: 'text', column: hostile, is: 'equals', value: "'); DROP -- \u202e", matchCase: false },
    (row) => row.note.startsWith("')"),
  ],
  ['a NUL', { kind: 'text', column: hostile, is: 'contains', value: 'a\0b', matchCase: false }, () => false],
  [
    'all of several',
    [
      { kind: 'failed', failed: false, version: 0 },
      { kind: 'in', column: 'region', values: ['south', 'north'], not: false },
      { kind: 'range', column: 'row', min: 50, max: null, below: false },
    ],
    (row, index) =>
      row.a !== 'oops' && ['south', 'north'].includes(row.region) && (index < 100 ? index + 1 : index - 99) >= 50,
  ],
];
