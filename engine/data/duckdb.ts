import type { DuckDBConnection } from '@duckdb/node-api';

export interface DuckDbOptions {
  /** Folders in which files may be read and written, with everything below them. */
  allowedFolders?: string[];
  /** Single files that may be read and written. */
  allowedPaths?: string[];
  /** As DuckDB writes it, for example `512MiB`. */
  memoryLimit?: string;
  /** Where DuckDB may spill to; without it nothing is spilled and a query that needs more memory fails. */
  tempFolder?: string;
  /** Default 1: several worker processes share the machine. */
  threads?: number;
  /** The files never change under their names: their blocks and footers may be kept in memory. */
  filesAreFinal?: boolean;
  /** Keeps account of how far a query on the first connection is. */
  progress?: boolean;
}

/** An in-memory DuckDB that reaches nothing but the allowed files. */
export interface DuckDb {
  connection: DuckDBConnection;
  /** One more connection, for a query beside others. */
  connect(): Promise<DuckDBConnection>;
  close(): void;
}

/**
 * Makes the only kind of DuckDB this program uses: no extension is installed or loaded, no file outside the allowed
 * ones and no network can be reached, memory is bounded, times are UTC, and no statement can loosen any of that again.
 * Names in the allowed lists and in queries are taken literally when they pass through `globEscape`.
 */
export async function openDuckDb(options: DuckDbOptions = {}): Promise<DuckDb> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads ?? 1),
    memory_limit: options.memoryLimit ?? '1GiB',
    temp_directory: options.tempFolder ?? '',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    allow_persistent_secrets: 'false',
    // Blocks of a file that changed in between would be served from memory.
    enable_external_file_cache: String(options.filesAreFinal ?? false),
  });
  const connection = await instance.connect();
  const close = (): void => {
    connection.closeSync();
    instance.closeSync();
  };
  try {
    for (const statement of lockingStatements(options)) await connection.run(statement);
  } catch (error) {
    close();
    throw error;
  }
  return { connection, connect: () => instance.connect(), close };
}

/** A text as an SQL literal. NUL cannot be written in one and is refused by DuckDB itself. */
export function sqlString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as an SQL identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * A path that DuckDB's table functions take literally. They read `[`, `*` and `?` as globs, so that `data[1].parquet`
 * would silently read `data1.parquet`.
 */
export function globEscape(path: string): string {
  return path.replace(/[[*?]/g, '[$&]');
}

function lockingStatements(options: DuckDbOptions): string[] {
  // Access is checked against the text of the query, so the escaped spelling has to be allowed beside the plain one.
  const list = (paths: string[]): string =>
    `[${paths
      .flatMap((path) => (globEscape(path) === path ? [path] : [path, globEscape(path)]))
      .map(sqlString)
      .join(', ')}]`;
  const folders = (options.allowedFolders ?? []).map((folder) => (/[/\\]$/.test(folder) ? folder : `${folder}/`));
  return [
    "SET GLOBAL TimeZone = 'UTC'",
    ...(options.filesAreFinal ? ['SET GLOBAL parquet_metadata_cache = true'] : []),
    ...(options.progress ? ['SET enable_progress_bar = true', 'SET enable_progress_bar_print = false'] : []),
    // The default of 976 KiB holds two chunks of a wide table and stalls the scan; more than this brought nothing.
    "SET streaming_buffer_size = '16MB'",
    'SET preserve_insertion_order = true',
    `SET allowed_directories = ${list(folders)}`,
    `SET allowed_paths = ${list(options.allowedPaths ?? [])}`,
    'SET enable_external_access = false',
    'SET lock_configuration = true',
  ];
}
