import type { ColumnInfo, DataDescription, DataReading, SampleCell, SourceFile } from '../contract/index.ts';
import type { RowBatch } from './batch.ts';
import { CellTypes } from './cell-types.ts';
import { sniffCsv } from './csv-dialect.ts';
import type { CsvLayout } from './csv-dialect.ts';
import { shellQuoted } from './refusals.ts';
import { FileNotes, listedNames } from './listed-names.ts';
import type { Look } from './look.ts';
import { refuseOtherColumns, sameNames } from './same-columns.ts';
import { boundedSampleRows, sampleOf } from './sample.ts';
import { readSmall } from './source-files.ts';
import { lookedAt } from './source-tree.ts';
import { readText } from './text-shard.ts';
import { countRows } from './count-rows.ts';

/** Text tables whose headers hold the same names, in any order. */
export async function describeCsv(
  files: SourceFile[],
  sampleRows: number,
  { reading, counted }: { reading: DataReading; counted: boolean },
  look: Look = {},
): Promise<DataDescription> {
  const described: SourceFile[] = [];
  const fileNotes = new FileNotes();
  const faults: string[] = [];
  const types = new Map<string, CellTypes>();
  let header: string[] = [];
  let shown: SampleCell[][] = [];
  let rowsSampled = 0;
  const layouts: CsvLayout[] = [];
  for (const file of files) {
    await lookedAt(look, described.length, files.length);
    const content = readSmall(file);
    const layout = await sniffCsv(file, reading, content);
    if (described.length === 0) {
      header = layout.header;
      for (const name of header) types.set(name, new CellTypes());
    } else refuseOtherColumns(described[0] as SourceFile, header, file, layout.header);
    // Mostly the same names in the same order, which are then kept once.
    if (sameNames(header, layout.header)) layout.header = header;
    described.push({ ...file, dialect: layout.dialect });
    layouts.push(layout);
    fileNotes.add(file.name, layout.notes);
    const wanted = described.length === 1 ? sampleRows : Math.min(sampleRows, laterFileRows);
    const rows = boundedSampleRows(wanted, header.length);
    const batch = await firstBatch(file, layout, header, rows, { signal: look.signal, content });
    if (batch === null) continue;
    rowsSampled += batch.rows;
    for (const [index, name] of header.entries()) countCells(types.get(name) as CellTypes, batch, index);
    faults.push(...rowErrorNotes(file, batch));
    if (shown.length === 0) shown = batchRows(batch);
  }
  const notes = [...fileNotes.listed(files.length > 1), ...faults, ...columnNotes(types, rowsSampled)];
  const sources = described.map((file, index) => ({
    file,
    from: (layouts[index] as CsvLayout).dataStart,
    columns: header.length,
  }));
  const rows = counted ? await countRows(sources, look.signal) : null;
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
  options: { signal: AbortSignal | undefined; content: Buffer | null },
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
  for await (const batch of readText(file.path, range, wants, rows, { ...options, chunk: 512 * 1024 })) return batch;
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
    notes.push(`Empty in all ${rowsSampled} rows looked at: ${listedNames(empty)}.`);
  const commas = [...types].filter(([, column]) => column.decimalCommas).map(([name]) => name);
  if (commas.length > 0) {
    notes.push(`Numbers with a decimal comma are read as text: ${listedNames(commas)}. Write them with a point.`);
  }
  return notes;
}
