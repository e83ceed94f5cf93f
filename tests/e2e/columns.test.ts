import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixtures, samples, Terminal } from './terminal.ts';
import { column, largestGap, numbers, readCsv, readJsonLines, readParquet } from './tables.ts';

let terminal: Terminal;

beforeAll(async () => {
  terminal = await Terminal.open();
  const bring = (file: string, name: string) => terminal.json('import', file, '--name', name);
  await bring(join(fixtures, 'valid/logistic_plain.onnx'), 'iris');
  await bring(join(fixtures, 'valid/classes_150.onnx'), 'many');
  await bring(join(fixtures, 'valid/output_not_finite.onnx'), 'odd');
  for (const version of ['v1', 'v2']) await bring(join(samples, 'bikes', version, 'model.onnx'), 'bikes');
});
afterAll(() => terminal.close());

async function put(name: string, text: string): Promise<string> {
  await writeFile(terminal.file(name), text);
  return terminal.file(name);
}

test('the column prediction is always what the model says; an id of that name gives way, said so', async () => {
  const data = await put('named.csv', 'prediction,a,b,c,d\n900,1,2,3,4\n901,2,3,4,5\n');
  const out = terminal.file('named-out.csv');
  const words = ['--data', data, '--id', 'prediction', '--features', 'a,b,c,d'];
  const { notes } = await terminal.predict('--model', 'iris', ...words, '--out', out);
  const table = await readCsv(out);
  expect(table.columns[0]).toBe('prediction_2');
  expect(column(table, 'prediction_2').map(Number)).toEqual([900, 901]);
  expect(column(table, 'prediction').map(Number)).not.toContain(900);
  expect(notes.join(' ')).toContain('Column prediction is written as prediction_2');
});

describe('several models in one run', () => {
  test('have their names before their columns, and id, label and kept columns stand there once', async () => {
    const out = terminal.file('both.csv');
    const words = [
      '--data',
      join(samples, 'bikes/data/test.csv'),
      '--id',
      'hour_id',
      '--label',
      'bikers',
      '--keep',
      'hour,weather',
    ];
    const result = await terminal.predict('--model', 'bikes@1', 'bikes@2', ...words, '--out', out);
    expect(result.rows).toEqual({ read: 1500, predicted: 1500, failed: 0 });
    const table = await readCsv(out);
    expect(table.columns).toEqual([
      'hour_id',
      'bikes@1.prediction',
      'bikes@2.prediction',
      'bikers',
      'hour',
      'weather',
      'bikes@1.error',
      'bikes@2.error',
    ]);
    const alone = terminal.file('alone.csv');
    await terminal.predict('--model', 'bikes@2', ...words, '--out', alone);
    expect(column(await readCsv(alone), 'prediction')).toEqual(column(table, 'bikes@2.prediction'));
  });

  test('read the data once: one plan, one set of shards, every row read once', async () => {
    const runs = await terminal.json<{ run: string; models: string[]; rows: { read: number } }[]>('runs');
    const both = runs.find(({ models }) => models.length === 2)!;
    const plan = JSON.parse(await readFile(join(terminal.workspace, 'runs', both.run, 'plan.json'), 'utf8')) as {
      versions: unknown[];
      shards: { rows: number }[];
    };
    expect(plan.versions).toHaveLength(2);
    expect(plan.shards.reduce((sum, shard) => sum + shard.rows, 0)).toBe(1500);
    expect(both.rows.read).toBe(1500);
  });

  test('are asked for twice only by mistake', async () => {
    const words = ['--data', join(samples, 'bikes/data/test.csv'), '--out', terminal.file('twice.csv')];
    const refused = await terminal.refused('predict', '--model', 'bikes@1', 'bikes@v1', ...words);
    expect(refused).toMatchObject({ exit: 2, code: 'USAGE', subject: 'bikes@1' });
  });

  test('and one that fails a row leaves the row to the other', async () => {
    const lines = (await readFile(join(samples, 'bikes/data/test.csv'), 'utf8')).split('\n').slice(0, 4);
    const data = await put(
      'gap.csv',
      `${lines.map((line, row) => (row === 2 ? line.replace(/,[^,]*$/, ',') : line)).join('\n')}\n`,
    );
    const out = terminal.file('gap.out.csv');
    const words = ['--model', 'bikes@1', 'bikes@2', '--data', data, '--label', 'bikers', '--out', out];
    expect((await terminal.predict(...words)).rows).toEqual({ read: 3, predicted: 3, failed: 0 });
    const table = await readCsv(out);
    expect(column(table, 'bikers')[1]).toBeNull();
    expect(column(table, 'bikes@1.error')).toEqual([null, null, null]);
  });
});

