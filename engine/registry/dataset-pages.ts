import {
  problem,
  type DatasetColumnSummary,
  type DataDescription,
  type Dataset,
  type DatasetRoles,
  type DatasetSummary,
} from '../contract/index.ts';
import type { DataReaderRouter } from '../data/child.ts';
import { boundRows, startChild, type Child } from '../processes/index.ts';
import type { Catalog } from '../workspace/index.ts';
import { DatasetRoleStore, type SaidRoles } from './dataset-roles.ts';
import { changeProblem, type Datasets } from './datasets.ts';
import type { Grants } from './grants.ts';

const readerBytes = 3 * 2 ** 30;
/** After this long a first look, or a summary, is given up. */
const sampleMs = 30_000;
const summaryMs = 120_000;
/** Columns of a summary when none are named, and characters of JSON that an answer carries of a list. */
const defaultColumns = 200;
const mostCharacters = 100_000;
const mostListed = 1000;
const rowsShown = 20;
/** Grants that an answer carries. */
const mostGrants = 4000;

/** All that is known of one dataset: what it holds, what its columns are for, where it was used. */
export class DatasetPages {
  readonly roles: DatasetRoleStore;
  readonly #catalog: Catalog;
  readonly #datasets: Datasets;
  readonly #grants: Grants;

  constructor(catalog: Catalog, datasets: Datasets, grants: Grants) {
    this.#catalog = catalog;
    this.#datasets = datasets;
    this.#grants = grants;
    this.roles = new DatasetRoleStore(catalog);
  }

  async get(id: string, signal?: AbortSignal): Promise<Dataset> {
    const { row, description } = await this.#datasets.get(id);
    const { sample, note } = await sampleOf(description, row.status, signal);
    const files = description.files.map(({ name, bytes }) => ({ name, bytes }));
    return {
      ...row,
      columnList: bounded(description.columns),
      fileList: bounded(files),
      sample: { columns: bounded(sample.columns), rows: boundRows(sample.rows.slice(0, rowsShown)).rows },
      roles: this.roles.get(id, { ...description, sample }),
      usedBy: this.#usedBy(id),
      notes: [...description.notes, ...(note === null ? [] : [note])],
    };
  }

  async setRoles(id: string, said: SaidRoles, signal?: AbortSignal): Promise<DatasetRoles> {
    const { row, description } = await this.#datasets.get(id);
    const { sample } = await sampleOf(description, row.status, signal);
    return this.roles.set(id, { ...description, sample }, said);
  }

  /** Of the named columns, or of the first ones; as many as an answer carries. What was summarised before is kept. */
  async summary(id: string, columns: readonly string[] | undefined, signal?: AbortSignal): Promise<DatasetSummary> {
    const { row, description } = await this.#datasets.get(id);
    const all = description.columns.map((column) => column.name);
    const names = [...new Set(columns ?? all.slice(0, defaultColumns))];
    const kept = this.#keptSummary(id, names);
    if (kept !== null) return { ...kept, columns: bounded(kept.columns) };
    if (row.status !== 'unchanged') throw changeProblem(row.name, row.status);
    const found = await withReader((client) => client.summarise({ description, columns: names }), summaryMs, signal);
    const isWhole = description.files.length === row.files;
    const summary = { ...found, exact: found.exact && isWhole };
    this.#keep(id, names, summary);
    return { ...summary, columns: bounded(summary.columns) };
  }

  /** To score its files again. Throws as `Datasets.unchanged`. */
  async grants(id: string): Promise<string[]> {
    const { row, description } = await this.#datasets.get(id);
    if (row.files > mostGrants) {
      throw problem('NOT_ALLOWED_NOW', `${row.name} has ${row.files} files, too many to be chosen one by one.`, {
        subject: row.name,
        hint: 'Drop the folder that holds them.',
      });
    }
    await this.#datasets.unchanged(id);
    return this.#grants.inputs(description.files.map((file) => file.path));
  }

