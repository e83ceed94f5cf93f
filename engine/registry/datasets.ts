import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { boundItems, problem, type DataDescription, type DatasetRow, type Page } from '../contract/index.ts';
import { newId } from '../jobs/index.ts';
import type { Catalog } from '../workspace/index.ts';

/** A dataset as the catalog keeps it. Made where the data is looked at, because it is gone through file by file. */
export interface DatasetFacts {
  /** Tells datasets apart: paths, sizes and times of change of all files. */
  fingerprint: string;
  name: string;
  format: string;
  files: number;
  bytes: number;
  rows: number | null;
  columns: number;
  /** JSON of what was understood: no cells, the first files and columns of very many. */
  description: string;
}

/** A dataset as a list shows it. */
interface StoredDataset extends Omit<DatasetFacts, 'fingerprint' | 'description'> {
  id: string;
  created_at: string;
  runs: number;
}

const filesKept = 1000;
const columnsKept = 5000;
/** Files that are looked at when datasets are listed. */
const filesLookedAt = 200;

export function datasetFacts(description: DataDescription): DatasetFacts {
  const fingerprint = createHash('sha256');
  for (const [index, { path, bytes, changed }] of description.files.entries())
    fingerprint.update((index === 0 ? '' : '\n') + JSON.stringify([path, bytes, changed]));
  const kept: DataDescription = {
    ...description,
    files: description.files.slice(0, filesKept),
    columns: description.columns.slice(0, columnsKept),
    sample: { columns: description.sample.columns.slice(0, columnsKept), rows: [] },
  };
  return {
    fingerprint: fingerprint.digest('hex'),
    name: datasetName(description),
    format: description.format,
    files: description.files.length,
    bytes: description.files.reduce((sum, file) => sum + file.bytes, 0),
    rows: description.rows,
    columns: description.columns.length,
    description: JSON.stringify(kept),
  };
}

/** Files that have been read as rows, told apart by path, size and time of change. */
export class Datasets {
  readonly #catalog: Catalog;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** Records what was understood of the files and gives the dataset's id. */
  record(facts: DatasetFacts): string {
    const known = this.#catalog.get<{ id: string }>('SELECT id FROM datasets WHERE fingerprint = ?', facts.fingerprint);
    if (known) return known.id;
    const id = newId('data');
    this.#catalog.write(() =>
      this.#catalog.run(
        `INSERT INTO datasets (id, fingerprint, name, format, files, bytes, rows, columns, description, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        facts.fingerprint,
        facts.name,
        facts.format,
        facts.files,
        facts.bytes,
        facts.rows,
        facts.columns,
        facts.description,
        new Date().toISOString(),
      ),
    );
    return id;
  }

  /** Newest first. */
  async list({ limit, after }: Page): Promise<DatasetRow[]> {
    if (after !== undefined && this.name(after) === null)
      throw problem('NOT_FOUND', `There is no dataset ${after}.`, {
        subject: after,
        hint: 'drydock datasets lists them.',
      });
    const rows = this.#catalog.all<StoredDataset & Record<string, unknown>>(
      `SELECT id, name, format, files, bytes, rows, columns, created_at,
         (SELECT count(*) FROM runs WHERE runs.dataset = datasets.id) AS runs
       FROM datasets WHERE ?1 IS NULL OR rowid < (SELECT rowid FROM datasets WHERE id = ?1)
       ORDER BY rowid DESC LIMIT ?2`,
      after ?? null,
      limit,
    );
    const listed: DatasetRow[] = [];
    for (const row of boundItems(rows)) listed.push(await this.#row(row));
    return listed;
  }

  name(id: string): string | null {
    return this.#catalog.get<{ name: string }>('SELECT name FROM datasets WHERE id = ?', id)?.name ?? null;
  }

  async #row({ id, created_at: createdAt, ...row }: StoredDataset): Promise<DatasetRow> {
    const { name, format, files, bytes, rows, columns, runs } = row;
    const status = await this.#status(id);
    return { dataset: id, name, status, format, files, bytes, rows, columns, runs, createdAt };
  }

  /** Looks at times of change, of folders their own; of very many files at the first ones. */
  async #status(id: string): Promise<DatasetRow['status']> {
    const stored = this.#catalog.get<{ description: string }>('SELECT description FROM datasets WHERE id = ?', id);
    const { files } = JSON.parse(stored?.description ?? '{"files":[]}') as DataDescription;
    for (const file of files.slice(0, filesLookedAt)) {
      const now = await stat(file.path, { bigint: true }).catch(() => null);
      if (!now) return 'missing';
      if (`${now.mtimeNs} ${now.ctimeNs}` !== file.changed) return 'changed';
    }
    return 'unchanged';
  }
}

function datasetName(description: DataDescription): string {
  const first = description.files[0];
  if (!first) return 'nothing';
  if (description.files.length === 1) return basename(first.path);
  return `${first.name} and ${description.files.length - 1} more`;
}