describe('kept columns', () => {
  const lines = [
    'code,big,count,share,day,flag,note,a,b,c,d',
    '007,9007199254740993,1,0.5,2026-01-31,true,"a, ""b""",5.1,3.5,1.4,0.2',
    '010,-9007199254740993,2,1.25,2026-02-28,false,,6.9,3.2,5.7,2.3',
    '999,0,3,,2026-03-01,true,=1+1,5,2,3.5,1',
  ];
  const flags = ['--id', 'big', '--keep', 'code,count,share,day,flag,note', '--features', 'a,b,c,d'];

  test('are typed in Parquet where nothing is lost by it; 007 stays text', async () => {
    const out = terminal.file('kept.parquet');
    await terminal.predict(
      '--model',
      'iris',
      '--data',
      await put('kept.csv', `${lines.join('\n')}\n`),
      ...flags,
      '--out',
      out,
    );
    const table = await readParquet(out);
    const types = new Map(table.columns.map((name, index) => [name, table.types[index]]));
    expect(types.get('code')).toBe('VARCHAR');
    expect(types.get('big')).toBe('BIGINT');
    expect(types.get('count')).toBe('BIGINT');
    expect(types.get('share')).toBe('DOUBLE');
    expect(types.get('day')).toBe('DATE');
    expect(types.get('flag')).toBe('BOOLEAN');
    expect(types.get('note')).toBe('VARCHAR');
    expect(column(table, 'code')).toEqual(['007', '010', '999']);
    expect(column(table, 'big')).toEqual(['9007199254740993', '-9007199254740993', '0']);
    expect(column(table, 'share')).toEqual([0.5, 1.25, null]);
  });

  test('stay as they are in CSV, and cells that a spreadsheet would run are pointed out', async () => {
    const out = terminal.file('kept.out.csv');
    const result = await terminal.predict(
      '--model',
      'iris',
      '--data',
      terminal.file('kept.csv'),
      ...flags,
      '--out',
      out,
    );
    const table = await readCsv(out);
    expect(column(table, 'big')).toEqual(['9007199254740993', '-9007199254740993', '0']);
    expect(column(table, 'note')).toEqual(['a, "b"', null, '=1+1']);
    expect(column(table, 'code')).toEqual(['007', '010', '999']);
    expect(result.notes.join(' ')).toMatch(/1 cells? of note begins? like a formula/);
  });

  test('keep every digit of an id in JSON Lines', async () => {
    const out = terminal.file('kept.jsonl');
    await terminal.predict('--model', 'iris', '--data', terminal.file('kept.csv'), ...flags, '--out', out);
    const rows = await readJsonLines(out);
    expect(rows.map((row) => String(row['big']))).toEqual(['9007199254740993', '-9007199254740993', '0']);
    expect(rows.map((row) => row['code'])).toEqual(['007', '010', '999']);
    expect(rows.map((row) => row['note'])).toEqual(['a, "b"', null, '=1+1']);
  });

  test('may bear names of the results; those are written under another name, said so', async () => {
    const data = await put('names.csv', 'prediction,error,file,row,Confidence,a,b,c,d\nx,y,z,w,v,1,2,3,4\n');
    const out = terminal.file('names.out.csv');
    const words = ['--keep', 'prediction,error,Confidence', '--features', 'a,b,c,d', '--out', out];
    const { notes } = await terminal.predict('--model', 'iris', '--data', data, ...words);
    const table = await readCsv(out);
    expect(table.columns.slice(0, 4)).toEqual(['file', 'row', 'prediction', 'confidence']);
    expect(new Set(table.columns.map((name) => name.toLowerCase())).size).toBe(table.columns.length);
    expect(table.rows[0]).toEqual(expect.arrayContaining(['x', 'y', 'v']));
    for (const name of ['prediction', 'error', 'Confidence'])
      expect(notes.join(' ')).toContain(`Column ${name} is written as`);
  });

  test('are lists by the rules of CSV: a name with a comma stands in quotes', async () => {
    const data = await put('comma.csv', '"a, first",b,c,d,note\n1,2,3,4,n\n');
    const out = terminal.file('comma.out.csv');
    await terminal.predict(
      '--model',
      'iris',
      '--data',
      data,
      '--features',
      '"a, first",b,c,d',
      '--keep',
      'note,"a, first"',
      '--out',
      out,
    );
    expect(column(await readCsv(out), 'a, first')).toEqual(['1']);
  });
});

