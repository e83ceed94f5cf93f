import { open, rm } from 'node:fs/promises';
import { os } from '@orpc/server';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { OutputFormat } from '../contract/index.ts';
import { globEscape, openDuckDb, sqlName, sqlString } from '../data/index.ts';
import type { PlannedColumn } from './plan.ts';

/** What a query over a run's results starts from: the committed shard files, in the order of the input. */
export interface ResultSource {
  files: string[];
  folder: string;
  temporaryFolder: string;
  columns: PlannedColumn[];
}

export interface ExportTask extends ResultSource {
  format: OutputFormat;
  /** The file to write, whole and flushed; the engine gives it its name. */
  partial: string;
}

/** Memory DuckDB may use for buffers in a query process. */
const memoryLimit = '512MB';

/** The calls of a query process: DuckDB over result files. */
export const queryRouter = {
  export: os.handler(async ({ input }: { input: unknown }) => exportResults(input as ExportTask)),
  rows: os.handler(async ({ input }: { input: unknown }) => {
    const { source, limit } = input as { source: ResultSource; limit: number };
    return firstRows(source, limit);
  }),
};
export type QueryRouter = typeof queryRouter;

async function exportResults(task: ExportTask): Promise<{ rows: number; notes: string[] }> {
  const db = await openDuckDb({
    allowedFolders: [task.folder, task.temporaryFolder],
    allowedPaths: [task.partial],
    memoryLimit,
    tempFolder: task.temporaryFolder,
  });
  try {
    const select = await selection(db.connection, task, task.format !== 'csv');
    await rm(task.partial, { force: true });
    const result = await db.connection.run(
      `COPY (${select}) TO ${sqlString(task.partial)} (${copyOptions[task.format]})`,
    );
    const notes = task.format === 'csv' ? await formulaNotes(db.connection, task) : [];
    await flush(task.partial);
    return { rows: result.rowsChanged, notes };
  } catch (error) {
    await rm(task.partial, { force: true });
    throw error;
  } finally {
    db.close();
  }
}

async function firstRows(source: ResultSource, limit: number): Promise<{ columns: string[]; rows: unknown[][] }> {
  const db = await openDuckDb({
    allowedFolders: [source.folder, source.temporaryFolder],
    memoryLimit,
    tempFolder: source.temporaryFolder,
  });
  try {
    const select = await selection(db.connection, source, false);
    const reader = await db.connection.runAndReadAll(`${select} LIMIT ${Math.trunc(limit)}`);
    return { columns: reader.columnNames(), rows: reader.getRowsJson() };
  } finally {
    db.close();
  }
}

const copyOptions: Record<OutputFormat, string> = {
  parquet: 'FORMAT parquet, COMPRESSION zstd',
  csv: `FORMAT csv, HEADER true, DELIMITER ',', QUOTE '"', ESCAPE '"', NULLSTR ''`,
  jsonl: 'FORMAT json, ARRAY false',
};

/** The output's columns: the id under its name, else file and row; then what the plan says, in its order. */
async function selection(connection: DuckDBConnection, source: ResultSource, typed: boolean): Promise<string> {
  const hasId = source.columns.some((column) => column.role === 'id');
  const fields = hasId ? [] : ['"file"', '"row"'];
  for (const column of source.columns) {
    const name = sqlName(column.name);
    const cast = typed && 'source' in column ? await lossless(connection, source, column) : null;
    fields.push(cast === null ? name : `CAST(${name} AS ${cast}) AS ${name}`);
  }
  return `SELECT ${fields.join(', ')} FROM ${filesOf(source)}`;
}

/**
 * Kept columns are stored as the text they had. Where every value of a column reads back to the same text as a typed
 * one, a typed format gets the type; `007` stays text.
 */
async function lossless(
  connection: DuckDBConnection,
  source: ResultSource,
  column: Extract<PlannedColumn, { source: string }>,
): Promise<string | null> {
  const type = castableTypes.get(column.type);
  if (!type) return null;
  const name = sqlName(column.name);
  const same =
    column.type === 'integer'
      ? `CAST(TRY_CAST(${name} AS ${type}) AS VARCHAR) = ${name}`
      : `TRY_CAST(${name} AS ${type}) IS NOT NULL`;
  const reader = await connection.runAndReadAll(
    `SELECT count(*) FROM ${filesOf(source)} WHERE ${name} IS NOT NULL AND NOT coalesce(${same}, false)`,
  );
  return Number(reader.getRows()[0]?.[0]) === 0 ? type : null;
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
    const name = sqlName(column.name);
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

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
