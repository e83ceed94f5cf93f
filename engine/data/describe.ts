import { problem } from '../contract/index.ts';
import type { DataDescription, DataFormat, DataReading } from '../contract/index.ts';
import { describeCsv } from './describe-csv.ts';
import { describeJsonLines } from './describe-json-lines.ts';
import { describeParquet } from './describe-parquet.ts';
import { describePictures } from './describe-pictures.ts';
import { boundedNotes } from './listed-names.ts';
import type { Look } from './look.ts';
import { throwIfCancelled } from './source-files.ts';
import { findSources } from './sources.ts';

export interface DescribeOptions extends Look {
  /** Rows looked at for types and missing cells. Default 10,000; fewer in very wide tables. */
  sampleRows?: number;
  /** What is known of how CSV files are written. */
  reading?: DataReading | undefined;
  /** False: rows of text files are not counted, which reads them to the end. Default true. */
  counted?: boolean;
}

/**
 * What files or folders hold, told from their bytes: format, columns with types, rows, and the first rows as a sample.
 * Rows are exact for Parquet, pictures and text files up to 64 MB together, else null. Throws in words what is not
 * read: FILE_MISSING, FILE_EMPTY, FORMAT_UNKNOWN, FORMAT_NOT_SUPPORTED, DATA_INVALID (mixed formats, names that occur
 * twice, files whose columns differ). USAGE: a delimiter or header is said of files that are no CSV.
 */
export async function describeData(paths: string[], options: DescribeOptions = {}): Promise<DataDescription> {
  if (paths.length === 0) throw problem('USAGE', 'No data was given.', { hint: 'Name a file or a folder.' });
  const { format, files, notes } = await findSources(paths, options);
  throwIfCancelled(options.signal);
  const reading = options.reading ?? {};
  if (format !== 'csv') refuseReading(reading, format);
  const sampleRows = options.sampleRows ?? 10_000;
  const described = await describeFormat();
  return { ...described, notes: boundedNotes([...notes, ...described.notes]) };

  function describeFormat(): Promise<DataDescription> {
    const counted = options.counted ?? true;
    if (format === 'csv') return describeCsv(files, sampleRows, { reading, counted }, options);
    if (format === 'jsonl') return describeJsonLines(files, sampleRows, counted, options);
    if (format === 'parquet') return describeParquet(files, sampleRows, options);
    return describePictures(files, options);
  }
}

const formatWords: Record<Exclude<DataFormat, 'csv'>, string> = {
  jsonl: 'JSON Lines',
  parquet: 'Parquet',
  images: 'pictures',
};

function refuseReading(reading: DataReading, format: Exclude<DataFormat, 'csv'>): void {
  if (reading.header === undefined && reading.delimiter === undefined) return;
  throw problem('USAGE', `A header and a delimiter can be said of CSV files; this data is ${formatWords[format]}.`, {
    hint: 'Leave out --header and --delimiter.',
  });
}
