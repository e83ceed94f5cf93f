import type { DataDescription, SourceFile } from '../contract/index.ts';
import { problem } from '../contract/index.ts';
import type { ColumnWant, RowBatch } from './batch.ts';
import { byteOrderMark } from './byte-window.ts';
import { readCsvHeader } from './csv-dialect.ts';
import { readParquet } from './parquet.ts';
import { rowGroups, withParquet } from './parquet-columns.ts';
import { listPictures, stampPicture } from './pictures.ts';
import { readPictures } from './picture-reader.ts';
import { verifyUnchanged } from './source-files.ts';
import { readText, type TextRange } from './text-shard.ts';

/** Rows of one file of a dataset. `files` are what the batch's file numbers mean; the file itself for tables. */
export interface FoundRows {
  batch: RowBatch;
  files: SourceFile[];
}

/**
 * A few rows of a dataset by their number, counted from 0 over all its files: less than `count` where it ends. For a
 * look: text files are read from their beginning to find a row. Throws as the readers do.
 */
export async function readRows(
  description: DataDescription,
  wants: ColumnWant[],
  from: number,
  count: number,
  signal?: AbortSignal,
): Promise<FoundRows[]> {
  if (description.format === 'images') return readSomePictures(description, wants, from, count, signal);
  const found: FoundRows[] = [];
  let [skip, wanted] = [from, count];
  for (const file of description.files) {
    await verifyUnchanged(file);
    const read = description.format === 'parquet' ? parquetRows : textRows;
    const { batch, passed } = await read(file, description, wants, skip, wanted, signal);
    if (batch !== null) found.push({ batch, files: [file] });
    wanted -= batch?.rows ?? 0;
    if (wanted <= 0) break;
    skip = Math.max(0, skip - passed);
  }
  return found;
}

/** Where a text file's rows begin and how they are read; all of them as one range. */
export async function wholeFile(file: SourceFile, description: DataDescription): Promise<TextRange> {
  const { dialect } = file;
  const { format } = description;
  if (dialect === null) {
    const from = byteOrderMark(file.path);
    return { format, dialect, header: [], from, to: file.bytes, firstRow: 1 };
  }
  const { header, dataStart } = await readCsvHeader(file, dialect);
  return { format, dialect, header, from: dataStart, to: file.bytes, firstRow: 1 };
}

/** `passed` is the number of rows of the file that lie before the wanted ones. */
interface Read {
  batch: RowBatch | null;
  passed: number;
}

async function parquetRows(
  file: SourceFile,
  _: DataDescription,
  wants: ColumnWant[],
  skip: number,
  count: number,
  signal?: AbortSignal,
): Promise<Read> {
  const groups = await withParquet(file.path, (connection) => rowGroups(connection, file.path));
  const rows = groups.reduce((sum, group) => sum + group, 0);
  if (rows <= skip) return { batch: null, passed: rows };
  const range = { from: skip, to: Math.min(rows, skip + count) };
  return { batch: await first(readParquet(file.path, range, wants, count, { signal })), passed: skip };
}

async function textRows(
  file: SourceFile,
  description: DataDescription,
  wants: ColumnWant[],
  skip: number,
  count: number,
  signal?: AbortSignal,
): Promise<Read> {
  const whole = await wholeFile(file, description);
  const { address, passed } = await addressOf(file, whole, skip, signal);
  if (address === null) return { batch: null, passed };
  const range = { ...whole, from: address, firstRow: skip + 1 };
  return { batch: await first(readText(file.path, range, wants, count, { signal })), passed };
}

/** The byte at which the row `row` begins, or null and how many rows there are. */
async function addressOf(
  file: SourceFile,
  whole: TextRange,
  row: number,
  signal: AbortSignal | undefined,
): Promise<{ address: number | null; passed: number }> {
  if (row === 0) return { address: whole.from, passed: 0 };
  let passed = 0;
  for await (const batch of readText(file.path, whole, [], 4096, { signal })) {
    if (passed + batch.rows > row) return { address: batch.addresses[row - passed]!, passed: row };
    passed += batch.rows;
  }
  return { address: null, passed };
}

async function readSomePictures(
  description: DataDescription,
  wants: ColumnWant[],
  from: number,
  count: number,
  signal?: AbortSignal,
): Promise<FoundRows[]> {
  const pictures = (await listPictures(description.files, signal)).slice(from, from + count);
  if (pictures.length === 0) return [];
  const files = pictures.map(stampPicture);
  const batch = await first(readPictures(files, { from: 0, to: files.length }, wants, files.length, { signal }));
  return batch === null ? [] : [{ batch, files }];
}

async function first(batches: AsyncGenerator<RowBatch>): Promise<RowBatch | null> {
  for await (const batch of batches) return batch;
  return null;
}

/** The refusal of a row number beyond the end. */
export function noRowAt(description: DataDescription, row: number): Error {
  const name = description.files[0]?.name ?? 'the data';
  return problem('NOT_FOUND', `${name} has no row ${row + 1}.`, { subject: name, hint: 'Choose an earlier row.' });
}
