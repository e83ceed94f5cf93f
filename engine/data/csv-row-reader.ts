import { problem } from '../contract/index.ts';
import type { ColumnWant } from './batch.ts';
import type { BatchBuilder } from './batch-builder.ts';
import type { ByteWindow } from './byte-window.ts';
import { cellStop, quoteFaultInWords, RowFinder } from './csv-rows.ts';
import { scanNumber } from './numbers.ts';
import { putText, utf8Text } from './sinks.ts';
import type { NumberSink, Sink } from './sinks.ts';
import type { TextRows } from './text-rows.ts';

const quote = 34;

/**
 * Cells of a text table into columns. Plain numbers go from bytes to doubles without a string in between; everything
 * else takes the text of the cell. Empty lines are skipped where the header has more than one name, and are a missing
 * value where it has one. A row with another number of cells than the header, broken quotes, or bytes that are not
 * UTF-8 in a wanted text cell fails as a whole.
 */
export class CsvRowReader implements TextRows {
  readonly #header: string[];
  readonly #delimiter: number;
  /** For every cell of the header, the wanted columns that it feeds. */
  readonly #wantsOf: number[][];
  readonly #finder: RowFinder;
  readonly #scanned = { value: 0 };
  #rowNumber: number;
  /** The sinks of the current batch by cell: the only number, or all. */
  #batch: BatchBuilder | null = null;
  #numbers: (NumberSink | null)[] = [];
  #others: (Sink[] | null)[] = [];

  constructor(header: string[], delimiter: string, wants: ColumnWant[], firstRow: number) {
    this.#header = header;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#wantsOf = wantedCells(header, wants);
    this.#finder = new RowFinder(this.#delimiter);
    this.#rowNumber = firstRow;
  }

  read(window: ByteWindow, batch: BatchBuilder): void {
    if (this.#batch !== batch) this.#useBatch(batch);
    const skipEmpty = this.#header.length > 1;
    while (!batch.full && window.start < window.end && this.#finder.find(window)) {
      const { start, bytes, offset } = window;
      const { contentEnd, fault, quoted } = this.#finder;
      window.start = this.#finder.next;
      if (contentEnd === start && skipEmpty) continue;
      const row = batch.addRow(this.#rowNumber++, offset + start);
      let error: string | null;
      if (fault !== null) error = quoteFaultInWords(fault);
      else if (quoted) error = this.#readQuoted(bytes, start, contentEnd, row);
      else error = this.#readPlain(bytes, start, contentEnd, row);
      if (error !== null) batch.failRow(row, error);
    }
  }

  #useBatch(batch: BatchBuilder): void {
    this.#batch = batch;
    const sinks = this.#wantsOf.map((wants) => wants.map((want) => batch.sinks[want] as Sink));
    this.#numbers = sinks.map((list) => (list.length === 1 && list[0]?.kind === 'number' ? list[0] : null));
    this.#others = sinks.map((list, cell) => (list.length === 0 || this.#numbers[cell] !== null ? null : list));
  }

  /** A row without any quote. */
  #readPlain(bytes: Buffer, start: number, end: number, row: number): string | null {
    const delimiter = this.#delimiter;
    const cells = this.#header.length;
    let at = start;
    for (let cell = 0; cell < cells; cell++) {
      if (at > end) return this.#ragged(cell);
      const from = at;
      const number = this.#numbers[cell] as NumberSink | null;
      if (number !== null) {
        at = scanNumber(bytes, from, end, delimiter, this.#scanned);
        if (at >= 0) {
          number.values[row] = this.#scanned.value;
          at++;
          continue;
        }
        at = from;
      }
      while (at < end && bytes[at] !== delimiter) at++;
      if (number !== null) putText(number, row, bytes.toString('utf8', from, at));
      else {
        const error = this.#putCell(bytes, from, at, cell, row, false);
        if (error !== null) return error;
      }
      at++;
    }
    return at > end ? null : this.#ragged(cells + this.#countCells(bytes, at, end));
  }

  #readQuoted(bytes: Buffer, start: number, end: number, row: number): string | null {
    const cells = this.#header.length;
    let at = start;
    for (let cell = 0; cell < cells; cell++) {
      if (at > end) return this.#ragged(cell);
      const number = this.#numbers[cell] as NumberSink | null;
      if (number !== null) {
        const plain = scanNumber(bytes, at, end, this.#delimiter, this.#scanned);
        if (plain >= 0) {
          number.values[row] = this.#scanned.value;
          at = plain + 1;
          continue;
        }
      }
      const stop = cellStop(bytes, at, end, this.#delimiter);
      const inQuotes = bytes[at] === quote && stop > at;
      if (number !== null) putText(number, row, unquoted(bytes.toString('utf8', at, stop), inQuotes));
      else {
        const error = this.#putCell(bytes, at, stop, cell, row, inQuotes);
        if (error !== null) return error;
      }
      at = stop + 1;
    }
    return at > end ? null : this.#ragged(cells + this.#countCells(bytes, at, end));
  }

  #putCell(bytes: Buffer, start: number, end: number, cell: number, row: number, inQuotes: boolean): string | null {
    const sinks = this.#others[cell];
    if (sinks === null || sinks === undefined) return null;
    let text: string | null = null;
    for (const sink of sinks) {
      if (sink.kind === 'text') text ??= utf8Text(bytes, start, end);
      else text ??= bytes.toString('utf8', start, end);
      if (text === null) return `the cell of ${this.#header[cell]} is not valid UTF-8`;
      putText(sink, row, unquoted(text, inQuotes));
    }
    return null;
  }

  #countCells(bytes: Buffer, start: number, end: number): number {
    let cells = 0;
    for (let at = start; at <= end; cells++) at = cellStop(bytes, at, end, this.#delimiter) + 1;
    return cells;
  }

  #ragged(cells: number): string {
    return `row has ${count(cells, 'cell')}, the header has ${this.#header.length}`;
  }
}

function unquoted(text: string, inQuotes: boolean): string {
  if (!inQuotes) return text;
  const inner = text.slice(1, -1);
  return inner.includes('"') ? inner.replaceAll('""', '"') : inner;
}

function wantedCells(header: string[], wants: ColumnWant[]): number[][] {
  const cellOf = new Map(header.map((name, cell) => [name, cell]));
  const wanted = header.map((): number[] => []);
  for (const [index, want] of wants.entries()) {
    const cell = cellOf.get(want.column);
    if (cell === undefined || want.as === 'pixels') {
      throw problem('BINDING_MISSING_COLUMN', `The table has no column ${want.column}.`, { subject: want.column });
    }
    wanted[cell]?.push(index);
  }
  return wanted;
}

function count(cells: number, noun: string): string {
  return `${cells} ${noun}${cells === 1 ? '' : 's'}`;
}
