import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEngine, type Engine } from '../../engine/index.ts';
import { rmSync } from 'node:fs';
import { newFolder } from './transports.ts';

const folder = newFolder();
const count = 1500;
let engine: Engine;

/** A workspace with many of everything. What is listed comes from the catalog alone, so the catalog alone is furnished. */
beforeAll(async () => {
  engine = await openEngine(folder);
  const { catalog } = engine.parts.workspace;
  const words = JSON.stringify(['A note of some length, as notes are, with the names of columns in it. '.repeat(4)]);
  catalog.write(() => {
    catalog.run("INSERT INTO artifacts VALUES ('digest', 1, 'model.onnx', '{}', '')");
    catalog.run("INSERT INTO models (id, name, created_at) VALUES (1, 'many-versions', '')");
    for (let at = 1; at <= count; at += 1) {
      const id = String(at).padStart(5, '0');
      catalog.run("INSERT INTO models (id, name, created_at) VALUES (?, ?, '')", at + 1, `model-${id}`);
      catalog.run("INSERT INTO versions VALUES (?, 1, ?, 'digest', '{}', ?, '[]', '')", at, at, id);
      catalog.run("INSERT INTO aliases VALUES (1, ?, ?, '')", `alias-${id}`, at);
      catalog.run("INSERT INTO alias_history (model, name, version, at) VALUES (1, ?, ?, '')", `alias-${id}`, at);
      catalog.run(
        "INSERT INTO datasets (id, fingerprint, name, description, created_at) VALUES (?, ?, ?, ?, '')",
        `data-${id}`,
        id,
        'data'.repeat(40),
        '{"files":[]}',
      );
      catalog.run(
        "INSERT INTO jobs (id, kind, title, state, payload, epoch, created_at) VALUES (?, 'run', ?, 'done', '{}', 1, '')",
        `job-${id}`,
        'A run of one version. '.repeat(10),
      );
      catalog.run(
        "INSERT INTO runs (id, job, request, dataset, notes, created_at) VALUES (?, ?, '{}', ?, ?, '')",
        `run-${id}`,
        `job-${id}`,
        `data-${id}`,
        words,
      );
    }
  });
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

type Ask = { limit?: number; after?: string };
const ids = Array.from({ length: count }, (_, at) => String(at + 1).padStart(5, '0'));
const newestFirst = (prefix: string): string[] => ids.map((id) => `${prefix}-${id}`).toReversed();

const lists: [string, (ask: Ask | undefined) => Promise<unknown[]>, (item: never) => string, string[]][] = [
  ['runs', (ask) => engine.client.runs.list(ask), (run: { run: string }) => run.run, newestFirst('run')],
  ['jobs', (ask) => engine.client.jobs.list(ask), (job: { job: string }) => job.job, newestFirst('job')],
  [
    'datasets',
    (ask) => engine.client.data.datasets(ask),
    (row: { dataset: string }) => row.dataset,
    newestFirst('data'),
  ],
  [
    'models',
    (ask) => engine.client.models.list(ask),
    (row: { model: string }) => row.model,
    ['many-versions', ...ids.map((id) => `model-${id}`)],
  ],
  [
    'versions',
    (ask) => engine.client.models.versions({ model: 'many-versions', ...ask }),
    (row: { version: number }) => String(row.version),
    ids.map(Number).map(String).toReversed(),
  ],
  [
    'aliases',
    (ask) => engine.client.aliases.list(ask),
    (row: { model: string; alias: string }) => `${row.model}@${row.alias}`,
    ids.map((id) => `many-versions@alias-${id}`),
  ],
  [
    'history',
    (ask) => engine.client.aliases.history({ model: 'many-versions', ...ask }),
    (row: { move?: number }) => String(row.move),
    ids.map(Number).map(String),
  ],
];

test.each(lists)(
  '%s come in pages that a call carries, each item once and in order',
  async (_, list, keyOf, expected) => {
    const keys: string[] = [];
    let pages = 0;
    for (let page = await list({ limit: 500 }); page.length > 0; pages += 1) {
      expect(JSON.stringify(page).length).toBeLessThan(256_000);
      keys.push(...page.map((item) => keyOf(item as never)));
      page = await list({ limit: 500, after: keys.at(-1)! });
    }
    expect(keys).toEqual(expected);
    expect(pages).toBeGreaterThanOrEqual(3);
  },
);

test.each(lists)('%s without a page are the first ones', async (name, list, keyOf, expected) => {
  const asked = name === 'versions' || name === 'history' ? {} : undefined;
  const first = (await list(asked)).map((item) => keyOf(item as never));
  expect(first.length).toBeGreaterThan(0);
  expect(first.length).toBeLessThanOrEqual(200);
  expect(first).toEqual(expected.slice(0, first.length));
});

test('a model with very many versions and aliases is listed with the newest, and says how many there are', async () => {
  const [model] = await engine.client.models.list({ limit: 1 });
  expect(model).toMatchObject({ model: 'many-versions', versionsTotal: count });
  expect(model!.versions).toHaveLength(100);
  expect(model!.versions[0]!.version).toBe(count);
  expect(Object.keys(model!.aliases)).toHaveLength(100);
});

test('a page after something that does not exist is refused', async () => {
  for (const list of [engine.client.runs.list, engine.client.jobs.list, engine.client.data.datasets]) {
    await expect(list({ after: join('no', 'such') })).rejects.toMatchObject({
      code: 'PROBLEM',
      data: { code: 'NOT_FOUND' },
    });
  }
  await expect(engine.client.runs.list({ limit: 501 })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});