describe('results', () => {
  test('of more than 100 classes are the five most probable as a list', async () => {
    const data = await put('many.csv', 'a,b,c,d,e,f\n1,2,3,4,5,6\n6,5,4,3,2,1\n');
    for (const format of ['jsonl', 'parquet', 'csv']) {
      await terminal.predict('--model', 'many', '--data', data, '--out', terminal.file(`many.out.${format}`));
    }
    const [first] = await readJsonLines(terminal.file('many.out.jsonl'));
    expect(Object.keys(first!)).toEqual(['file', 'row', 'prediction', 'confidence', 'top5', 'error']);
    const top = first!['top5'] as { label: string; probability: number }[];
    expect(top).toHaveLength(5);
    expect(top[0]!.label).toBe(String(first!['prediction']));
    expect(top[0]!.probability).toBeCloseTo(first!['confidence'] as number, 6);
    expect(top.map((entry) => entry.probability)).toEqual(
      top.map((entry) => entry.probability).toSorted((a, b) => b - a),
    );
    expect((await readParquet(terminal.file('many.out.parquet'))).rows[0]![4]).toEqual(top);
  });

  test('that are infinite are null in JSON Lines, which stays JSON', async () => {
    const data = await put('odd.csv', 'x\n1\n-1\n');
    const out = terminal.file('odd.jsonl');
    await terminal.predict('--model', 'odd', '--data', data, '--out', out);
    expect((await readJsonLines(out)).map((row) => row['prediction'])).toEqual([null, null]);
  });

  test('come in the order of the input, from many files and in several lanes', async () => {
    await mkdir(terminal.file('parts'));
    const rows: string[] = [];
    for (const part of [1, 10, 2]) {
      const lines = Array.from({ length: 3000 }, (_, row) => `${part}-${row},${row % 7},3,${part},0.2`);
      rows.push(...lines.map((line) => line.split(',')[0]!));
      await writeFile(terminal.file(`parts/part${part}.csv`), `key,a,b,c,d\n${lines.join('\n')}\n`);
    }
    const score = async (name: string, ...flags: string[]) => {
      const out = terminal.file(`${name}.csv`);
      await terminal.predict(
        '--model',
        'iris',
        '--data',
        terminal.file('parts'),
        '--id',
        'key',
        '--features',
        'a,b,c,d',
        '--out',
        out,
        ...flags,
      );
      return readCsv(out);
    };
    const plain = await score('plain', '--lanes', '1');
    expect(column(plain, 'key')).toEqual(rows);
    expect(await score('lanes', '--lanes', '3')).toEqual(plain);
    for (const [name, ...flags] of [
      ['batches', '--batch', '7'],
      ['threads', '--threads', '2'],
    ] as const) {
      const other = await score(name, ...flags);
      expect(column(other, 'key')).toEqual(rows);
      expect(column(other, 'prediction')).toEqual(column(plain, 'prediction'));
      for (const label of [0, 1, 2]) {
        const gap = largestGap(numbers(other, `probability_${label}`), numbers(plain, `probability_${label}`));
        expect(gap).toBeLessThanOrEqual(1e-6);
      }
    }
  });

  test('without an id name the file and its row; a name with brackets is that file, not a pattern', async () => {
    await put('data1.csv', 'a,b,c,d\n1,2,3,4\n');
    const bracket = await put('data[1].csv', 'a,b,c,d\n5.1,3.5,1.4,0.2\n6.9,3.2,5.7,2.3\n');
    const one = terminal.file('one.csv');
    await terminal.predict('--model', 'iris', '--data', bracket, '--out', one);
    expect((await readCsv(one)).rows.map((row) => row.slice(0, 2))).toEqual([
      ['data[1].csv', '1'],
      ['data[1].csv', '2'],
    ]);
    const all = terminal.file('all.csv');
    await terminal.predict('--model', 'iris', '--data', terminal.file('data*.csv'), '--out', all);
    expect(column(await readCsv(all), 'file').toSorted()).toEqual(['data1.csv', 'data[1].csv', 'data[1].csv']);
  });

  test('take the columns that --features names, also when they are more or in another order', async () => {
    const data = await put('order.csv', 'd,c,b,a,extra\n0.2,1.4,3.5,5.1,9\n');
    const straight = await put('straight.csv', 'a,b,c,d\n5.1,3.5,1.4,0.2\n');
    const [one, two] = [terminal.file('order.out.csv'), terminal.file('straight.out.csv')];
    const { notes } = await terminal.predict('--model', 'iris', '--data', data, '--features', 'a,b,c,d', '--out', one);
    await terminal.predict('--model', 'iris', '--data', straight, '--out', two);
    expect(column(await readCsv(one), 'confidence')).toEqual(column(await readCsv(two), 'confidence'));
    expect(notes.join(' ')).toContain('Not used: extra');
  });
});
