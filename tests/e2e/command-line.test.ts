import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixtures, onlyDocument, refusalOf, samples, Terminal } from './terminal.ts';
import { column, readCsv } from './tables.ts';

let terminal: Terminal;

const verbs = [
  'import',
  'inspect',
  'recipe',
  'preview',
  'predict',
  'models',
  'datasets',
  'runs',
  'jobs',
  'alias',
  'fsck',
  'gc',
];

beforeAll(async () => {
  terminal = await Terminal.open();
  await terminal.json('import', join(samples, 'income/v1/model.onnx'), '--name', 'income');
  await terminal.json('import', join(fixtures, 'valid/logistic_plain.onnx'), '--name', 'iris');
  await writeFile(terminal.file('four.csv'), 'a,b,c,d\n5.1,3.5,1.4,0.2\n6.9,3.2,,2.3\n');
});
afterAll(() => terminal.close());

const four = (): string => terminal.file('four.csv');

describe('under --json every verb writes one document of the promised shape', () => {
  test('inspect', async () => {
    const found = await terminal.json<Record<string, unknown>>('inspect', 'income@1');
    expect(Object.keys(found)).toEqual(
      'model,version,digest,bytes,opset,irVersion,producer,parameters,operators,signature,metadata,notes'.split(','),
    );
    expect(found).toMatchObject({
      model: 'income',
      version: 1,
      signature: {
        outputs: [
          { name: 'output_label', type: 'string', shape: [null] },
          { type: 'sequence<map<string,float32>>', shape: null },
        ],
      },
    });
  });

  test('preview', async () => {
    const data = join(samples, 'income/data/unlabelled.csv');
    const found = await terminal.json<{ columns: { name: string }[]; binding: object[]; sample: { rows: unknown[] } }>(
      'preview',
      '--data',
      data,
      '--model',
      'income',
    );
    expect(Object.keys(found).toSorted()).toEqual([
      'binding',
      'columns',
      'columnsTotal',
      'format',
      'notes',
      'rows',
      'sample',
    ]);
    expect(found).toMatchObject({
      format: 'csv',
      rows: 600,
      sample: { columns: found.columns.map(({ name }) => name) },
    });
    expect(found.columns[1]).toEqual({ name: 'hours_per_week', type: 'integer', missing: 24 });
    expect(found.binding.map((line) => Object.keys(line))).toEqual(
      found.binding.map(() => ['input', 'from', 'status', 'words']),
    );
    const alone = await terminal.json<{ binding: unknown[] }>('preview', '--data', data);
    expect(alone.binding).toEqual([]);
  });

  test('preview says why a run would be refused, and is itself none', async () => {
    const outcome = await terminal.run('preview', '--data', four(), '--model', 'income', '--json');
    expect(outcome.exit).toBe(0);
    const { notes, binding } = onlyDocument<{ notes: string[]; binding: { status: string }[] }>(outcome);
    expect(notes.join(' ')).toContain('lacks');
    expect(binding.some(({ status }) => status === 'missing')).toBe(true);
  });

  test('spellings of NaN are missing in numeric columns and text elsewhere', async () => {
    await writeFile(terminal.file('na.csv'), 'x,y\n1,NA\n2,None\nNA,null\nNaN,b\n,\n');
    const { columns } = await terminal.json<{ columns: unknown[] }>('preview', '--data', terminal.file('na.csv'));
    expect(columns).toEqual([
      { name: 'x', type: 'integer', missing: 3 },
      { name: 'y', type: 'string', missing: 1 },
    ]);
  });

  test('predict, runs, runs show, jobs, datasets', async () => {
    const done = await terminal.predict('--model', 'iris', '--data', four(), '--out', terminal.file('out.csv'));
    expect(Object.keys(done)).toEqual('run,status,rows,seconds,rowsPerSecond,peakMemoryBytes,output,notes'.split(','));
    expect(done).toMatchObject({
      status: 'done',
      rows: { read: 2, predicted: 1, failed: 1 },
      output: terminal.file('out.csv'),
    });
    expect(done.peakMemoryBytes).toBeGreaterThan(0);
    const listed = { status: 'done', createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) };
    const [run] = await terminal.json<{ run: string; job: string }[]>('runs');
    expect(run).toMatchObject({ run: done.run, ...listed });
    expect(await terminal.json('runs', 'show', done.run)).toMatchObject({
      run: done.run,
      rows: done.rows,
      errors: [{ row: 2, error: 'c is missing' }],
    });
    const [job] = await terminal.json<object[]>('jobs');
    expect(job).toMatchObject({ job: run!.job, ...listed });
    const [dataset] = await terminal.json<object[]>('datasets');
    expect(dataset).toMatchObject({ dataset: expect.any(String), status: 'unchanged', createdAt: listed.createdAt });
    const models = await terminal.json<object[]>('models');
    for (const model of models)
      expect(model).toMatchObject({ model: expect.any(String), status: 'active', createdAt: listed.createdAt });
  });
});

