import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  boundItems,
  problem,
  type ColumnInfo,
  type DataDescription,
  type DataReading,
  type DatasetRow,
  type Page,
  type ProblemError,
  type SourceFile,
} from '../contract/index.ts';
import { newId } from '../jobs/index.ts';
import type { Catalog } from '../workspace/index.ts';

/** A dataset as the catalog keeps it. Made where the data is looked at, because it is gone through file by file. */
export interface DatasetFacts {
  /** Tells datasets apart: see `fingerprintOf`. */
  fingerprint: string;
  name: string;
  format: string;
  files: number;
  bytes: number;
  rows: number | null;
  columns: number;
  /** JSON of what was understood: no cells; of more than 4,000 files or 20,000 columns the first. */
  description: string;
  /** JSON of the first files, which are looked at when datasets are listed. */
  lookedAt: string;
}

/** A dataset as a list shows it. */
interface StoredDataset extends Omit<DatasetFacts, 'fingerprint' | 'description' | 'lookedAt'> {
  id: string;
  created_at: string;
  runs: number;
  label: string | null;
  role: DatasetRow['role'];
}

/** So many that runs over them are not cut short, and the catalog's statements stay short. */
const filesKept = 4000;
const columnsKept = 20_000;
/** Files that are looked at when datasets are listed. */
const filesLookedAt = 200;

export function datasetFacts(description: DataDescription, reading?: DataReading): DatasetFacts {
  const kept: DataDescription = {
    ...description,
    files: description.files.slice(0, filesKept),
    columns: description.columns.slice(0, columnsKept),
    sample: { columns: description.sample.columns.slice(0, columnsKept), rows: [] },
  };
  return {
    fingerprint: fingerprintOf(description.files, reading),
    name: datasetName(description),
    format: description.format,
    files: description.files.length,
    bytes: description.files.reduce((sum, file) => sum + file.bytes, 0),
    rows: description.rows,
    columns: description.columns.length,
    description: JSON.stringify(kept),
    lookedAt: JSON.stringify(description.files.slice(0, filesLookedAt)),
  };
}

const selectDataset = `
  SELECT id, name, format, files, bytes, rows, columns, created_at,
    (SELECT count(*) FROM runs WHERE runs.dataset = datasets.id) AS runs,
    coalesce(
      (SELECT label FROM dataset_roles WHERE dataset = datasets.id AND confirmed = 1),
      (SELECT request ->> '$.roles.label' FROM runs WHERE runs.dataset = datasets.id ORDER BY rowid DESC LIMIT 1)) AS label,
    (SELECT role FROM dataset_roles WHERE dataset = datasets.id) AS role
  FROM datasets`;

/** What tells a file from others and from itself at another time. */
type FileStamp = Pick<SourceFile, 'path' | 'bytes' | 'changed'>;

/** Files that have been read as rows, told apart by path, size, time of change and how a person says they are read. */
export class Datasets {
  readonly #catalog: Catalog;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** Records what was understood of the files and gives the dataset's id. */
  record(facts: DatasetFacts): string {
    const known = this.withFingerprint(facts.fingerprint);
    if (known !== null) return known;
    const id = newId('data');
    const { fingerprint, name, format, files, bytes, rows, columns, description, lookedAt } = facts;
    this.#catalog.write(() =>
      this.#catalog.run(
        `INSERT INTO datasets
           (id, fingerprint, name, format, files, bytes, rows, columns, description, looked_at, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        fingerprint,
        name,
        format,
        files,
        bytes,
        rows,
        columns,
        description,
        lookedAt,
        new Date().toISOString(),
      ),
    );
    return id;
  }

  /** The dataset that these very files are, unchanged, in this order and read as they were found to be written, or null. */
  withFiles(files: readonly FileStamp[]): string | null {
    return this.withFingerprint(fingerprintOf(files));
  }

  withFingerprint(fingerprint: string): string | null {
    const found = this.#catalog.get<{ id: string }>('SELECT id FROM datasets WHERE fingerprint = ?', fingerprint);
    return found?.id ?? null;
  }

  /** Newest first. */
  async list({ limit, after }: Page): Promise<DatasetRow[]> {
    if (after !== undefined && this.name(after) === null) throw unknownDataset(after);
    const rows = this.#catalog.all<StoredDataset & Record<string, unknown>>(
      `${selectDataset} WHERE ?1 IS NULL OR rowid < (SELECT rowid FROM datasets WHERE id = ?1)
       ORDER BY rowid DESC LIMIT ?2`,
      after ?? null,
      limit,
    );
    const listed: DatasetRow[] = [];
    for (const row of boundItems(rows)) listed.push(await this.#row(row));
    return listed;
  }

  /** The files of a dataset of pictures. Errors: NOT_FOUND; FORMAT_NOT_SUPPORTED when it is one of rows. */
  pictureFiles(id: string): SourceFile[] {
    const description = this.#description(id);
    if (description === null) throw unknownDataset(id);
    if (description.format === 'images') return description.files;
    throw problem('FORMAT_NOT_SUPPORTED', 'These are rows of a table, not pictures.', { subject: id });
  }

  /** A dataset with its whole description (without the sample's cells). Throws NOT_FOUND. */
  async get(id: string): Promise<{ row: DatasetRow; description: DataDescription }> {
    const found = this.#catalog.get<StoredDataset & Record<string, unknown>>(`${selectDataset} WHERE id = ?`, id);
    const description = this.#description(id);
    if (!found || description === null) throw unknownDataset(id);
    return { row: await this.#row(found), description };
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
    return this.#description(id)?.columns ?? [];
  }

  name(id: string): string | null {
    return this.#catalog.get<{ name: string }>('SELECT name FROM datasets WHERE id = ?', id)?.name ?? null;
  }

  #description(id: string): DataDescription | null {
    const row = this.#catalog.get<{ description: string }>('SELECT description FROM datasets WHERE id = ?', id);
    return row ? (JSON.parse(row.description) as DataDescription) : null;
  }

  async #row({ id, created_at: createdAt, ...row }: StoredDataset): Promise<DatasetRow> {
    const { name, format, files, bytes, rows, columns, runs, label, role } = row;
    const status = await this.#status(id);
    return { dataset: id, name, status, format, files, bytes, rows, columns, runs, label, role, createdAt };
  }

  /** Looks at sizes and times of change only; of very many files at the first ones. */
  async #status(id: string): Promise<DatasetRow['status']> {
    const stored = this.#catalog.get<{ files: string }>('SELECT looked_at AS files FROM datasets WHERE id = ?', id);
    const files = JSON.parse(stored?.files ?? '[]') as SourceFile[];
    return (await firstChange(files))?.status ?? 'unchanged';
  }
}

function unknownDataset(id: string): ProblemError {
  return problem('NOT_FOUND', `There is no dataset ${id}.`, { subject: id, hint: 'drydock datasets lists them.' });
}

/** Tells data apart by paths, sizes and times of change of its files, in their order, and by how a person says they are read. */
export function fingerprintOf(files: readonly FileStamp[], { header, delimiter }: DataReading = {}): string {
  const hash = createHash('sha256');
  for (const [index, { path, bytes, changed }] of files.entries())
    hash.update((index === 0 ? '' : '\n') + JSON.stringify([path, bytes, changed]));
  if (header !== undefined || delimiter !== undefined) hash.update(`\n${JSON.stringify({ header, delimiter })}`);
  return hash.digest('hex');
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