  /** Where its first file lies. */
  async place(id: string): Promise<string> {
    const { row, description } = await this.#datasets.get(id);
    const [first] = description.files;
    if (first) return first.path;
    throw problem('FILE_MISSING', `${row.name} has no files.`, { subject: row.name });
  }

  #usedBy(id: string): Dataset['usedBy'] {
    const rows = this.#catalog.all<{ run: string; state: string; created_at: string; models: string }>(
      `SELECT runs.id AS run, jobs.state, runs.created_at,
         (SELECT json_group_array(models.name || '@' || versions.number) FROM run_versions
          JOIN versions ON versions.id = run_versions.version JOIN models ON models.id = versions.model
          WHERE run_versions.run = runs.id) AS models
       FROM runs JOIN jobs ON jobs.id = runs.job WHERE runs.dataset = ?
       ORDER BY runs.created_at DESC, runs.rowid DESC LIMIT 200`,
      id,
    );
    return rows.map((row) => ({
      run: row.run,
      models: JSON.parse(row.models) as string[],
      // A held job's run is an interrupted run that only a person resumes.
      status: row.state === 'held' ? 'interrupted' : row.state,
      createdAt: row.created_at,
    }));
  }

  #keptSummary(id: string, names: readonly string[]): DatasetSummary | null {
    const found = this.#catalog.all<{ asked: string; rows: number; exact: number; summary: string }>(
      `SELECT name AS asked, rows, exact, summary FROM dataset_summaries
       WHERE dataset = ? AND name IN (SELECT value FROM json_each(?))`,
      id,
      JSON.stringify(names),
    );
    if (found.length < names.length || found.length === 0) return null;
    const byName = new Map(found.map((row) => [row.asked, row]));
    // Columns that were summarised at different times may have been looked at over different rows.
    return {
      rows: Math.min(...found.map((row) => row.rows)),
      exact: found.every((row) => row.exact === 1),
      columns: names.flatMap((name) => JSON.parse(byName.get(name)!.summary) as DatasetColumnSummary[]),
    };
  }

  /** A picture's one column gives several summaries, so each asked name keeps a list. */
  #keep(id: string, names: readonly string[], summary: DatasetSummary): void {
    this.#catalog.write(() => {
      for (const [index, name] of names.entries()) {
        const own = summary.columns.filter((column) => column.name === name);
        const extra =
          index === names.length - 1 ? summary.columns.filter(({ name: other }) => !names.includes(other)) : [];
        this.#catalog.run(
          'INSERT INTO dataset_summaries (dataset, name, rows, exact, summary) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
          id,
          name,
          summary.rows,
          summary.exact ? 1 : 0,
          JSON.stringify([...own, ...extra]),
        );
      }
    });
  }
}

async function sampleOf(
  description: DataDescription,
  status: Dataset['status'],
  signal?: AbortSignal,
): Promise<{ sample: DataDescription['sample']; note: string | null }> {
  const empty = { columns: description.sample.columns, rows: [] };
  if (status !== 'unchanged') return { sample: empty, note: `Its files are ${status} now, so no rows are shown.` };
  const sample = await withReader((client) => client.sample({ description }), sampleMs, signal);
  return { sample, note: null };
}

/** Runs one call in a data reader of its own. */
async function withReader<T>(
  action: (client: Child<DataReaderRouter>['client']) => Promise<T>,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<T> {
  const reader = startChild<DataReaderRouter>('data-reader', { memoryBytes: readerBytes });
  const kill = (): void => reader.kill();
  signal?.addEventListener('abort', kill, { once: true });
  try {
    return await reader.call(action, { timeoutMs });
  } finally {
    signal?.removeEventListener('abort', kill);
    reader.kill();
  }
}

/** As many of the first items as an answer may carry. */
function bounded<Item>(items: readonly Item[]): Item[] {
  const kept: Item[] = [];
  let characters = 0;
  for (const item of items.slice(0, mostListed)) {
    characters += JSON.stringify(item).length;
    if (characters > mostCharacters && kept.length > 0) break;
    kept.push(item);
  }
  return kept;
}
