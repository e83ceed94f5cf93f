import type { ColumnInfo, ColumnType, DataDescription, SampleCell, SourceFile } from '../contract/index.ts';
import type { RowBatch } from './batch.ts';
import { commonType } from './cell-types.ts';
import { readParquet } from './parquet.ts';
import { lookTogether, parquetColumns, rowGroups, withParquet } from './parquet-columns.ts';
import type { ParquetColumn } from './parquet-columns.ts';
import type { Look } from './look.ts';
import { refuseOtherColumns } from './same-columns.ts';
import { boundedSampleRows, sampleOf } from './sample.ts';
import { lookedAt } from './source-tree.ts';

/** Parquet files with the same columns, in any order. */
export async function describeParquet(
  files: SourceFile[],
  sampleRows: number,
  look: Look = {},
): Promise<DataDescription> {
  const typesOf = new Map<string, Set<ColumnType>>();
  const missing = new Map<string, number>();
  const notes: string[] = [];
  let shown: SampleCell[][] = [];
  let names: string[] = [];
  let rows = 0;
  let rowsSampled = 0;
  lookTogether(files);
  for (const [index, file] of files.entries()) {
    await lookedAt(look, index, files.length);
    const { columns, groups } = await withParquet(file.path, async (connection) => ({
      columns: await parquetColumns(connection, file.path),
      groups: await rowGroups(connection, file.path),
    }));
    const here = columns.map(({ name }) => name);
    if (index === 0) names = here;
    else refuseOtherColumns(files[0] as SourceFile, names, file, here);
    for (const { name, type } of columns) {
      const types = typesOf.get(name);
      if (types === undefined) typesOf.set(name, new Set([type]));
      else types.add(type);
    }
    const fileRows = groups.reduce((sum, group) => sum + group, 0);
    rows += fileRows;
    const wanted = index === 0 ? boundedSampleRows(sampleRows, names.length) : laterFileRows;
    const batch = await firstBatch(file, names, Math.min(wanted, fileRows), look.signal);
    if (batch === null) continue;
    rowsSampled += batch.rows;
    for (const [column, name] of names.entries()) {
      missing.set(name, (missing.get(name) ?? 0) + countMissing(batch, column));
    }
    if (shown.length === 0) shown = sampleRowsOf(batch, names, columns);
  }
  const columns = names.map((name): ColumnInfo => {
    const types = typesOf.get(name) ?? [];
    return { name, type: commonType([...types]), missing: missing.get(name) ?? 0 };
  });
  for (const { name } of columns) {
    const kinds = [...(typesOf.get(name) ?? [])];
    if (kinds.length > 1) notes.push(`The files give ${name} different types: ${kinds.join(', ')}.`);
  }
  if (rows === 0) notes.push('There are columns and no rows.');
  return { format: 'parquet', files, columns, rows, rowsSampled, sample: sampleOf(names, shown), notes };
}

const laterFileRows = 100;

async function firstBatch(
  file: SourceFile,
  names: string[],
  rows: number,
  signal: AbortSignal | undefined,
): Promise<RowBatch | null> {
  if (rows === 0) return null;
  const wants = names.map((column) => ({ column, as: 'text' as const }));
  let first: RowBatch | null = null;
  // To its end, which is after one batch: a reader that is left early gives up its DuckDB.
  for await (const batch of readParquet(file.path, { from: 0, to: rows }, wants, rows, { signal })) first ??= batch;
  return first;
}

function countMissing(batch: RowBatch, index: number): number {
  const column = batch.columns[index];
  return column?.kind === 'text' ? column.values.filter((value) => value === null).length : 0;
}

function sampleRowsOf(batch: RowBatch, names: string[], columns: ParquetColumn[]): SampleCell[][] {
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  return Array.from({ length: Math.min(100, batch.rows) }, (_, row) =>
    batch.columns.map((column, index) => {
      const text = column.kind === 'text' ? (column.values[row] ?? null) : null;
      return sampleCell(text, types.get(names[index] as string));
    }),
  );
}

function sampleCell(text: string | null, type: ColumnType | undefined): SampleCell {
  if (text === null) return null;
  if (type === 'boolean') return text === 'true';
  if (type !== 'integer' && type !== 'float') return text;
  const value = Number(text);
  const exact = type === 'float' ? Number.isFinite(value) : Number.isSafeInteger(value);
  return exact ? value : text;
}
