/**
 * The data folder's door: files in, typed columns out. Everything here opens files that a person brought, so it runs
 * in disposable child processes only (DESIGN rule 3), and nothing it keeps grows with the number of rows.
 */
export { cellInvalid, cellMissing, cellOk } from './batch.ts';
export type {
  CellColumn,
  ColumnWant,
  IntegerColumn,
  NumberColumn,
  PixelColumn,
  RowBatch,
  TextColumn,
} from './batch.ts';
export type { ShardRange } from './shard.ts';
export { expandPaths } from './paths.ts';
export { boundedNotes } from './listed-names.ts';
export { describeData } from './describe.ts';
export type { DescribeOptions } from './describe.ts';
export { cutData, splitData } from './split.ts';
export type { SplitOptions } from './split.ts';
export type { DataProgress, Look } from './look.ts';
export { classesOf, listPictures } from './pictures.ts';
export { samplePictures } from './picture-sample.ts';
export type { PictureSample } from './picture-sample.ts';
export { writeSeenPixels } from './seen-pixels.ts';
export { hasTextDataName, recogniseNamed as recogniseDataFile } from './formats.ts';
export type { FileKind as DataFileKind } from './formats.ts';
export { stampFile } from './source-files.ts';
export { findPictures, findSources } from './sources.ts';
export { scanFolder } from './scan-folder.ts';
export type { FolderScan } from './scan-folder.ts';
export { noRowAt, readRows } from './read-rows.ts';
export type { FoundRows } from './read-rows.ts';
export { openShard, readRow } from './reader.ts';
export type { RowSource, ShardReader, ShardReaderOptions } from './reader.ts';
export { verifyUnchanged } from './source-files.ts';
export { globEscape, openDuckDb, sqlName, sqlString } from './duckdb.ts';
export type { DuckDb, DuckDbOptions } from './duckdb.ts';
export { isBelow } from './browse.ts';
export type { PictureSource } from './picture-list.ts';
