import { basename } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { problem, ProblemError } from '../contract/index.ts';
import type { ColumnType, SourceFile } from '../contract/index.ts';
import { globEscape, openDuckDb, sqlString } from './duckdb.ts';
import type { DuckDb } from './duckdb.ts';

/** A top-level column of a Parquet file. */
export interface ParquetColumn {
  /** As it stands in the file. */
  name: string;
  /** As DuckDB calls it: names that differ in case only get a number. */
  sqlName: string;
  sqlType: string;
  type: ColumnType;
}

/** A DuckDB, and the files that it reaches. */
export interface ParquetDb {
  paths: ReadonlySet<string>;
  db: DuckDb;
}

// Opening DuckDB takes as long as reading a small shard, and a worker reads many shards of one file one after another.
let idle: ParquetDb | null = null;
/** Files that are looked at one after another: one DuckDB reaches them all. */
let together: ReadonlySet<string> = new Set();

/** Says which files will be looked at one after another, so that DuckDB is not opened for each. */
export function lookTogether(files: readonly SourceFile[]): void {
  together = new Set(files.map(({ path }) => path).filter((path) => !isBesideGlobEscape(path)));
}

/** Runs `work` with a DuckDB that can read this one file. Its errors come out in words. */
export async function withParquet<Result>(
  path: string,
  work: (connection: DuckDBConnection) => Promise<Result>,
): Promise<Result> {
  const taken = await takeDuckDb(path);
  try {
    const result = await work(taken.db.connection);
    releaseDuckDb(taken);
    return result;
  } catch (error) {
    taken.db.close();
    throw parquetProblem(error, path);
  }
}

/** As `withParquet`, for readers that hand out rows one batch at a time. */
export async function takeDuckDb(path: string): Promise<ParquetDb> {
  if (isBesideGlobEscape(path)) {
    throw problem('FILE_UNREADABLE', `The path of ${basename(path)} has a backslash beside [, * or ?.`, {
      subject: path,
      hint: 'Rename the file or its folder; such a path cannot be opened as Parquet.',
    });
  }
  if (idle?.paths.has(path)) {
    const taken = idle;
    idle = null;
    return taken;
  }
  const paths = together.has(path) ? together : new Set([path]);
  return { paths, db: await openDuckDb({ allowedPaths: [...paths] }) };
}

export function releaseDuckDb(taken: ParquetDb): void {
  idle?.db.close();
  idle = taken;
}

/** The table function that reads exactly this file: no globs, no columns made from folder names. */
export function fromParquet(path: string, options = ''): string {
  return `read_parquet(${sqlString(globEscape(path))}, hive_partitioning = false${options})`;
}

/** Top-level columns in file order. Throws DATA_INVALID when two have the same name. */
export async function parquetColumns(connection: DuckDBConnection, path: string): Promise<ParquetColumn[]> {
  const described = (await rowsOf(connection, `DESCRIBE SELECT * FROM ${fromParquet(path)}`)) as [string, string][];
  const names = await topLevelNames(connection, path);
  const columns = described.map(([sqlName, sqlType], index) => ({
    name: names.length === described.length ? (names[index] as string) : sqlName,
    sqlName,
    sqlType,
    type: columnTypeOf(sqlType),
  }));
  const seen = new Set<string>();
  const twice = columns.find(({ name }) => {
    const known = seen.has(name);
    seen.add(name);
    return known;
  });
  if (twice !== undefined) {
    throw problem('DATA_INVALID', `${basename(path)} has the column ${twice.name} more than once.`, {
      subject: twice.name,
      hint: 'Every column needs a name of its own. Rename the columns.',
    });
  }
  return columns;
}

/** Rows of every row group, in file order. */
export async function rowGroups(connection: DuckDBConnection, path: string): Promise<number[]> {
  const metadata = `parquet_metadata(${sqlString(globEscape(path))})`;
  const groups = await rowsOf(
    connection,
    `SELECT row_group_id, any_value(row_group_num_rows) FROM ${metadata} GROUP BY row_group_id ORDER BY row_group_id`,
  );
  return groups.map((group) => Number(group[1]));
}

export async function rowsOf(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowsJS();
}

/** What DuckDB says of a file, in words. */
export function parquetProblem(error: unknown, path: string): Error {
  if (error instanceof ProblemError || !(error instanceof Error)) return error as Error;
  const [first = ''] = error.message.split('\n');
  const reason = first
    .replace(/^[A-Za-z ]*Error: /, '')
    .replaceAll(path, basename(path))
    .replace(/[^.]$/, '$&.');
  return problem('FILE_UNREADABLE', `${basename(path)} cannot be read as Parquet. ${reason}`, {
    subject: path,
    hint: 'The file may be cut off or damaged. Write it again.',
    cause: error,
  });
}

function columnTypeOf(sqlType: string): ColumnType {
  if (sqlType.endsWith(']')) return 'list';
  if (/^(?:STRUCT|MAP|UNION)\(/.test(sqlType)) return 'struct';
  if (sqlType === 'BOOLEAN') return 'boolean';
  if (/^U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?$/.test(sqlType)) return 'integer';
  const decimal = /^DECIMAL\([0-9]+,([0-9]+)\)$/.exec(sqlType);
  if (decimal !== null) return decimal[1] === '0' ? 'integer' : 'float';
  if (sqlType === 'FLOAT' || sqlType === 'DOUBLE') return 'float';
  if (sqlType === 'DATE') return 'date';
  return sqlType.startsWith('TIMESTAMP') ? 'timestamp' : 'string';
}

/** Names of the root's children: the schema is listed depth first, with the number of children of each node. */
async function topLevelNames(connection: DuckDBConnection, path: string): Promise<string[]> {
  const nodes = await rowsOf(
    connection,
    `SELECT name, num_children FROM parquet_schema(${sqlString(globEscape(path))}) ORDER BY column_id`,
  );
  const names: string[] = [];
  let open = 0;
  for (const [name, children] of nodes.slice(1)) {
    if (open === 0) names.push(String(name));
    else open--;
    open += Number(children ?? 0);
  }
  return names;
}

/** DuckDB splits a path at backslashes once any part of it has to be escaped. */
function isBesideGlobEscape(path: string): boolean {
  return process.platform !== 'win32' && path.includes('\\') && /[[*?]/.test(path);
}
