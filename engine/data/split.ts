import type { DataDescription, SourceFile } from '../contract/index.ts';
import { problem } from '../contract/index.ts';
import { byteOrderMark } from './byte-window.ts';
import { readCsvHeader } from './csv-dialect.ts';
import { splitParquet } from './parquet.ts';
import { splitPictures } from './pictures.ts';
import type { ShardRange } from './shard.ts';
import { throwIfCancelled, verifyUnchanged } from './source-files.ts';
import { splitText } from './text-split.ts';

/** Bytes passed of all bytes; for pictures, files of all files. */
export interface SplitProgress {
  done: number;
  total: number;
}

export interface SplitOptions {
  /** Text: a shard ends with the row that reaches this many bytes. Default 16 MiB. */
  targetBytes?: number;
  /** A shard has no more rows than this. Default 65,536; pictures at most 256. */
  maxRows?: number;
  /**
   * Every shard but a file's last has a multiple of this many rows (default 1): with a model's batch here, batches
   * begin at the same rows however the data is cut, so results do not depend on the cutting.
   */
  rowMultiple?: number;
  signal?: AbortSignal;
  onProgress?: (progress: SplitProgress) => void;
}

type Piece = Omit<ShardRange, 'index'>;

/**
 * Cuts a dataset into shards, in the order of its files and rows, with every row counted. Text files are read once
 * from end to end; Parquet is cut between row groups where they are small enough; pictures by number. The same files
 * and options give the same shards. Throws FILE_CHANGED or FILE_MISSING when a file is not the one described.
 */
export async function splitData(description: DataDescription, options: SplitOptions = {}): Promise<ShardRange[]> {
  const pieces = description.format === 'images' ? await splitPictures(description, options) : [];
  const total = description.files.reduce((sum, file) => sum + file.bytes, 0);
  let passed = 0;
  for (const file of description.format === 'images' ? [] : description.files) {
    throwIfCancelled(options.signal);
    await verifyUnchanged(file);
    const before = passed;
    const onBytes = (bytes: number): void => options.onProgress?.({ done: before + bytes, total });
    pieces.push(...(await splitFile(description, file, options, onBytes)));
    await verifyUnchanged(file);
    passed += file.bytes;
    options.onProgress?.({ done: passed, total });
  }
  const rows = pieces.reduce((sum, piece) => sum + piece.rows, 0);
  if (description.rows !== null && rows !== description.rows) {
    throw problem('FILE_CHANGED', `The data had ${description.rows} rows when it was described and has ${rows} now.`, {
      subject: description.files[0]?.path ?? null,
      hint: 'Start again with the data as it is now.',
    });
  }
  return pieces.map((piece, index) => ({ index, ...piece }));
}

async function splitFile(
  description: DataDescription,
  file: SourceFile,
  options: SplitOptions,
  onBytes: (bytes: number) => void,
): Promise<Piece[]> {
  const rowMultiple = options.rowMultiple ?? 1;
  const maxRows = wholeMultiple(options.maxRows ?? 65_536, rowMultiple);
  if (description.format === 'parquet') return splitParquet(file, maxRows, rowMultiple);
  const { dialect } = file;
  const layout =
    dialect === null
      ? { header: [], dataStart: await byteOrderMark(file.path, file.bytes) }
      : await readCsvHeader(file.path, file.bytes, dialect);
  const pieces = await splitText(
    {
      path: file.path,
      from: layout.dataStart,
      to: file.bytes,
      delimiter: dialect === null ? -1 : dialect.delimiter.charCodeAt(0),
      columns: layout.header.length,
      targetBytes: options.targetBytes ?? 16 * 1024 * 1024,
      maxRows,
      rowMultiple,
    },
    { signal: options.signal, onBytes },
  );
  return pieces.map((piece) => ({
    format: description.format,
    files: [file],
    ...piece,
    dialect,
    header: layout.header,
  }));
}

/** The largest multiple that is no more than `rows`, one multiple at least. */
function wholeMultiple(rows: number, multiple: number): number {
  return Math.max(multiple, Math.floor(rows / multiple) * multiple);
}
