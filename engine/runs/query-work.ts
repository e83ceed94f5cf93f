import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { os } from '@orpc/server';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { OutputFormat } from '../contract/index.ts';
import { globEscape, openDuckDb, sqlName, sqlString } from '../data/index.ts';
import { boundRows } from '../processes/index.ts';
import { planChanged, readPlan } from './plan-file.ts';
import type { PlannedColumn } from './plan.ts';
import { plainValue } from './row-values.ts';
import { sealFile } from './shard-writer.ts';

/** Where a run's results lie, as the engine tells it: nothing of it has to be gone through on its way. */
export interface ResultPlace {
  plan: { file: string; sha256: string };
  /** Names of the committed shard files, one a line, in the order of the input. */
  names: string;
  folder: string;
  temporaryFolder: string;
}

/** What a query over a run's results starts from: the committed shard files, in the order of the input. */
interface ResultSource {
  files: string[];
  folder: string;
  temporaryFolder: string;
  columns: PlannedColumn[];
  /** Rows of a Parquet row group, which lies in memory as a whole: wide results get small ones. */
  rowGroupRows: number;
}

export interface ExportTask extends ResultPlace {
  format: OutputFormat;
  /** The file to write, whole and flushed; the engine gives it its name. */
  partial: string;
}

/** DuckDB's vector size: a row group is a multiple of it in any case. */
const fewestGroupRows = 2048;

/** Memory DuckDB may use for buffers in a query process. */
const memoryLimit = '512MB';

/** The calls of a query process: DuckDB over result files. */
export const queryRouter = {
  export: os.handler(async ({ input }: { input: unknown }) => exportResults(input as ExportTask)),
  rows: os.handler(async ({ input }: { input: unknown }) => {
    const { place, limit } = input as { place: ResultPlace; limit: number };
    return firstRows(await openResults(place), limit);
  }),
};
export type QueryRouter = typeof queryRouter;

/** What was written: `sha256` tells the file again, should the engine die before it has told anybody. */
export interface Written {
  rows: number;
  sha256: string;
  notes: string[];
}

/** The plan says what the columns are, and is compared with its digest first. */
async function openResults({ plan, names, folder, temporaryFolder }: ResultPlace): Promise<ResultSource> {
  const facts = await readPlan(plan.file, plan.sha256);
  if (facts === null) throw planChanged(plan.file);
  return {
    files: names.split('\n').map((name) => join(folder, name)),
    folder,
    temporaryFolder,
    columns: facts.columns,
    rowGroupRows: Math.max(fewestGroupRows, facts.largestShard),
  };
}

async function exportResults(task: ExportTask): Promise<Written> {
  const source = await openResults(task);
  await mkdir(task.temporaryFolder, { recursive: true });
  const db = await openDuckDb({
    allowedFolders: [task.folder, task.temporaryFolder],
    allowedPaths: [task.partial],
    memoryLimit,
    tempFolder: task.temporaryFolder,
  });
  try {
    const select = await selection(db.connection, source, task.format);
    await rm(task.partial, { force: true });
    const result = await db.connection.run(
      `COPY (${select}) TO ${sqlString(task.partial)} (${copyOptions(task.format, source)})`,
    );
    const notes = task.format === 'csv' ? await formulaNotes(db.connection, source) : [];
    const { sha256 } = await sealFile(task.partial);
    return { rows: result.rowsChanged, sha256, notes };
  } catch (error) {
    await rm(task.partial, { force: true });
    throw error;
  } finally {
    db.close();
  }
}

async function firstRows(source: ResultSource, limit: number): Promise<{ columns: string[]; rows: unknown[][] }> {
  await mkdir(source.temporaryFolder, { recursive: true });
  const db = await openDuckDb({
    allowedFolders: [source.folder, source.temporaryFolder],
    memoryLimit,
    tempFolder: source.temporaryFolder,
  });
  try {
    const select = await selection(db.connection, source, 'csv');
    const reader = await db.connection.runAndReadAll(`${select} LIMIT ${Math.trunc(limit)}`);
    const rows = reader.getRows().map((row) => row.map((value) => plainValue(value)));
    return { columns: reader.columnNames(), rows: boundRows(rows).rows };
  } finally {
    db.close();
  }
}

function copyOptions(format: OutputFormat, { rowGroupRows }: ResultSource): string {
  if (format === 'parquet') return `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowGroupRows}`;
  if (format === 'jsonl') return 'FORMAT json, ARRAY false';
  return `FORMAT csv, HEADER true, DELIMITER ',', QUOTE '"', ESCAPE '"', NULLSTR ''`;
}

