import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { problem, type ColumnInfo, type DataDescription, type DatasetRow, type SourceFile } from '../contract/index.ts';
import { newId } from '../jobs/index.ts';
import type { Catalog } from '../workspace/index.ts';

interface StoredDataset {
  id: string;
  name: string;
  description: string;
  created_at: string;
  runs: number;
}

const selectDataset = `
  SELECT id, name, description, created_at, (SELECT count(*) FROM runs WHERE runs.dataset = datasets.id) AS runs
  FROM datasets`;

/** What tells a file from others and from itself at another time. */
type FileStamp = Pick<SourceFile, 'path' | 'bytes' | 'changed'>;

/** Files that have been read as rows, told apart by path, size and time of change. */
export class Datasets {
  readonly #catalog: Catalog;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** Records what was understood of the files (without the sample's cells) and gives the dataset's id. */
  record(description: DataDescription): string {
    const known = this.withFiles(description.files);
    if (known !== null) return known;
    const id = newId('data');
    const kept = { ...description, sample: { columns: description.sample.columns, rows: [] } };
    this.#catalog.write(() =>
      this.#catalog.run(
        'INSERT INTO datasets (id, fingerprint, name, description, created_at) VALUES (?, ?, ?, ?, ?)',
        id,
        fingerprintOf(description.files),
        datasetName(description),
        JSON.stringify(kept),
        new Date().toISOString(),
      ),
    );
    return id;
  }

  /** The dataset that these very files are, unchanged and in this order, or null. */
  withFiles(files: readonly FileStamp[]): string | null {
    const found = this.#catalog.get<{ id: string }>(
      'SELECT id FROM datasets WHERE fingerprint = ?',
      fingerprintOf(files),
    );
    return found?.id ?? null;
  }

  async list(): Promise<DatasetRow[]> {
    const rows = this.#catalog.all<StoredDataset & Record<string, unknown>>(
      `${selectDataset} ORDER BY created_at DESC LIMIT 1000`,
    );
    return Promise.all(rows.map(datasetRow));
  }

  /** The files of a dataset of pictures. Errors: NOT_FOUND; FORMAT_NOT_SUPPORTED when it is one of rows. */
  pictureFiles(id: string): SourceFile[] {
    const row = this.#catalog.get<{ description: string }>('SELECT description FROM datasets WHERE id = ?', id);
    if (!row) throw problem('NOT_FOUND', `There is no dataset ${id}.`, { subject: id });
    const description = JSON.parse(row.description) as DataDescription;
    if (description.format === 'images') return description.files;
    throw problem('FORMAT_NOT_SUPPORTED', 'These are rows of a table, not pictures.', { subject: id });
  }

  /** A dataset with its whole description (without the sample's cells). Throws NOT_FOUND. */
  async get(id: string): Promise<{ row: DatasetRow; description: DataDescription }> {
    const found = this.#catalog.get<StoredDataset & Record<string, unknown>>(`${selectDataset} WHERE id = ?`, id);
    if (!found) {
      throw problem('NOT_FOUND', `There is no dataset ${id}.`, { subject: id, hint: 'drydock datasets lists them.' });
    }
    return { row: await datasetRow(found), description: JSON.parse(found.description) as DataDescription };
  }

  /** As `get`; throws FILE_CHANGED or FILE_MISSING, naming the first file that is another now. */
  async unchanged(id: string): Promise<{ row: DatasetRow; description: DataDescription }> {
    const found = await this.get(id);
    const change = await firstChange(found.description.files);
    if (change !== null) throw changeProblem(change.file.name, change.status);
    return found;
  }

  /** The columns of a dataset's files, in their order. */
  columns(id: string): ColumnInfo[] {
    const row = this.#catalog.get<{ description: string }>('SELECT description FROM datasets WHERE id = ?', id);
    return row ? (JSON.parse(row.description) as DataDescription).columns : [];
  }

  name(id: string): string | null {
    return this.#catalog.get<{ name: string }>('SELECT name FROM datasets WHERE id = ?', id)?.name ?? null;
  }
}

function fingerprintOf(files: readonly FileStamp[]): string {
  const lines = files.map((file) => JSON.stringify([file.path, file.bytes, file.changed]));
  return createHash('sha256').update(lines.join('\n')).digest('hex');
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
  return (await firstChange(description.files.slice(0, 1000)))?.status ?? 'unchanged';
}

/** The first file that is not as it was described. The size of a folder of pictures is that of its pictures. */
async function firstChange(
  files: readonly SourceFile[],
): Promise<{ file: SourceFile; status: 'changed' | 'missing' } | null> {
  for (const file of files) {
    const now = await stat(file.path, { bigint: true }).catch(() => null);
    if (now === null) return { file, status: 'missing' };
    const isSame =
      `${now.mtimeNs} ${now.ctimeNs}` === file.changed && (now.isDirectory() || Number(now.size) === file.bytes);
    if (!isSame) return { file, status: 'changed' };
  }
  return null;
}

/** Why a file is not the one that was described. */
export function changeProblem(name: string, status: DatasetRow['status']): Error {
  return status === 'missing'
    ? problem('FILE_MISSING', `${name} is not there any more.`, {
        subject: name,
        hint: 'Put it back, or drop it again.',
      })
    : problem('FILE_CHANGED', `${name} changed since it was read.`, {
        subject: name,
        hint: 'Drop it again: it is another dataset now.',
      });
}

function datasetName(description: DataDescription): string {
  const first = description.files[0];
  if (!first) return 'nothing';
  if (description.files.length === 1) return basename(first.path);
  return `${first.name} and ${description.files.length - 1} more`;
}
