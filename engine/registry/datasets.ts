import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DataDescription, DatasetRow } from '../contract/index.ts';
import { newId } from '../jobs/index.ts';
import type { Catalog } from '../workspace/index.ts';

interface StoredDataset {
  id: string;
  name: string;
  description: string;
  created_at: string;
  runs: number;
}

/** Files that have been read as rows, told apart by path, size, time of change and how a CSV was read. */
export class Datasets {
  readonly #catalog: Catalog;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** Records what was understood of the files (without the sample's cells) and gives the dataset's id. */
  record(description: DataDescription): string {
    const lines = description.files.map((file) => JSON.stringify([file.path, file.bytes, file.changed, file.dialect]));
    const fingerprint = createHash('sha256').update(lines.join('\n')).digest('hex');
    const known = this.#catalog.get<{ id: string }>('SELECT id FROM datasets WHERE fingerprint = ?', fingerprint);
    if (known) return known.id;
    const id = newId('data');
    const kept = { ...description, sample: { columns: description.sample.columns, rows: [] } };
    this.#catalog.write(() =>
      this.#catalog.run(
        'INSERT INTO datasets (id, fingerprint, name, description, created_at) VALUES (?, ?, ?, ?, ?)',
        id,
        fingerprint,
        datasetName(description),
        JSON.stringify(kept),
        new Date().toISOString(),
      ),
    );
    return id;
  }

  async list(): Promise<DatasetRow[]> {
    const rows = this.#catalog.all<StoredDataset & Record<string, unknown>>(
      `SELECT id, name, description, created_at, (SELECT count(*) FROM runs WHERE runs.dataset = datasets.id) AS runs
       FROM datasets ORDER BY created_at DESC LIMIT 1000`,
    );
    return Promise.all(rows.map(datasetRow));
  }

  name(id: string): string | null {
    return this.#catalog.get<{ name: string }>('SELECT name FROM datasets WHERE id = ?', id)?.name ?? null;
  }
}

async function datasetRow(row: StoredDataset): Promise<DatasetRow> {
  const description = JSON.parse(row.description) as DataDescription;
  return {
    dataset: row.id,
    name: row.name,
    status: await fileStatus(description),
    format: description.format,
    files: description.files.length,
    bytes: description.files.reduce((sum, file) => sum + file.bytes, 0),
    rows: description.rows,
    columns: description.columns.length,
    runs: row.runs,
    createdAt: row.created_at,
  };
}

/** Looks at sizes and times of change only; of very many files at the first thousand. */
async function fileStatus(description: DataDescription): Promise<DatasetRow['status']> {
  for (const file of description.files.slice(0, 1000)) {
    const now = await stat(file.path).catch(() => null);
    if (!now) return 'missing';
    if (now.size !== file.bytes) return 'changed';
  }
  return 'unchanged';
}

function datasetName(description: DataDescription): string {
  const first = description.files[0];
  if (!first) return 'nothing';
  if (description.files.length === 1) return basename(first.path);
  return `${first.name} and ${description.files.length - 1} more`;
}
