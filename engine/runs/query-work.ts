import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { os } from '@orpc/server';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ExportFormat, ResultView } from '../contract/index.ts';
import { globEscape, openDuckDb, sqlName, sqlString } from '../data/index.ts';
import { boundRows } from '../processes/index.ts';
import { planChanged, readPlan } from './plan-file.ts';
import { addressColumns, type PlannedColumn } from './plan.ts';
import { conditionOf, orderOf, type Columns } from './results/conditions.ts';
import { tableColumns, tableVersions } from './results/table.ts';
import { plainValue } from './row-values.ts';
import { sealFile } from './shard-writer.ts';
import { requireFits, writeWorkbook } from './workbook.ts';

/** Where a run's results lie, as the engine tells it: nothing of it has to be gone through on its way. */
export interface ResultPlace {
  plan: { file: string; sha256: string };
  /** Names of the committed shard files, one a line, in the order of the input. */
  names: string;
  folder: string;
  temporaryFolder: string;
  /** The rows, order and columns that are meant; null: all rows and the columns of the output. */
  view: ResultView | null;
}

/** What a query over a run's results starts from: the committed shard files, in the order of the input. */
interface ResultSource extends Pick<ResultPlace, 'folder' | 'temporaryFolder' | 'view'> {
  files: string[];
  columns: PlannedColumn[];
  /** The same columns as views name them. */
  table: Columns;
  /** Rows of a Parquet row group, which lies in memory as a whole: wide results get small ones. */
  rowGroupRows: number;
}

export interface ExportTask extends ResultPlace {
  format: ExportFormat;
  /** The file to write, whole and flushed; the engine gives it its name. */
  partial: string;
}

/** An export with its source opened. */
type Export = ResultSource & Pick<ExportTask, 'format' | 'partial'>;

/** DuckDB's vector size: a row group is a multiple of it in any case. */
const fewestGroupRows = 2048;

/** Memory DuckDB may use for buffers in a query process. */
const memoryLimit = '512MB';

/** The connection of the export that is under way. */
let exporting: DuckDBConnection | null = null;

