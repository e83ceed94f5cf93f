import type { DataDescription, SourceFile } from '../contract/index.ts';
import { problem } from '../contract/index.ts';
import { byteOrderMark } from './byte-window.ts';
import { readCsvHeader } from './csv-dialect.ts';
import { splitParquet } from './parquet.ts';
import { lookTogether } from './parquet-columns.ts';
import { splitPictures } from './pictures.ts';
import type { ShardRange } from './shard.ts';
import type { Look } from './look.ts';
import { readSmall, throwIfCancelled, verifyUnchangedNow } from './source-files.ts';
import { breathe } from './source-tree.ts';
import { sameNames } from './same-columns.ts';
import { splitText } from './text-split.ts';

export interface SplitOptions extends Look {
  /** Text: a shard ends with the row that reaches this many bytes. Default 16 MiB. */
  targetBytes?: number;
  /** A shard has no more rows than this. Default 65,536; pictures at most 256. */
  maxRows?: number;
  /**
   * Every shard but a file's last has a multiple of this many rows (default 1): with a model's batch here, batches
   * begin at the same rows however the data is cut, so results do not depend on the cutting.
   */
  rowMultiple?: number;
}

type Piece = Omit<ShardRange, 'index'>;

/**
 * Cuts a dataset into shards, in the order of its files and rows, with every row counted. Text files are read once
 * from end to end; Parquet is cut between row groups where they are small enough; pictures by number. The same files
 * and options give the same shards. Throws FILE_CHANGED or FILE_MISSING when a file is not the one described.
 * Shards are handed out as they are found, so that memory does not grow with their number.
 */
export async function* cutData(description: DataDescription, options: SplitOptions = {}): AsyncGenerator<ShardRange> {
  let index = 0;
  let rows = 0;
  const pieces = description.format === 'images' ? cutPictures(description, options) : cutFiles(description, options);
  for await (const piece of pieces) {
    rows += piece.rows;
    yield { index: index++, ...piece };
  }
  if (description.rows !== null && rows !== description.rows) {
    throw problem('FILE_CHANGED', `The data had ${description.rows} rows when it was described and has ${rows} now.`, {
      subject: description.files[0]?.path ?? null,
      hint: 'Start again with the data as it is now.',
    });
  }
}

/** All shards of a dataset at once. */
export async function splitData(description: DataDescription, options: SplitOptions = {}): Promise<ShardRange[]> {
  const shards: ShardRange[] = [];
  for await (const shard of cutData(description, options)) shards.push(shard);
  return shards;
}

async function* cutPictures(description: DataDescription, options: SplitOptions): AsyncGenerator<Piece> {
  for await (const { piece, done, total } of splitPictures(description, options)) {
    options.onProgress?.({ phase: 'listing the pictures', done, total, unit: 'pictures' });
    yield piece;
  }
}

async function* cutFiles(description: DataDescription, options: SplitOptions): AsyncGenerator<Piece> {
  const total = description.files.reduce((sum, file) => sum + file.bytes, 0);
  if (description.format === 'parquet') lookTogether(description.files);
  let passed = 0;
  let header: string[] = [];
  const tell = (done: number): void => options.onProgress?.({ phase: 'counting the rows', done, total, unit: 'bytes' });
  for (const [index, file] of description.files.entries()) {
    throwIfCancelled(options.signal);
    if (index % filesOfTurn === 0) await breathe(options, passed);
    verifyUnchangedNow(file);
    const before = passed;
    const pieces = await splitFile(description, file, options, (bytes) => tell(before + bytes));
    verifyUnchangedNow(file);
    for (const piece of pieces) {
      // Files of one dataset mostly have the same header: it is kept once.
      if (sameNames(header, piece.header)) piece.header = header;
      else header = piece.header;
      yield piece;
    }
    passed += file.bytes;
    tell(passed);
  }
}

const filesOfTurn = 64;

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
  const content = readSmall(file);
  const layout =
    dialect === null
      ? { header: [], dataStart: byteOrderMark(file.path, content) }
      : await readCsvHeader(file, dialect, content);
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
      content,
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
