import type { SourceFile } from '../contract/index.ts';
import { problem } from '../contract/index.ts';
import type { ColumnWant, RowBatch } from './batch.ts';
import { parquetDigest, readParquet } from './parquet.ts';
import { readPictures } from './picture-reader.ts';
import type { ShardRange } from './shard.ts';
import { verifyUnchanged } from './source-files.ts';
import { readText } from './text-shard.ts';

/** What a reader has to know of a file to find a row in it again. A `ShardRange` is one. */
export type RowSource = Pick<ShardRange, 'format' | 'files' | 'dialect' | 'header'>;

export interface ShardReaderOptions {
  signal?: AbortSignal;
}

/** The rows of one shard, once. */
export interface ShardReader extends AsyncIterable<RowBatch> {
  /**
   * After the last batch: SHA-256 in hexadecimal digits of what the rows came from. Text: the shard's bytes. Parquet:
   * the file's footer and size. Pictures: the digests of the files in order. Throws before the end.
   */
  digest(): string;
}

/**
 * Reads a shard in batches of exactly `batchRows` rows, the last one shorter, columns in the order of `wants`.
 * Before the first row and after the last the file is compared with the plan: FILE_CHANGED or FILE_MISSING. A column
 * that is not there is BINDING_MISSING_COLUMN (JSON Lines: all cells missing). Memory does not depend on the shard.
 */
export function openShard(
  range: ShardRange,
  wants: ColumnWant[],
  batchRows: number,
  options: ShardReaderOptions = {},
): ShardReader {
  let digest: string | null = null;
  const onDigest = (value: string): void => {
    digest = value;
  };
  return {
    [Symbol.asyncIterator]: () => readShard(range, wants, batchRows, options, onDigest),
    digest: () => {
      if (digest === null)
        throw problem('INTERNAL', 'The digest of a shard was asked for before its last row was read.');
      return digest;
    },
  };
}

/**
 * One row, read again by its address (byte offset, Parquet row from 0, or a picture's index in `files` as
 * `fileIndex`). A batch of one row. The row's number is 0 for text files, where the address does not tell it.
 */
export async function readRow(
  source: RowSource,
  address: number,
  wants: ColumnWant[],
  options: { fileIndex?: number; signal?: AbortSignal } = {},
): Promise<RowBatch> {
  const fileIndex = options.fileIndex ?? 0;
  const file = source.files[fileIndex];
  if (file === undefined) throw noSuchRow(address, null);
  await verifyUnchanged(file);
  for await (const batch of rowAt(source, file, fileIndex, address, wants, options.signal)) {
    if (source.format === 'csv' || source.format === 'jsonl') batch.rowNumbers[0] = 0;
    return batch;
  }
  throw noSuchRow(address, file);
}

async function* readShard(
  range: ShardRange,
  wants: ColumnWant[],
  batchRows: number,
  options: ShardReaderOptions,
  onDigest: (digest: string) => void,
): AsyncGenerator<RowBatch> {
  const { signal } = options;
  if (range.format === 'images') {
    yield* readPictures(range.files, { from: range.from, to: range.to }, wants, batchRows, { signal, onDigest });
    return;
  }
  const file = range.files[0] as SourceFile;
  await verifyUnchanged(file);
  if (range.format === 'parquet') {
    onDigest(await parquetDigest(file));
    yield* verifiedAtEnd(file, readParquet(file.path, range, wants, batchRows, { signal }));
  } else yield* verifiedAtEnd(file, readText(file.path, range, wants, batchRows, { signal, onDigest }));
}

/** Holds the last batch back until the file has been looked at again, so that no changed row leaves unnoticed. */
async function* verifiedAtEnd(file: SourceFile, batches: AsyncGenerator<RowBatch>): AsyncGenerator<RowBatch> {
  let held: RowBatch | null = null;
  try {
    for await (const batch of batches) {
      if (held !== null) yield held;
      held = batch;
    }
  } catch (error) {
    // A file that was cut short or replaced under the reader fails in many ways; that it changed explains them all.
    await verifyUnchanged(file);
    throw error;
  }
  await verifyUnchanged(file);
  if (held !== null) yield held;
}

function rowAt(
  source: RowSource,
  file: SourceFile,
  fileIndex: number,
  address: number,
  wants: ColumnWant[],
  signal: AbortSignal | undefined,
): AsyncGenerator<RowBatch> {
  if (source.format === 'images') {
    return readPictures(source.files, { from: fileIndex, to: fileIndex + 1 }, wants, 1, { signal });
  }
  if (source.format === 'parquet') {
    return readParquet(file.path, { from: address, to: address + 1 }, wants, 1, { signal });
  }
  const range = { ...source, from: address, to: file.bytes, firstRow: 1 };
  return readText(file.path, range, wants, 1, { signal, chunk: 64 * 1024 });
}

function noSuchRow(address: number, file: SourceFile | null): Error {
  return problem('NOT_FOUND', `There is no row at ${address} of ${file?.name ?? 'the data'}.`, {
    subject: file?.path ?? null,
  });
}
