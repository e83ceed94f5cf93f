import { DuckDBDateValue, DuckDBTimestampValue, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import writeXlsxFile, { type SheetData } from 'write-excel-file/node';
import { problem } from '../contract/index.ts';
import { plainValue } from './row-values.ts';

/** Excel's own bounds: rows of a sheet with the head, columns, characters of a cell. */
const excelRows = 1_048_576;
const excelColumns = 16_384;
const excelCharacters = 32_767;
/** A workbook is made in memory as a whole, some 400 bytes a cell. */
const mostCells = 3_000_000;

/** Refuses in words what a workbook cannot hold, before anything is made. */
export function requireFits(rows: number, columns: number): void {
  const hint = 'Filter the rows, choose fewer columns, or export as CSV or Parquet.';
  if (rows >= excelRows || columns > excelColumns) {
    const [counted, most] = rows >= excelRows ? [`${rows} rows`, excelRows - 1] : [`${columns} columns`, excelColumns];
    throw problem('NOT_ALLOWED_NOW', `These are ${counted}; a sheet of Excel holds ${most}.`, { hint });
  }
  if (rows * columns > mostCells) {
    throw problem(
      'NOT_ALLOWED_NOW',
      `These are ${rows * columns} cells; a workbook is made in memory, of at most ${mostCells}.`,
      { hint },
    );
  }
}

/** One sheet with a head. Text is text, whatever it looks like: nothing in a cell becomes a formula. */
export async function writeWorkbook(
  connection: DuckDBConnection,
  query: string,
  path: string,
): Promise<{ count: number; notes: string[] }> {
  const result = await connection.stream(query);
  const head = result.columnNames().map((name) => ({ value: excelText(name).text, fontWeight: 'bold' as const }));
  const sheet: SheetData = [head];
  let cut = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    for (const row of chunk.getRows()) {
      sheet.push(
        row.map((value) => {
          const cell = excelCell(value);
          if (cell.isCut) cut += 1;
          return cell.cell;
        }),
      );
    }
  }
  await writeXlsxFile(sheet, { stickyRowsCount: 1 }, { features: [inheritedNames] }).toFile(path);
  const notes = cut > 0 ? [`${cut} cells are longer than Excel's ${excelCharacters} characters and were cut.`] : [];
  return { count: sheet.length - 1, notes };
}

/**
 * The writer looks shared texts up in a plain object, which answers `constructor` and the like with what it inherits, and
 * the cell then refers to that. Such cells get their text in place.
 */
const inheritedNames = {
  files: {
    transform: { 'xl/worksheets/sheet{id}.xml': { transform: (xml: string) => xml.replaceAll(strayCells, inPlace) } },
  },
};
const strayCells = / t="s"><v>([^<>\d][^<>]*)<\/v>/g;
const inherited = new Map(
  Object.getOwnPropertyNames(Object.prototype).map((name) => [String({}[name as keyof object]), name]),
);

function inPlace(cell: string, stray: string): string {
  const text = inherited.get(stray);
  return text === undefined ? cell : ` t="inlineStr"><is><t>${text}</t></is>`;
}

type ExcelCell = SheetData[number][number];

function excelCell(value: DuckDBValue): { cell: ExcelCell; isCut: boolean } {
  if (value instanceof DuckDBDateValue) {
    return dated(new Date(value.days * 86_400_000), 'yyyy-mm-dd', String(value));
  }
  if (value instanceof DuckDBTimestampValue) {
    return dated(new Date(Number(value.micros / 1000n)), 'yyyy-mm-dd hh:mm:ss', String(value));
  }
  const plain = plainValue(value);
  if (plain === null || plain === undefined) return { cell: null, isCut: false };
  if (typeof plain === 'number' || typeof plain === 'boolean') return { cell: plain, isCut: false };
  const { text, isCut } = excelText(typeof plain === 'string' ? plain : JSON.stringify(plain));
  return { cell: { value: text, type: String }, isCut };
}

/** Excel's calendar begins in 1900 and ends in 9999; what lies outside stays text. */
function dated(date: Date, format: string, text: string): { cell: ExcelCell; isCut: boolean } {
  const year = date.getUTCFullYear();
  return year > 1900 && year < 10_000
    ? { cell: { value: date, type: Date, format }, isCut: false }
    : { cell: { value: text, type: String }, isCut: false };
}

/** Characters that XML cannot hold are written as Excel writes them, `_x0007_`; such a text itself too. */
function excelText(text: string): { text: string; isCut: boolean } {
  const isCut = text.length > excelCharacters;
  const safe = (isCut ? text.slice(0, excelCharacters) : text)
    .replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    // eslint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, excelEscape)
    .replaceAll(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, excelEscape);
  return { text: safe, isCut };
}

function excelEscape(character: string): string {
  return `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
}
