import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newFolder, transports, type Connected } from './transports.ts';

const samples = fileURLToPath(new URL('../../resources/samples/', import.meta.url));
const softmax = join(import.meta.dirname, '../fixtures/models/valid/softmax.onnx');

describe.each(transports)('datasets through $name', ({ connect }) => {
  const folder = newFolder();
  let connected: Connected;
  const client = () => connected.client;

  beforeAll(async () => {
    connected = await connect();
    await client().models.import({ grant: await granted(softmax), name: 'softmax' });
  });

  afterAll(async () => {
    await connected.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function granted(path: string): Promise<string> {
    return (await connected.host.files.grantInput({ path })).grant;
  }

  /** A run over the data makes it a dataset. */
  async function datasetOf(data: string, model = 'softmax', features?: string[]): Promise<string> {
    const run = await client().runs.start({
      models: [{ ref: model }],
      data: [await granted(data)],
      roles: features ? { features } : {},
    });
    for await (const _ of await client().jobs.watch({ job: run.job }));
    const [newest] = await client().data.datasets();
    return newest!.dataset;
  }

  function write(name: string, lines: string[]): string {
    const path = join(folder, name);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  }

  const features = ['a', 'b', 'c', 'd'];

  function table(name: string): string {
    const rows = Array.from({ length: 40 }, (_, row) => {
      const day = `2024-01-${String((row % 20) + 1).padStart(2, '0')}`;
      return [`row-${row}`, row % 4, row / 8, 1, 2, row % 2 ? 'yes' : 'no', row % 10 ? 'x' : '', day].join(',');
    });
    return write(name, ['row_id,a,b,c,d,label,word,day', ...rows]);
  }

  test('are told whole: columns, files, rows, guessed roles and where they were used', async () => {
    const dataset = await datasetOf(table('whole.csv'), 'softmax', features);
    const found = await client().datasets.get({ dataset });
    expect(found).toMatchObject({ dataset, name: 'whole.csv', status: 'unchanged', rows: 40, columns: 8, runs: 1 });
    expect(found.columnList.map(({ name }) => name)).toEqual(['row_id', ...features, 'label', 'word', 'day']);
    expect(found.fileList).toEqual([{ name: 'whole.csv', bytes: expect.any(Number) }]);
    expect(found.sample.rows).toHaveLength(20);
    expect(found.sample.rows[3]!.slice(0, 3)).toEqual(['row-3', '3', '0.375']);
    expect(found.roles).toEqual({ label: 'label', id: 'row_id', group: null, role: null, confirmed: false });
    expect(found.usedBy).toEqual([
      { run: expect.any(String), models: ['softmax@1'], status: 'done', createdAt: expect.any(String) },
    ]);
  });

  test('are summarised by type, the same when asked again', async () => {
    const dataset = await datasetOf(table('summary.csv'), 'softmax', features);
    const summary = await client().datasets.summary({ dataset });
    expect(summary).toMatchObject({ rows: 40, exact: true });
    const columns = Object.fromEntries(summary.columns.map((column) => [column.name, column]));
    expect(columns.a).toMatchObject({
      missing: 0,
      distinct: 4,
      bins: [0, 1, 2, 3].map((from) => ({ from, to: from + 1, count: 10 })),
      min: '0',
      max: '3',
      mean: 1.5,
    });
    expect(columns.b!.bins).toHaveLength(20);
    expect(columns.b!.bins.map(({ count }) => count)).toEqual(Array.from({ length: 20 }, () => 2));
    expect(columns.label!.top).toEqual([
      { value: 'no', count: 20 },
      { value: 'yes', count: 20 },
    ]);
    expect(columns.word).toMatchObject({ missing: 4, distinct: 1, top: [{ value: 'x', count: 36 }] });
    expect(columns.day).toMatchObject({ missing: 0, distinct: 20, mean: null });
    expect(columns.day!.min).toContain('2024-01-01');
    expect(columns.day!.bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(40);
    expect(await client().datasets.summary({ dataset })).toEqual(summary);
    const some = await client().datasets.summary({ dataset, columns: ['word', 'a'] });
    expect(some.columns).toEqual([columns.word, columns.a]);
    await expect(client().datasets.summary({ dataset, columns: ['nothing'] })).rejects.toMatchObject({
      data: { code: 'BINDING_MISSING_COLUMN', subject: 'nothing' },
    });
  });

  test('of pictures are summarised by classes and sizes', async () => {
    const grant = await granted(`${samples}digits/v1/model.onnx`);
    await client().models.import({ grant, name: 'digits' });
    const dataset = await datasetOf(`${samples}digits/data/test`, 'digits');
    expect(await client().datasets.get({ dataset })).toMatchObject({
      status: 'unchanged',
      roles: { label: 'label', confirmed: false },
    });
    const { columns, rows } = await client().datasets.summary({ dataset });
    expect(rows).toBe(500);
    expect(columns.map(({ name }) => name)).toEqual(['image', 'label', 'width', 'height']);
    expect(columns[0]!.top).toEqual([{ value: '8 x 8', count: 500 }]);
    expect(columns[1]!.top.reduce((sum, { count }) => sum + count, 0)).toBe(500);
    expect(columns[2]!.bins).toEqual([{ from: 8, to: 9, count: 500 }]);
  });

  test('keep the roles that a person confirms, and a preview takes them where it is told nothing', async () => {
    const data = table('roles.csv');
    const dataset = await datasetOf(data, 'softmax', features);
    const said = await client().datasets.setRoles({ dataset, roles: { role: 'test', group: 'word' } });
    expect(said).toMatchObject({ label: 'label', group: 'word', role: 'test', confirmed: false });
    const preview = async (roles = {}) => client().data.preview({ data: [await granted(data)], roles });
    expect((await preview()).notes.join()).not.toContain('confirmed');
    const confirmed = await client().datasets.setRoles({ dataset, roles: { label: 'word' } });
    expect(confirmed).toEqual({ label: 'word', id: 'row_id', group: 'word', role: 'test', confirmed: true });
    const { notes } = await preview();
    expect(notes).toContain('The label is word, as it was confirmed for this dataset.');
    expect(notes).toContain('The id is row_id, as it was confirmed for this dataset.');
    expect((await preview({ label: 'label', id: 'day' })).notes.join()).not.toContain('confirmed');
    expect((await client().datasets.get({ dataset })).roles).toEqual(confirmed);
  });

  test('refuse roles for columns that they do not have', async () => {
    const dataset = await datasetOf(table('refused.csv'), 'softmax', features);
    const call = client().datasets.setRoles({ dataset, roles: { label: 'lable' } });
    await expect(call).rejects.toMatchObject({ data: { code: 'BINDING_MISSING_COLUMN', subject: 'lable' } });
    const twice = client().datasets.setRoles({ dataset, roles: { label: 'word', id: 'word' } });
    await expect(twice).rejects.toMatchObject({ data: { code: 'BINDING_AMBIGUOUS', subject: 'word' } });
    expect((await client().datasets.get({ dataset })).roles.confirmed).toBe(false);
  });

  test('give grants to score them again, until their files are others', async () => {
    const path = table('again.csv');
    const dataset = await datasetOf(path, 'softmax', features);
    const { grants } = await client().datasets.grants({ dataset });
    expect(await client().data.preview({ data: grants })).toMatchObject({ format: 'csv', rows: 40 });
    await client().datasets.summary({ dataset, columns: ['a'] });
    utimesSync(path, 1, 1);
    await expect(client().datasets.grants({ dataset })).rejects.toMatchObject({
      data: { code: 'FILE_CHANGED', subject: 'again.csv' },
    });
    const changed = await client().datasets.get({ dataset });
    expect(changed).toMatchObject({ status: 'changed', sample: { rows: [] } });
    expect(changed.notes.at(-1)).toBe('Its files are changed now, so no rows are shown.');
    expect((await client().datasets.summary({ dataset, columns: ['a'] })).columns).toHaveLength(1);
    const fresh = client().datasets.summary({ dataset, columns: ['b'] });
    await expect(fresh).rejects.toMatchObject({ data: { code: 'FILE_CHANGED' } });
    rmSync(path);
    await expect(client().datasets.grants({ dataset })).rejects.toMatchObject({ data: { code: 'FILE_MISSING' } });
  });

  test('answer small, however wide the tables and long the names', async () => {
    const names = Array.from({ length: 1200 }, (_, index) => `${'n'.repeat(300)}${index}`);
    const wide = write('wide.csv', [
      [...features, ...names].join(','),
      ...[1, 2, 3].map((row) => [1, 2, 3, 4, ...names.map(() => row / 7)].join(',')),
    ]);
    const dataset = await datasetOf(wide, 'softmax', features);
    for (const answer of [await client().datasets.get({ dataset }), await client().datasets.summary({ dataset })])
      expect(JSON.stringify(answer).length).toBeLessThan(256_000);
  });

  test('that are not there are not found', async () => {
    const { datasets } = client();
    for (const call of [
      datasets.get({ dataset: 'data-none' }),
      datasets.summary({ dataset: '__proto__' }),
      datasets.setRoles({ dataset: "' OR 1=1", roles: {} }),
      datasets.grants({ dataset: '' }),
    ])
      await expect(call).rejects.toMatchObject({ data: { code: 'NOT_FOUND' } });
  });

  test('leave bytes on disk that are told by what they are for', async () => {
    mkdirSync(join(connected.workspace, 'uploads'), { recursive: true });
    writeFileSync(join(connected.workspace, 'uploads', 'part'), 'x'.repeat(12_345));
    const usage = await client().workspace.usage();
    expect(usage.uploads).toBe(12_345);
    expect(usage.objects).toBeGreaterThan(18_691);
    expect(usage.runs).toBeGreaterThan(1000);
    expect(usage.free).toBeGreaterThan(0);
  });
});
