import { isUtf8 } from 'node:buffer';
import { basename } from 'node:path';
import { problem } from '../contract/index.ts';
import type { CsvDialect, DataReading, SourceFile } from '../contract/index.ts';
import { ByteWindow } from './byte-window.ts';
import { cellKind } from './cell-types.ts';
import { csvPreamble, delimiters } from './csv-preamble.ts';
import { RowFinder, splitCells } from './csv-rows.ts';
import { listedNames } from './listed-names.ts';
import { isMissingNumber, trimBlanks } from './numbers.ts';
import { shellQuoted } from './refusals.ts';

const sniffedRows = 200;
const sniffedBytes = 1024 * 1024;
const sniffedChunk = 128 * 1024;

type TextFile = Pick<SourceFile, 'path' | 'bytes'>;

/** How a text table is written, the names of its columns, and where its rows begin. */
export interface CsvLayout {
  dialect: CsvDialect;
  header: string[];
  /** Byte at which the first row begins. */
  dataStart: number;
  notes: string[];
}

/**
 * Finds delimiter, header and what stands before the table from the first rows, unless a person said them. Guesses are said in the
 * notes. Throws DATA_INVALID for names that occur twice, a broken first row or bytes that are not UTF-8 in it, and for
 * lone carriage returns.
 */
export async function sniffCsv(
  { path, bytes }: TextFile,
  reading: DataReading,
  content: Buffer | null = null,
): Promise<CsvLayout> {
  const preamble = csvPreamble(path, content);
  const { skip, notes } = preamble;
  const rowsBy = new Map<string, SniffedRow[]>();
  const said = reading.delimiter ?? preamble.delimiter;
  const candidates = said === null ? delimiters : [said];
  for (const delimiter of candidates) {
    rowsBy.set(delimiter, await firstRows({ path, bytes }, skip, delimiter, content));
  }
  const delimiter = said ?? likeliestDelimiter(rowsBy);
  const rows = rowsBy.get(delimiter) ?? [];
  refuseCarriageReturns(path, rows);
  const first = rows[0];
  if (first === undefined) throw problem('FILE_EMPTY', `${basename(path)} has no rows.`, { subject: path });
  if (first.fault) {
    const hint = 'Quotes inside a cell have to be doubled, and every quote has to be closed.';
    throw problem('DATA_INVALID', `The first row of ${basename(path)} has broken quotes.`, { subject: path, hint });
  }
  const guess =
    reading.header === undefined ? guessHeader(rows.map((row) => row.cells)) : { header: reading.header, note: null };
  if (guess.note !== null) notes.push(`${guess.note} --header ${guess.header ? 'no' : 'yes'} says otherwise.`);
  const header = guess.header ? headerNames(path, first, notes) : first.cells.map((_, index) => `column${index + 1}`);
  return {
    dialect: { delimiter, header: guess.header, skip },
    header,
    dataStart: guess.header ? first.next : first.start,
    notes,
  };
}

/** The header and the first row's byte of a file whose dialect is known. */
export async function readCsvHeader(
  { path, bytes }: TextFile,
  dialect: CsvDialect,
  content: Buffer | null = null,
): Promise<{ header: string[]; dataStart: number }> {
  const [first] = await firstRows({ path, bytes }, dialect.skip, dialect.delimiter, content, 1);
  if (first === undefined) throw problem('FILE_EMPTY', `${basename(path)} has no rows.`, { subject: path });
  if (!dialect.header) return { header: first.cells.map((_, index) => `column${index + 1}`), dataStart: first.start };
  return { header: headerNames(path, first, []), dataStart: first.next };
}

interface SniffedRow {
  cells: string[];
  start: number;
  next: number;
  fault: boolean;
  utf8: boolean;
}

async function firstRows(
  { path, bytes }: TextFile,
  from: number,
  delimiter: string,
  content: Buffer | null,
  most = sniffedRows,
): Promise<SniffedRow[]> {
  const rows: SniffedRow[] = [];
  const code = delimiter.charCodeAt(0);
  const finder = new RowFinder(code);
  const window = await ByteWindow.open(path, from, bytes, { digest: false, chunk: sniffedChunk, content });
  try {
    while (rows.length < most && !(rows.length > 0 && window.offset + window.start > sniffedBytes)) {
      if (window.start < window.end && finder.find(window)) {
        const { start, offset } = window;
        const { contentEnd, next, fault } = finder;
        window.start = next;
        if (contentEnd === start) continue;
        const row = window.bytes.subarray(start, contentEnd);
        rows.push({
          cells: splitCells(window.bytes, start, contentEnd, code),
          start: offset + start,
          next: offset + next,
          fault: fault !== null,
          utf8: isUtf8(row),
        });
      } else if (window.atEnd) break;
      else await window.fill();
    }
  } finally {
    await window.close();
  }
  return rows;
}