/** The calls of a query process: DuckDB over result files. */
export const queryRouter = {
  export: os.handler(async ({ input }: { input: unknown }) => exportResults(input as ExportTask)),
  /** How far the export is: rows read, and to be read. Zero before it has begun. */
  progress: os.handler((): { rows: number; total: number } => {
    const progress = exporting?.progress;
    return { rows: Number(progress?.rows_processed ?? 0), total: Number(progress?.total_rows_to_process ?? 0) };
  }),
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
async function openResults({ plan, names, folder, temporaryFolder, view }: ResultPlace): Promise<ResultSource> {
  const facts = await readPlan(plan.file, plan.sha256);
  if (facts === null) throw planChanged(plan.file);
  return {
    files: names.split('\n').map((name) => join(folder, name)),
    folder,
    temporaryFolder,
    columns: facts.columns,
    table: { columns: tableColumns(facts), versions: tableVersions(facts) },
    view,
    rowGroupRows: Math.max(fewestGroupRows, facts.largestShard),
  };
}

async function exportResults({ format, partial, ...place }: ExportTask): Promise<Written> {
  const task: Export = { ...(await openResults(place)), format, partial };
  await mkdir(task.temporaryFolder, { recursive: true });
  const db = await openDuckDb({
    allowedFolders: [task.folder, task.temporaryFolder],
    allowedPaths: [task.partial],
    memoryLimit,
    tempFolder: task.temporaryFolder,
    filesAreFinal: true,
    progress: true,
  });
  try {
    exporting = db.connection;
    const select = await selection(db.connection, task, task.format);
    await rm(task.partial, { force: true });
    const rows = await writeSelection(db.connection, task, select);
    const notes = task.format === 'csv' ? await formulaNotes(db.connection, task) : rows.notes;
    const { sha256 } = await sealFile(task.partial);
    return { rows: rows.count, sha256, notes };
  } catch (error) {
    await rm(task.partial, { force: true });
    throw error;
  } finally {
    exporting = null;
    db.close();
  }
}

async function writeSelection(
  connection: DuckDBConnection,
  task: Export,
  select: Selection,
): Promise<{ count: number; notes: string[] }> {
  const query = `SELECT ${select.fields.join(', ')} FROM ${select.from}`;
  if (task.format === 'xlsx') {
    const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${whereOnly(task)}`);
    requireFits(Number(counted.getRows()[0]?.[0]), select.fields.length);
    return writeWorkbook(connection, query, task.partial);
  }
  const result = await connection.run(`COPY (${query}) TO ${sqlString(task.partial)} (${copyOptions(task)})`);
  return { count: result.rowsChanged, notes: [] };
}

async function firstRows(source: ResultSource, limit: number): Promise<{ columns: string[]; rows: unknown[][] }> {
  await mkdir(source.temporaryFolder, { recursive: true });
  const db = await openDuckDb({
    allowedFolders: [source.folder, source.temporaryFolder],
    memoryLimit,
    tempFolder: source.temporaryFolder,
  });
  try {
    const { fields, from } = await selection(db.connection, source, 'csv');
    const reader = await db.connection.runAndReadAll(
      `SELECT ${fields.join(', ')} FROM ${from} LIMIT ${Math.trunc(limit)}`,
    );
    const rows = reader.getRows().map((row) => row.map((value) => plainValue(value)));
    return { columns: reader.columnNames(), rows: boundRows(rows).rows };
  } finally {
    db.close();
  }
}

function copyOptions(task: Export): string {
  if (task.format === 'parquet') return `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${task.rowGroupRows}`;
  if (task.format === 'jsonl') return 'FORMAT json, ARRAY false';
  return `FORMAT csv, HEADER true, DELIMITER ',', QUOTE '"', ESCAPE '"', NULLSTR ''`;
}

/** What is to be written: the columns as SQL, and the rows they come from in their order. */
interface Selection {
  fields: string[];
  from: string;
}

/** The output's columns: the id under its name, else file and row; then what the plan says, in its order. Or the view's. */
async function selection(connection: DuckDBConnection, source: ResultSource, format: ExportFormat): Promise<Selection> {
  const fields: string[] = [];
  const taken = new Set<string>();
  for (const column of chosenColumns(source)) {
    if (typeof column === 'string') {
      fields.push(sqlName(column));
      taken.add(column);
      continue;
    }
    const type = 'source' in column ? await lossless(connection, source, column, format) : columnType(column);
    const stored = sqlName(column.stored);
    const value = 'source' in column && type !== 'VARCHAR' ? `CAST(${stored} AS ${type})` : stored;
    // A view may show the file of a row beside a kept column of that name.
    const name = taken.has(column.name.toLowerCase()) ? column.stored : column.name;
    taken.add(name.toLowerCase());
    fields.push(`${format === 'jsonl' ? jsonSafe(value, type) : value} AS ${sqlName(name)}`);
  }
  const sort = source.view?.sort ?? [];
  const order = sort.length > 0 ? ` ORDER BY ${orderOf(source.table, sort, 'file_index, file_row_number')}` : '';
  return { fields, from: `${whereOnly(source)}${order}` };
}

/** Address columns by their names, others as planned. */
function chosenColumns(source: ResultSource): (PlannedColumn | 'file' | 'row')[] {
  const [file, row] = addressColumns;
  const chosen = source.view?.columns ?? null;
  if (chosen === null) {
    const hasId = source.columns.some((column) => column.role === 'id');
    return hasId ? source.columns : [file, row, ...source.columns];
  }
  return [...new Set(chosen)].flatMap((key): (PlannedColumn | 'file' | 'row')[] => {
    if (key === file || key === row) return [key];
    return source.columns.filter((column) => column.stored === key);
  });
}

/** The rows that are meant, in the order of the input. */
function whereOnly(source: ResultSource): string {
  const condition = source.view === null ? null : conditionOf(source.table, source.view);
  return condition === null ? filesOf(source) : `${filesOf(source)} WHERE (${condition})`;
}

/** The rows that are meant, of which something more is true. */
function rowsWith(source: ResultSource, condition: string): string {
  const all = whereOnly(source);
  return `${all}${all === filesOf(source) ? ' WHERE' : ' AND'} (${condition})`;
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
  format: ExportFormat,
): Promise<string> {
  const type = format === 'csv' ? undefined : castableTypes.get(column.type);
  if (!type) return 'VARCHAR';
  const name = sqlName(column.stored);
  const cast = `TRY_CAST(${name} AS ${type})`;
  const sameNumber = column.type === 'float' && column.role !== 'id';
  const same = sameNumber ? `${cast} IS NOT NULL` : `CAST(${cast} AS VARCHAR) = ${name}`;
  const exact = type === 'BIGINT' && format === 'jsonl' ? ` AND abs(${cast}) <= 9007199254740991` : '';
  const reader = await connection.runAndReadAll(
    `SELECT count(*) FROM ${rowsWith(source, `${name} IS NOT NULL AND NOT coalesce(${same}${exact}, false)`)}`,
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
  for (const column of chosenColumns(source)) {
    if (typeof column === 'string' || (column.role === 'prediction' && column.type !== 'string')) continue;
    const name = sqlName(column.stored);
    const reader = await connection.runAndReadAll(
      `SELECT count(*) FROM ${rowsWith(source, `regexp_matches(CAST(${name} AS VARCHAR), '^[=+@\\t\\r]|^-[^0-9.]')`)}`,
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
  const files = source.files.map((file) => sqlString(globEscape(file))).join(', ');
  // Only a sorted view needs the place of a row: shard files of old may hold a column of that name.
  const place = (source.view?.sort.length ?? 0) > 0 ? ', file_row_number = true' : '';
  return `read_parquet([${files}]${place})`;
}