describe('--header and --delimiter', () => {
  const reading = ['--header', 'no', '--delimiter', '~'];

  test('overrule what would be guessed, for preview and run, of all files', async () => {
    await mkdir(terminal.file('readings'));
    // By itself each would be read as one column with a header.
    await writeFile(terminal.file('readings/1.csv'), 'x,1~2~3~4\ny,5~6~7~8\n');
    await writeFile(terminal.file('readings/2.csv'), 'z,9~6~7~8\n');
    const data = terminal.file('readings');
    expect(await terminal.json('preview', '--data', data, ...reading)).toMatchObject({
      rows: 3,
      columns: ['column1', 'column2', 'column3', 'column4'].map((name) => ({ name })),
      sample: { rows: [['x,1', '2', '3', '4'], expect.anything()] },
    });
    expect(await terminal.json('preview', '--data', four(), '--delimiter', 'tab')).toMatchObject({
      columns: [{ name: 'a,b,c,d' }],
    });
    const out = terminal.file('readings.csv');
    const words = ['--model', 'iris', '--data', data, '--out', out, '--keep', 'column1', '--features'];
    const done = await terminal.predict(...words, 'column2,column3,column4,column2', ...reading);
    expect(done.rows).toEqual({ read: 3, predicted: 3, failed: 0 });
    expect(column(await readCsv(out), 'column1')).toEqual(['x,1', 'y,5', 'z,9']);
  });

  test('are refused for what they cannot say', async () => {
    const parquet = join(samples, 'income/data/unlabelled.parquet');
    expect(await terminal.refused('preview', '--data', parquet, '--header', 'yes')).toMatchObject({
      exit: 2,
      code: 'USAGE',
    });
    for (const wrong of [
      ['--header', 'maybe'],
      ['--delimiter', '"'],
      ['--delimiter', ';;'],
      ['--delimiter', 'é'],
      ['--delimiter', ''],
    ]) {
      const refused = await terminal.refused('preview', '--data', four(), ...wrong);
      expect([wrong, refused.exit, refused.code]).toEqual([wrong, 2, 'USAGE']);
    }
  });
});

describe('without --json', () => {
  test('tables go to stdout, what a person should know to stderr, and a pipe gets no progress bar', async () => {
    const out = terminal.file('plain.csv');
    const outcome = await terminal.run('predict', '--model', 'iris', '--data', four(), '--out', out);
    expect(outcome.exit).toBe(0);
    expect(outcome.stdout).toContain(out);
    expect(outcome.stderr).toContain('c is missing');
    expect(outcome.stderr).not.toContain('\r');
    expect(outcome.stderr).not.toContain('\u001b');
    const quiet = await terminal.run(
      'predict',
      '--model',
      'iris',
      '--data',
      four(),
      '--out',
      out,
      '--force',
      '--quiet',
    );
    expect(quiet).toMatchObject({ exit: 0, stderr: '' });
  });

  test('a refusal is a sentence on stderr and nothing on stdout', async () => {
    const outcome = await terminal.run('inspect', 'nobody');
    expect(outcome).toMatchObject({ exit: 3, stdout: '' });
    expect(outcome.stderr).toContain('There is no model nobody');
    expect(outcome.stderr).not.toContain('    at ');
  });

  test.concurrent.each(verbs)('%s --help shows an example', async (verb) => {
    const outcome = await terminal.bare(verb, '--help');
    expect(outcome).toMatchObject({ exit: 0, stderr: '' });
    expect(outcome.stdout).toMatch(/Example:\n +drydock /);
  });
});

