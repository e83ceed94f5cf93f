import { z } from 'zod';

/** Column types as people see them. */
export const columnTypes = [
  'boolean',
  'integer',
  'float',
  'string',
  'date',
  'timestamp',
  'list',
  'struct',
  'image',
] as const;
export const ColumnType = z.enum(columnTypes);
export type ColumnType = z.infer<typeof ColumnType>;

export const dataFormats = ['csv', 'parquet', 'jsonl', 'images'] as const;
export const DataFormat = z.enum(dataFormats);
export type DataFormat = z.infer<typeof DataFormat>;

/** `missing` counts missing cells of the sample (all rows where `rowsSampled` equals `rows`). */
export const ColumnInfo = z.object({ name: z.string(), type: ColumnType, missing: z.number().int() });
export type ColumnInfo = z.infer<typeof ColumnInfo>;

/** How a CSV file is written. Found by the sniffer or said by a person, frozen in the plan. */
export const CsvDialect = z.object({
  /** One byte: comma, semicolon, tab or bar where it is found, another where a person says so. */
  delimiter: z.string().length(1),
  /** The quote character is always `"`, doubled inside a quoted cell (RFC 4180). */
  header: z.boolean(),
  /** Bytes before the table: a UTF-8 byte order mark, a line `sep=;`, lines of comment; else 0. */
  skip: z.number().int(),
});
export type CsvDialect = z.infer<typeof CsvDialect>;

/** How a person says that CSV files are written; what is not said is found from the bytes. */
export const DataReading = z.object({
  /** Whether the first row names the columns. */
  header: z.boolean().optional(),
  /** Any ASCII character that is no quote, line break or control character; the tab counts as none. */
  delimiter: z
    .string()
    .regex(/^[\t !#-~]$/)
    .optional(),
});
export type DataReading = z.infer<typeof DataReading>;

/** Where a picture lies in a zip archive, by its list of entries. */
export const ArchiveEntry = z.object({
  /** Byte at which the entry's own header begins: the row's address. */
  offset: z.number(),
  /** Bytes in the archive, and unpacked. */
  packed: z.number(),
  bytes: z.number(),
  stored: z.boolean(),
  crc32: z.number(),
});
export type ArchiveEntry = z.infer<typeof ArchiveEntry>;

/**
 * One file of a dataset (for pictures: the folder), with what tells whether it is still the same.
 * `changed` is mtime and ctime in nanoseconds, as text, because both are beyond 2^53.
 */
export const SourceFile = z.object({
  path: z.string(),
  /** The name shown to people and written into the `file` column: relative to what was dropped. */
  name: z.string(),
  bytes: z.number(),
  changed: z.string(),
  dialect: CsvDialect.nullable(),
  /** For a picture in an archive: where it lies there; the rest is the archive's. */
  entry: ArchiveEntry.optional(),
});
export type SourceFile = z.infer<typeof SourceFile>;

/** A value in a sample row: text as it stands in the file for CSV; JSON values else. Missing is null. */
export const SampleCell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type SampleCell = z.infer<typeof SampleCell>;

/**
 * A quick look at the headers of pictures, none of them decoded. `sizes` are those met most often, in pixels as stored;
 * `unreadable` counts what is no picture or whose header is damaged.
 */
export const PictureLook = z.object({
  /** Pictures whose header was read: all, or as many as were asked for, spread evenly. */
  looked: z.number().int(),
  unreadable: z.number().int(),
  /** Names of the first unreadable ones, and why. */
  examples: z.array(z.object({ name: z.string(), why: z.string() })),
  sizes: z.array(z.object({ width: z.number().int(), height: z.number().int(), count: z.number().int() })),
  /** Different sizes met, also those that `sizes` leaves out. */
  differentSizes: z.number().int(),
  formats: z.array(z.object({ format: z.string(), count: z.number().int() })),
});
export type PictureLook = z.infer<typeof PictureLook>;

/** A longer look, at as many headers as fit into some seconds. */
export const LongLook = PictureLook.extend({
  /** Pictures there are. */
  pictures: z.number().int(),
});
export type LongLook = z.infer<typeof LongLook>;

/** What was understood of a dataset's files. */
export const DataDescription = z.object({
  format: DataFormat,
  files: z.array(SourceFile),
  columns: z.array(ColumnInfo),
  /** Exact, or null when counting would mean reading a large file. */
  rows: z.number().nullable(),
  rowsSampled: z.number().int(),
  sample: z.object({ columns: z.array(z.string()), rows: z.array(z.array(SampleCell)) }),
  notes: z.array(z.string()),
  /** Of pictures: what the headers of up to 64 of them say. */
  look: PictureLook.optional(),
});
export type DataDescription = z.infer<typeof DataDescription>;

/** The reading with which described files are read again as they were; empty where each was found to be written in its own way. */
export function readingOf(files: readonly Pick<SourceFile, 'dialect'>[]): DataReading {
  const dialect = files[0]?.dialect ?? null;
  if (dialect === null) return {};
  const { header, delimiter } = dialect;
  const areAlike = files.every((file) => file.dialect?.header === header && file.dialect.delimiter === delimiter);
  return areAlike ? { header, delimiter } : {};
}