/** The delimiter that splits the rows most evenly, the first row included; then the one that gives more cells. */
function likeliestDelimiter(rowsBy: Map<string, SniffedRow[]>): string {
  let best = ',';
  let bestScore = 0;
  for (const [delimiter, rows] of rowsBy) {
    const width = rows[0]?.cells.length ?? 0;
    if (width < 2) continue;
    const even = rows.filter((row) => row.cells.length === width && !row.fault).length / rows.length;
    const score = even + Math.min(width, 10_000) / 1_000_000;
    if (score > bestScore) {
      best = delimiter;
      bestScore = score;
    }
  }
  return best;
}

/** Whether the first row names the columns, from how it differs from the rows below it. */
function guessHeader(rows: string[][]): { header: boolean; note: string | null } {
  const [first = [], ...below] = rows;
  const kinds = first.map((cell) => kindOf(cell));
  if (isCounting(first, kinds) && below.length > 0 && !below.some((row) => row.join() === first.join())) {
    return { header: true, note: 'The first row counts its columns and is taken as the header; this is a guess.' };
  }
  const typedAbove = kinds.filter(isTyped).length;
  let typedBelow = 0;
  let textAbove = 0;
  for (const [column, kind] of kinds.entries()) {
    const typed = below.some((row) => isTyped(kindOf(row[column] ?? '')));
    if (typed) typedBelow++;
    if (typed && kind === 'string') textAbove++;
  }
  if (textAbove > 0 && typedAbove === 0) return { header: true, note: null };
  if (textAbove > 0 && textAbove >= typedAbove) {
    return {
      header: true,
      note: 'The first row is taken as the header although some of its cells look like data; this is a guess.',
    };
  }
  if (typedAbove > 0) {
    const names =
      first.length === 1 ? 'the column is named column1' : `the columns are named column1 to column${first.length}`;
    return {
      header: false,
      note: `The first row looks like data, so there is no header and ${names}; this is a guess.`,
    };
  }
  if (typedBelow > 0 || below.length === 0) return { header: true, note: null };
  return { header: true, note: 'All cells are text; the first row is taken as the header, which is a guess.' };
}

function kindOf(cell: string): string {
  const trimmed = trimBlanks(cell);
  return isMissingNumber(trimmed) ? 'missing' : cellKind(trimmed);
}

function isTyped(kind: string): boolean {
  return kind !== 'string' && kind !== 'missing';
}

/** 0, 1, 2, ... or 1, 2, 3, ... as pandas writes for columns without names; text cells may stand in between. */
function isCounting(cells: string[], kinds: string[]): boolean {
  const numbers = cells.filter((_, index) => kinds[index] === 'integer').map(Number);
  if (numbers.length < 3 || kinds.some((kind) => kind !== 'integer' && kind !== 'string')) return false;
  const [start = -1] = numbers;
  return (start === 0 || start === 1) && numbers.every((number, index) => number === start + index);
}

function headerNames(path: string, first: SniffedRow, notes: string[]): string[] {
  if (!first.utf8) {
    throw problem('DATA_INVALID', `The header of ${basename(path)} is not valid UTF-8.`, {
      subject: path,
      hint: `Convert it: iconv -f WINDOWS-1252 -t UTF-8 ${shellQuoted(path)} > ${shellQuoted(`${path}.utf8.csv`)}`,
    });
  }
  const given = new Set<string>();
  const repeated = new Set<string>();
  for (const name of first.cells) {
    if (name !== '' && given.has(name)) repeated.add(name);
    given.add(name);
  }
  const twice = [...repeated];
  if (twice.length > 0) {
    throw problem('DATA_INVALID', `The header of ${basename(path)} has ${listedNames(twice)} more than once.`, {
      subject: twice[0] ?? null,
      hint: 'Every column needs a name of its own. Rename the columns.',
    });
  }
  const names = first.cells.map((name, index) => (name === '' ? freeName(`column${index + 1}`, given) : name));
  const unnamed = names.filter((_, index) => first.cells[index] === '');
  if (unnamed.length > 0)
    notes.push(`Columns without a name in the header are named after their place: ${listedNames(unnamed)}.`);
  const blanks = names.filter((name) => trimBlanks(name) !== name);
  if (blanks.length > 0) {
    notes.push(
      `Blanks around names in the header belong to the names: ${listedNames(blanks.map((name) => `"${name}"`))}.`,
    );
  }
  return names;
}

function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}_${number}`;
  taken.add(free);
  return free;
}

function refuseCarriageReturns(path: string, rows: SniffedRow[]): void {
  const [only] = rows;
  if (rows.length !== 1 || only === undefined || !only.cells.some((cell) => /\r[^\n]/.test(cell))) return;
  throw problem('FORMAT_NOT_SUPPORTED', `The rows of ${basename(path)} end with carriage returns only.`, {
    subject: path,
    hint: `Convert it: tr '\\r' '\\n' < ${shellQuoted(path)} > ${shellQuoted(`${path}.lf.csv`)}`,
  });
}
