import type { ColumnInfo, DataDescription, SampleCell, SourceFile } from '../contract/index.ts';
import { problem } from '../contract/index.ts';
import type { RowBatch } from './batch.ts';
import { CellTypes } from './cell-types.ts';
import { sniffCsv } from './csv-dialect.ts';
import type { CsvLayout } from './csv-dialect.ts';
import { shellQuoted } from './refusals.ts';
import { boundedSampleRows, sampleOf } from './sample.ts';
import { throwIfCancelled } from './source-files.ts';
import { readText } from './text-shard.ts';
import { countRows } from './count-rows.ts';

/** Text tables whose headers hold the same names, in any order. */
export async function describeCsv(
  files: SourceFile[],
  sampleRows: number,
  counted: boolean,
  signal?: AbortSignal,
): Promise<DataDescription> {
  const described: SourceFile[] = [];
  const notes: string[] = [];
  const types = new Map<string, CellTypes>();
  let header: string[] = [];
  let shown: SampleCell[][] = [];
  let rowsSampled = 0;
  const layouts: CsvLayout[] = [];
  for (const file of files) {
    throwIfCancelled(signal);
    const layout = await sniffCsv(file.path, file.bytes);
    if (described.length === 0) {
      header = layout.header;
      for (const name of header) types.set(name, new CellTypes());
    } else refuseOtherColumns(described[0] as SourceFile, header, file, layout.header);
    described.push({ ...file, dialect: layout.dialect });
    layouts.push(layout);
    notes.push(...layout.notes.map((note) => (files.length > 1 ? `${file.name}: ${note}` : note)));
    const wanted = described.length === 1 ? sampleRows : Math.min(sampleRows, laterFileRows);
    const batch = await firstBatch(file, layout, header, boundedSampleRows(wanted, header.length), signal);
    if (batch === null) continue;
    rowsSampled += batch.rows;
    for (const [index, name] of header.entries()) countCells(types.get(name) as CellTypes, batch, index);
    notes.push(...rowErrorNotes(file, batch));
    if (shown.length === 0) shown = batchRows(batch);
  }
  notes.push(...columnNotes(types, rowsSampled));
  const sources = described.map((file, index) => ({
    file,
    from: (layouts[index] as CsvLayout).dataStart,
    columns: header.length,
  }));
  const rows = counted ? await countRows(sources, signal) : null;
  if (rows === 0) notes.push('There is a header and no row.');
  return {
    format: 'csv',
    files: described,
    columns: header.map((name): ColumnInfo => columnInfo(name, types.get(name) as CellTypes)),
    rows,
    rowsSampled,
    sample: sampleOf(header, shown),
    notes,
  };
}

/** Files after the first are looked at to a smaller depth. */
const laterFileRows = 100;

function columnInfo(name: string, types: CellTypes): ColumnInfo {
  return { name, type: types.type, missing: types.missing };
}

async function firstBatch(
  file: SourceFile,
  layout: CsvLayout,
  columns: string[],
  rows: number,
  signal: AbortSignal | undefined,
): Promise<RowBatch | null> {
  const range = {
    format: 'csv' as const,
    dialect: layout.dialect,
    header: layout.header,
    from: layout.dataStart,
    to: file.bytes,
    firstRow: 1,
  };
  const wants = columns.map((column) => ({ column, as: 'text' as const }));
  for await (const batch of readText(file.path, range, wants, rows, { signal, chunk: 512 * 1024 })) return batch;
  return null;
}

function countCells(types: CellTypes, batch: RowBatch, index: number): void {
  const column = batch.columns[index];
  if (column?.kind !== 'text') return;
  for (let row = 0; row < batch.rows; row++) {
    if (!batch.rowErrors.has(row)) types.add(column.values[row] ?? null);
  }
}

function batchRows(batch: RowBatch): SampleCell[][] {
  const readable = Array.from({ length: batch.rows }, (_, row) => row).filter((row) => !batch.rowErrors.has(row));
  return readable
    .slice(0, 100)
    .map((row) => batch.columns.map((column) => (column.kind === 'text' ? (column.values[row] ?? null) : null)));
}

function rowErrorNotes(file: SourceFile, batch: RowBatch): string[] {
  const [first] = batch.rowErrors;
  if (first === undefined) return [];
  const [row, why] = first;
  const count = batch.rowErrors.size;
  const many = `${count} of the first ${batch.rows} rows`;
  const subject =
    count === 1
      ? `1 of the first ${batch.rows} rows of ${file.name} cannot be read`
      : `${many} of ${file.name} cannot be read`;
  const notes = [`${subject}; row ${batch.rowNumbers[row]}: ${why}.`];
  if ([...batch.rowErrors.values()].some((reason) => reason.endsWith('UTF-8'))) {
    const output = shellQuoted(`${file.path}.utf8.csv`);
    notes.push(
      `Text that is not UTF-8 can be converted: iconv -f WINDOWS-1252 -t UTF-8 ${shellQuoted(file.path)} > ${output}`,
    );
  }
  return notes;
}

function columnNotes(types: Map<string, CellTypes>, rowsSampled: number): string[] {
  const notes: string[] = [];
  const empty = [...types].filter(([, column]) => column.nothingSeen).map(([name]) => name);
  if (empty.length > 0 && rowsSampled > 0)
    notes.push(`Empty in all ${rowsSampled} rows looked at: ${empty.join(', ')}.`);
  const commas = [...types].filter(([, column]) => column.decimalCommas).map(([name]) => name);
  if (commas.length > 0) {
    notes.push(`Numbers with a decimal comma are read as text: ${commas.join(', ')}. Write them with a point.`);
  }
  return notes;
}

function refuseOtherColumns(first: SourceFile, names: string[], file: SourceFile, header: string[]): void {
  const here = new Set(header);
  const there = new Set(names);
  const lacking = names.find((name) => !here.has(name));
  const extra = header.find((name) => !there.has(name));
  if (lacking === undefined && extra === undefined) return;
  const what =
    lacking === undefined
      ? `has the column ${extra}, which ${first.name} lacks`
      : `lacks the column ${lacking} of ${first.name}`;
  throw problem('DATA_INVALID', `${file.name} ${what}.`, {
    subject: lacking ?? extra ?? null,
    hint: 'Files of one dataset have the same columns, in any order.',
  });
}
