import { execFileSync } from 'node:child_process';
import { appendFile, chmod, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { fixtures, samples, Terminal, type Refusal } from './terminal.ts';
import { column, readCsv } from './tables.ts';

let terminal: Terminal;
let made = 0;

beforeAll(async () => {
  terminal = await Terminal.open();
  await Promise.all([
    terminal.json('import', join(fixtures, 'valid/logistic_plain.onnx'), '--name', 'iris'),
    terminal.json('import', join(samples, 'income/v1/model.onnx'), '--name', 'income'),
  ]);
});
afterAll(() => terminal.close());

/** Whatever was refused: no unfinished output lies anywhere near. */
afterEach(async () => {
  expect((await terminal.files()).filter((name) => name.includes('partial'))).toEqual([]);
});

async function data(content: string | Buffer, name = `data ${(made += 1)}.csv`): Promise<string> {
  await writeFile(terminal.file(name), content);
  return terminal.file(name);
}

/** A prediction that must be refused with exit 3, and must not leave its output. */
async function refusal(model: string, path: string, ...flags: string[]): Promise<Refusal> {
  const out = terminal.file(`refused ${(made += 1)}.csv`);
  const refused = await terminal.refused('predict', '--model', model, '--data', path, '--out', out, ...flags);
  expect(refused.exit).toBe(3);
  expect(refused.message).toMatch(/\.$/);
  await expect(stat(out)).rejects.toThrow('ENOENT');
  return refused;
}

/** A prediction that goes through, as a table, with its notes. */
async function scored(model: string, path: string, ...flags: string[]) {
  const out = terminal.file(`scored ${(made += 1)}.csv`);
  const result = await terminal.predict('--model', model, '--data', path, '--out', out, ...flags);
  return { ...result, table: await readCsv(out) };
}

async function incomeRows(change: (line: string, row: number) => string): Promise<string> {
  const lines = (await readFile(join(samples, 'income/data/test.csv'), 'utf8')).split('\n').slice(0, 6);
  return data(`${lines.map(change).join('\n')}\n`);
}

describe('a file that cannot be read as data is refused in words', () => {
  test.each([
    ['an empty file', '', 'FILE_EMPTY', 'empty'],
    ['a header without rows', 'a,b,c,d\n', 'DATA_INVALID', 'no rows'],
    ['UTF-16', Buffer.from('\ufeffa,b,c,d\n1,2,3,4\n', 'utf16le'), 'FORMAT_NOT_SUPPORTED', 'UTF-16'],
    ['bytes that are no text', Buffer.from([0, 1, 2, 255, 254, 0, 13, 10, 0, 7]), 'FORMAT_UNKNOWN', 'neither text'],
    ['a column name twice', 'a,a,c,d\n1,2,3,4\n', 'DATA_INVALID', 'more than once'],
  ])('%s', async (_what, content, code, words) => {
    const refused = await refusal('iris', await data(content));
    expect(refused).toMatchObject({ code });
    expect(refused.said).toContain(words);
  });

  test('a Parquet file that is cut off', async () => {
    const whole = await readFile(join(samples, 'income/data/unlabelled.parquet'));
    const refused = await refusal('income', await data(whole.subarray(0, whole.length / 2), 'half.parquet'));
    expect(refused.code).toMatch(/^(DATA_INVALID|FILE_UNREADABLE|FORMAT_)/);
    expect(refused.said).toContain('half.parquet');
  });

  test('a path where nothing is, with the closest name that is there', async () => {
    await data('a,b,c,d\n1,2,3,4\n', 'orders-2026.csv');
    const refused = await refusal('iris', terminal.file('orders-2025.csv'));
    expect(refused.code).toBe('FILE_MISSING');
    expect(refused.hint).toContain('orders-2026.csv');
    expect(await refusal('iris', terminal.file('nothing-*.csv'))).toMatchObject({ code: 'FILE_MISSING' });
  });

  test('folders: an empty one, one without data, one with two formats', async () => {
    for (const name of ['empty folder', 'models only', 'mixed']) await mkdir(terminal.file(name));
    await writeFile(terminal.file('models only/model.onnx'), await readFile(join(fixtures, 'valid/softmax.onnx')));
    await writeFile(terminal.file('mixed/a.csv'), 'a,b,c,d\n1,2,3,4\n');
    await writeFile(terminal.file('mixed/b.jsonl'), '{"a":1,"b":2,"c":3,"d":4}\n');
    expect((await refusal('iris', terminal.file('empty folder'))).said).toContain('no files');
    expect((await refusal('iris', terminal.file('models only'))).said).toContain('no data');
    const mixed = await refusal('iris', terminal.file('mixed'));
    expect(mixed.said).toContain('several formats');
    expect(mixed.said).toContain('a.csv');
    expect(mixed.said).toContain('b.jsonl');
  });
});

describe('columns that do not fit are refused with what to do', () => {
  test('too few and too many: the candidates are listed and the flag is ready to copy', async () => {
    const few = await refusal('iris', await data('a,b,c\n1,2,3\n'));
    expect(few).toMatchObject({ code: 'BINDING_AMBIGUOUS', subject: 'X' });
    expect(few.said).toContain('a, b and c');
    expect(few.hint).toContain('--features a,b,c');
    const many = await refusal('iris', await data('a,b,c,d,e,f\n1,2,3,4,5,6\n'));
    expect(many.hint).toContain('--features a,b,c,d,e,f');
  });

  test('a missing named column: the closest name is offered', async () => {
    const path = await incomeRows((line, row) => (row === 0 ? line.replace('hours_per_week', 'hours_per_wek') : line));
    const refused = await refusal('income', path);
    expect(refused).toMatchObject({ code: 'BINDING_MISSING_COLUMN', subject: 'hours_per_week' });
    expect(refused.said).toContain('hours_per_wek');
  });

  test('text in every row of a number column', async () => {
    const path = await incomeRows((line, row) => (row === 0 ? line : line.replace(/^(P\d+),\d+/, '$1,old')));
    const refused = await refusal('income', path);
    expect(refused).toMatchObject({ code: 'BINDING_TYPE', subject: 'age' });
    expect(refused.said).toContain('old');
  });

  test('columns that the flags name and the data lacks', async () => {
    const path = await data('a,b,c,d\n1,2,3,4\n');
    for (const flag of ['--id', '--label', '--keep', '--features']) {
      const refused = await refusal('iris', path, flag, 'nowhere');
      expect(refused.code).toBe('BINDING_MISSING_COLUMN');
      expect(refused.said).toContain('nowhere');
    }
  });

  test('when every row fails, the run does too, and says why', async () => {
    const refused = await refusal('iris', await data('a,b,c,d\n1,,3,4\n,2,3,4\n'), '--features', 'a,b,c,d');
    expect(refused.code).toBe('ALL_ROWS_FAILED');
    expect(refused.said).toContain('b is missing');
  });
});

describe('a bad row costs that row', () => {
  test('text in one row of a number column', async () => {
    const path = await incomeRows((line, row) => (row === 2 ? line.replace(/^(P\d+),\d+/, '$1,old') : line));
    const { rows, table } = await scored('income', path, '--id', 'person_id');
    expect(rows).toEqual({ read: 5, predicted: 4, failed: 1 });
    expect(column(table, 'error')).toEqual([null, 'age is "old", a number was expected', null, null, null]);
    expect(column(table, 'prediction')[1]).toBeNull();
  });

  test('missing cells without a rule, cells too many and too few', async () => {
    const path = await data('a,b,c,d\n1,2,3,4\n1,,3,4\n1,2,NA,4\n1,2,3\n1,2,3,4,5\n5,6,7,8\n');
    const { rows, table } = await scored('iris', path);
    expect(rows).toEqual({ read: 6, predicted: 2, failed: 4 });
    const errors = column(table, 'error');
    expect(errors.slice(0, 3)).toEqual([null, 'b is missing', 'c is missing']);
    expect(errors[3]).toContain('3 cells');
    expect(errors[4]).toContain('5 cells');
    expect(errors[5]).toBeNull();
    expect(column(table, 'row')).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  test('missing cells with a rule in the recipe are filled, and the run says so', async () => {
    const shown = await terminal.json<{ inputs: object[] }>('recipe', 'show', 'iris');
    const recipe = {
      ...shown,
      inputs: shown.inputs.map((input) => ({ ...input, missing: { rule: 'value', value: 7 } })),
    };
    const path = await data(JSON.stringify(recipe), 'fill.json');
    const model = join(fixtures, 'valid/logistic_plain.onnx');
    const version = await terminal.json<{ version: number }>('import', model, '--name', 'iris', '--recipe', path);
    const gaps = await scored(`iris@${version.version}`, await data('a,b,c,d\n1,,3,4\n5,6,7,8\n'));
    const filled = await scored('iris@1', await data('a,b,c,d\n1,7,3,4\n5,6,7,8\n'));
    expect(gaps.rows.failed).toBe(0);
    expect(gaps.notes.join(' ')).toMatch(/1 sampled cell of b is missing/);
    expect(column(gaps.table, 'probability_2')).toEqual(column(filled.table, 'probability_2'));
  });

  test('a JSON line that is no JSON', async () => {
    const path = await data('{"a":1,"b":2,"c":3,"d":4}\n{"a":\n{"a":5,"b":6,"c":7,"d":8}\n', 'bad.jsonl');
    const { table } = await scored('iris', path);
    const errors = column(table, 'error');
    expect([errors[0], errors[2]]).toEqual([null, null]);
    expect(errors[1]).toContain('JSON');
  });
});

describe('what is taken for a feature', () => {
  test('never the label or the id that a flag names, and what is not used is named', async () => {
    const path = await data('key,a,b,c,d,outcome\n11,1,2,3,4,0\n12,5,6,7,8,1\n');
    const { notes, table } = await scored('iris', path, '--id', 'key', '--label', 'outcome');
    expect(notes.join(' ')).toContain('a, b, c and d');
    expect(table.columns).toEqual(
      'key,prediction,confidence,probability_0,probability_1,probability_2,outcome,error'.split(','),
    );
    const named = await scored('iris', path, '--features', 'a,b,c,d');
    expect(named.notes.join(' ')).toMatch(/Not used: .*key.*outcome/);
  });

  test('nor a column that looks like one, which is said', async () => {
    const { notes } = await scored('iris', await data('a,b,c,d,target\n1,2,3,4,0\n5,6,7,8,1\n1,2,3,5,1\n'));
    expect(notes.join(' ')).toMatch(/target .*looks like a label/);
  });
});

describe('a file that changes under a run', () => {
  /** Slow enough to be stopped half-way: batches of one row, shards of some thousand. */
  async function halfRun(name: string): Promise<{ run: string; job: string; path: string; out: string }> {
    const line = '5.1,3.5,1.4,0.2\n';
    const path = await data(`a,b,c,d\n${line.repeat(150_000)}`, `${name}.csv`);
    const out = terminal.file(`${name}.out.csv`);
    const { client } = terminal;
    const started = await client.runs.start({
      models: [{ ref: 'iris@1' }],
      data: [(await client.files.grantInput({ path })).grant],
      output: { grant: (await client.files.grantOutput({ path: out })).grant, format: 'csv' },
      batch: 8,
      lanes: 1,
    });
    for await (const job of await client.jobs.watch({ job: started.job })) {
      if (job.progress?.phase === 'scoring' && job.progress.done > 0) break;
    }
    await client.jobs.pause({ job: started.job });
    for await (const job of await client.jobs.watch({ job: started.job })) if (job.status === 'paused') break;
    expect((await client.runs.get({ run: started.run })).status).toBe('paused');
    return { run: started.run, job: started.job, path, out };
  }

  test('is noticed, and nothing of it is written', async () => {
    const { run, path, out } = await halfRun('grows');
    await appendFile(path, '1,2,3,4\n');
    const refused = await terminal.refused('predict', '--resume', run);
    expect(refused).toMatchObject({ exit: 3, code: 'FILE_CHANGED' });
    expect(refused.said).toContain('grows.csv');
    await expect(stat(out)).rejects.toThrow('ENOENT');
  });

  test('or vanishes, is named', async () => {
    const { run, path, out } = await halfRun('vanishes');
    await rm(path);
    const refused = await terminal.refused('predict', '--resume', run);
    expect(refused.exit).toBe(3);
    expect(refused.code).toMatch(/^FILE_(MISSING|CHANGED)$/);
    expect(refused.said).toContain('vanishes.csv');
    await expect(stat(out)).rejects.toThrow('ENOENT');
  });
});

describe('an output that must not be written', () => {
  test('is refused before anything is read: it exists, its folder does not, a folder has its name', async () => {
    const path = await data('a,b,c,d\n1,2,3,4\n');
    const words = ['predict', '--model', 'iris@1', '--data', path, '--out'];
    await writeFile(terminal.file('precious.csv'), 'precious');
    expect(await terminal.refused(...words, terminal.file('precious.csv'))).toMatchObject({
      exit: 3,
      code: 'OUTPUT_EXISTS',
    });
    expect(await readFile(terminal.file('precious.csv'), 'utf8')).toBe('precious');
    const nowhere = await terminal.refused(...words, terminal.file('no folder/out.csv'));
    expect(nowhere).toMatchObject({ exit: 3, code: 'FILE_MISSING' });
    await mkdir(terminal.file('folder.csv'));
    expect(await terminal.refused(...words, terminal.file('folder.csv'))).toMatchObject({
      exit: 3,
      code: 'OUTPUT_EXISTS',
    });
    const forced = await terminal.json(...words, terminal.file('precious.csv'), '--force');
    expect(forced).toMatchObject({ status: 'done' });
    expect(await readFile(terminal.file('precious.csv'), 'utf8')).toContain('prediction');
  });

  test('is a file of the data, also under another name and with --force', async () => {
    const path = await data('a,b,c,d\n1,2,3,4\n');
    await symlink(path, terminal.file('another name.csv'));
    for (const out of [path, terminal.file('another name.csv')]) {
      const refused = await terminal.refused('predict', '--model', 'iris@1', '--data', path, '--out', out, '--force');
      expect(refused).toMatchObject({ exit: 3, code: 'OUTPUT_EXISTS' });
    }
    expect(await readFile(path, 'utf8')).toBe('a,b,c,d\n1,2,3,4\n');
  });

  test.skipIf(process.getuid?.() === 0)('lies in a folder that may not be written (skipped for root)', async () => {
    await mkdir(terminal.file('read only'));
    await chmod(terminal.file('read only'), 0o500);
    const path = await data('a,b,c,d\n1,2,3,4\n');
    const out = terminal.file('read only/out.csv');
    expect(await terminal.refused('predict', '--model', 'iris@1', '--data', path, '--out', out)).toMatchObject({
      exit: 3,
    });
    await chmod(terminal.file('read only'), 0o700);
  });

  test('does not fit on its disk: the run stays, and writes it when there is room', async ({ skip }) => {
    // A file system of 64 kB, where the machine lets one be mounted.
    const small = terminal.file('small disk');
    await mkdir(small);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small], { stdio: 'ignore' });
    } catch {
      skip('no file system can be mounted here');
    }
    try {
      const path = await data(`a,b,c,d\n${'5.1,3.5,1.4,0.2\n'.repeat(5000)}`);
      const refused = await terminal.refused(
        'predict',
        '--model',
        'iris@1',
        '--data',
        path,
        '--out',
        join(small, 'out.csv'),
      );
      expect(refused).toMatchObject({ exit: 3, code: 'DISK_FULL' });
      execFileSync('mount', ['-o', 'remount,size=16m', small], { stdio: 'ignore' });
      const run = (await terminal.json<{ run: string }[]>('runs'))[0]!.run;
      expect(await terminal.predict('--resume', run)).toMatchObject({
        status: 'done',
        rows: { read: 5000, failed: 0 },
      });
      expect(column(await readCsv(join(small, 'out.csv')), 'row')).toHaveLength(5000);
    } finally {
      execFileSync('umount', [small]);
    }
  });
});