describe('a wrong command line exits with 2', () => {
  const wrong: [string, ...string[]][] = [
    ['an unknown verb', 'nonsense'],
    ['an unknown flag', 'models', '--nonsense'],
    ['a verb without its argument', 'import'],
    ['too many arguments', 'inspect', 'a', 'b'],
    ['a flag without its value', 'predict', '--model', 'iris', '--data', 'four.csv', '--out'],
    ['a flag in place of a value', 'predict', '--model', 'iris', '--data', 'four.csv', '--out', '--force'],
    ['no number', 'predict', '--model', 'iris', '--data', 'four.csv', '--out', 'x.csv', '--batch', 'many'],
    ['0', 'predict', '--model', 'iris', '--data', 'four.csv', '--out', 'x.csv', '--threads', '0'],
    ['a number too large', 'predict', '--model', 'iris', '--data', 'four.csv', '--out', 'x.csv', '--batch', '1000000'],
    ['an output of no known kind', 'predict', '--model', 'iris', '--data', 'four.csv', '--out', 'x.txt'],
    ['nothing to predict', 'predict', '--model', 'iris'],
    ['--resume with more', 'predict', '--resume', 'run-1', '--model', 'iris'],
    [
      'an empty name in a list',
      'predict',
      '--model',
      'iris',
      '--data',
      'four.csv',
      '--out',
      'x.csv',
      '--features',
      'a,,b',
    ],
    ['an empty path', 'import', ''],
    ['an unknown subverb', 'models', 'nonsense'],
  ];

  test.concurrent.each(wrong)('%s', async (_what, ...words) => {
    const refused = refusalOf(await terminal.bare(...words, '--json'));
    expect(refused).toMatchObject({ exit: 2, code: 'USAGE' });
    expect(refused.message).toMatch(/\.$/);
  });

  test('and without --json says it on stderr', async () => {
    for (const words of [['nonsense'], [], ['alias']] as string[][]) {
      const outcome = await terminal.bare(...words);
      expect(outcome).toMatchObject({ exit: 2, stdout: '' });
      expect(outcome.stderr).toMatch(/\.\n/);
    }
  });

  test('--version and --help are no errors', async () => {
    expect(await terminal.bare('--version')).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    expect(await terminal.bare('--help')).toMatchObject({ exit: 0, stderr: '' });
  });
});

describe('options of all verbs', () => {
  test('count for a subverb wherever they stand', async () => {
    const after = await terminal.bare('recipe', 'show', 'iris', '--json', '--workspace', terminal.workspace);
    const between = await terminal.bare('recipe', '--json', '--workspace', terminal.workspace, 'show', 'iris');
    expect(after.exit).toBe(0);
    expect(between.stdout).toBe(after.stdout);
  });

  test('--detached is refused where an engine holds the workspace, and works where none does', async () => {
    expect(await terminal.refused('models', '--detached')).toMatchObject({ exit: 3, code: 'WORKSPACE_HELD' });
    const alone = await terminal.bare(
      'models',
      '--detached',
      '--json',
      '--workspace',
      terminal.file('another workspace'),
    );
    expect(alone).toMatchObject({ exit: 0, stdout: '[]\n' });
  });

  test("without --workspace the platform's data folder is used, made on first use", async () => {
    const home = { HOME: terminal.file('home'), XDG_DATA_HOME: terminal.file('home/data') };
    const outcome = await terminal.runWith(home, 'models', '--json', '--detached');
    expect(outcome).toMatchObject({ exit: 0, stdout: '[]\n' });
    expect(await readdir(terminal.file('home/data'))).toHaveLength(1);
  });
});

describe('a workspace that cannot be used is refused with exit 3', () => {
  test('a path that is a file', async () => {
    const refused = refusalOf(await terminal.bare('models', '--json', '--workspace', four()));
    expect(refused).toMatchObject({ exit: 3, code: 'WORKSPACE_UNUSABLE' });
    expect(refused.said).toContain('four.csv');
    expect(await readFile(four(), 'utf8')).toMatch(/^a,b,c,d/);
  });

  test('one of a newer version, which stays as it is', async () => {
    const folder = terminal.file('newer');
    expect((await terminal.bare('models', '--detached', '--workspace', folder)).exit).toBe(0);
    const database = new DatabaseSync(join(folder, 'workspace.db'));
    database.exec('PRAGMA user_version = 999');
    database.close();
    for (const flags of [[], ['--detached']]) {
      const refused = refusalOf(await terminal.bare('models', '--json', '--workspace', folder, ...flags));
      expect(refused).toMatchObject({ exit: 3, code: 'WORKSPACE_NEWER' });
    }
    const after = new DatabaseSync(join(folder, 'workspace.db'));
    expect(after.prepare('PRAGMA user_version').get()).toEqual({ user_version: 999 });
    after.close();
  });
});