/** The output's columns: the id under its name, else file and row; then what the plan says, in its order. */
async function selection(connection: DuckDBConnection, source: ResultSource, format: OutputFormat): Promise<string> {
  const hasId = source.columns.some((column) => column.role === 'id');
  const fields = hasId ? [] : ['"file"', '"row"'];
  for (const column of source.columns) {
    const type = 'source' in column ? await lossless(connection, source, column, format) : columnType(column);
    const stored = sqlName(column.stored);
    const value = 'source' in column && type !== 'VARCHAR' ? `CAST(${stored} AS ${type})` : stored;
    fields.push(`${format === 'jsonl' ? jsonSafe(value, type) : value} AS ${sqlName(column.name)}`);
  }
  return `SELECT ${fields.join(', ')} FROM ${filesOf(source)}`;
}

function columnType(column: Extract<PlannedColumn, { version: number }>): string {
  return column.role === 'error' ? 'VARCHAR' : column.type;
}

/** JSON has no NaN and no infinity, and readers lose integers beyond 2^53: null, and text (docs/command-line.md). */
function jsonSafe(value: string, type: string): string {
  if (type === 'DOUBLE' || type === 'float32' || type === 'float64') return finiteOrNull(value);
  if (type === 'list<float32>' || type === 'list<float64>')
    return `list_transform(${value}, x -> ${finiteOrNull('x')})`;
  if (type === 'int64')
    return `CASE WHEN abs(${value}) <= 9007199254740991 THEN to_json(${value}) ELSE to_json(CAST(${value} AS VARCHAR)) END`;
  if (type === 'list<int64>') return `list_transform(${value}, x -> ${jsonSafe('x', 'int64')})`;
  return value;
}

function finiteOrNull(value: string): string {
  return `CASE WHEN isfinite(${value}) THEN ${value} END`;
}

/**
 * Kept columns are stored as the text they had. A typed format gets a type where every value of a column says the same
 * in it: for ids, dates, times and whole numbers the same text (`007`, `1.10` of an id and times with a zone stay text),
 * for other numbers the same number.
 */
async function lossless(
  connection: DuckDBConnection,
  source: ResultSource,
  column: Extract<PlannedColumn, { source: string }>,
  format: OutputFormat,
): Promise<string> {
  const type = format === 'csv' ? undefined : castableTypes.get(column.type);
  if (!type) return 'VARCHAR';
  const name = sqlName(column.stored);
  const cast = `TRY_CAST(${name} AS ${type})`;
  const sameNumber = column.type === 'float' && column.role !== 'id';
  const same = sameNumber ? `${cast} IS NOT NULL` : `CAST(${cast} AS VARCHAR) = ${name}`;
  const exact = type === 'BIGINT' && format === 'jsonl' ? ` AND abs(${cast}) <= 9007199254740991` : '';
  const reader = await connection.runAndReadAll(
    `SELECT count(*) FROM ${filesOf(source)} WHERE ${name} IS NOT NULL AND NOT coalesce(${same}${exact}, false)`,
  );
  return Number(reader.getRows()[0]?.[0]) === 0 ? type : 'VARCHAR';
}

const castableTypes: ReadonlyMap<string, string> = new Map([
  ['integer', 'BIGINT'],
  ['float', 'DOUBLE'],
  ['boolean', 'BOOLEAN'],
  ['date', 'DATE'],
  ['timestamp', 'TIMESTAMP'],
]);

/** Cells are written as they are, so that they join again; a spreadsheet is warned of. */
async function formulaNotes(connection: DuckDBConnection, source: ResultSource): Promise<string[]> {
  const notes: string[] = [];
  for (const column of source.columns) {
    if (column.role === 'prediction' && column.type !== 'string') continue;
    const name = sqlName(column.stored);
    const reader = await connection.runAndReadAll(
      `SELECT count(*) FROM ${filesOf(source)} WHERE regexp_matches(CAST(${name} AS VARCHAR), '^[=+@\\t\\r]|^-[^0-9.]')`,
    );
    const count = Number(reader.getRows()[0]?.[0]);
    if (count > 0) {
      notes.push(
        `${count} cells of ${column.name} begin like a formula and are written as they are; import the CSV as text into a spreadsheet.`,
      );
    }
  }
  return notes;
}

function filesOf(source: ResultSource): string {
  return `read_parquet([${source.files.map((file) => sqlString(globEscape(file))).join(', ')}])`;
}
