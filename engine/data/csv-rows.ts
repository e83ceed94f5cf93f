import { problem } from '../contract/index.ts';
import type { ByteWindow } from './byte-window.ts';
import { maxRowBytes } from './byte-window.ts';

/*
 * Where a row of a text table ends. Rows end at a line feed outside quotes (a carriage return before it belongs to the
 * end); a quote opens only as the first byte of a cell and is doubled inside (RFC 4180). The plan and every reader use
 * this one definition, so that a shard's first byte is a row's first byte for all of them.
 *
 * Broken quoting costs one line and not the rest of the file: where a quoted cell is never closed (within 32 MiB), or
 * is closed in the middle of text on a later line, the row is taken to end at the first line end after the quote that
 * opened it, and is handed out with its fault. Reading goes on at the next line. A second look at those lines cannot
 * happen again and again: inside the span every further run of quotes has an even length, so none of them opens.
 */

export type QuoteFault = 'not closed' | 'text after quote';

const lineFeed = 10;
const carriageReturn = 13;
const quote = 34;

/** Finds the row that begins at a window's start. One instance per pass over a file. */
export class RowFinder {
  readonly #delimiter: number;
  /** Set by `find`: index behind the row and its line end. */
  next = 0;
  /** Set by `find`: index behind the row's last byte, line end not counted. */
  contentEnd = 0;
  /** Set by `find`: whether a quote stands anywhere in the row. */
  quoted = false;
  fault: QuoteFault | null = null;
  /** No quote stands in the file between the row searched last and this offset. */
  #quoteFree = -1;
  /** Offset of a known quote, not before the row searched last; -1 when none is known. */
  #quoteAt = -1;

  /** `delimiter` is a byte; -1 for files without quoting (JSON Lines), where every line feed ends a row. */
  constructor(delimiter: number) {
    this.#delimiter = delimiter;
  }

  /** False when the window holds no whole row yet. At the end of the window's range the rest is the last row. */
  find(window: ByteWindow): boolean {
    const { bytes, start, end } = window;
    let line = bytes.indexOf(lineFeed, start);
    // Bytes behind `end` are left over from earlier reads.
    if (line < 0 || line >= end) line = end;
    if (line === end && !window.atEnd && end - start <= maxRowBytes) return false;
    this.fault = null;
    this.quoted = this.#delimiter >= 0 && this.#hasQuote(window, line);
    if (this.quoted) return this.#findQuoted(window);
    if (line - start > maxRowBytes) throw rowTooLong(window);
    this.#accept(bytes, start, line, line < end ? line + 1 : end);
    return true;
  }

  #hasQuote(window: ByteWindow, line: number): boolean {
    const start = window.offset + window.start;
    const stop = window.offset + line;
    if (this.#quoteAt >= start) return this.#quoteAt < stop;
    if (stop <= this.#quoteFree) return false;
    const from = Math.max(window.start, this.#quoteFree - window.offset);
    const found = window.bytes.indexOf(quote, from);
    if (found >= 0 && found < window.end) {
      this.#quoteAt = window.offset + found;
      return found < line;
    }
    this.#quoteAt = -1;
    this.#quoteFree = window.offset + window.end;
    return false;
  }

  #findQuoted(window: ByteWindow): boolean {
    const { bytes, start } = window;
    const limit = Math.min(window.end, start + maxRowBytes);
    // The same bytes give the same rows, however they were read: a row ends at its own bound or at the range's end.
    const bounded = limit === start + maxRowBytes;
    const complete = bounded || window.atEnd;
    let at = start;
    let cellStart = true;
    while (at < limit) {
      const byte = bytes[at] as number;
      if (byte === quote && cellStart) {
        const closed = this.#passQuotedCell(bytes, start, at, limit, complete);
        if (closed === needMore) return false;
        if (closed === rowEnded) return true;
        at = closed;
        cellStart = false;
        continue;
      }
      at++;
      if (byte === lineFeed) {
        this.#accept(bytes, start, at - 1, at);
        return true;
      }
      cellStart = byte === this.#delimiter;
    }
    if (!complete) return false;
    if (bounded) throw rowTooLong(window);
    this.#accept(bytes, start, limit, limit);
    return true;
  }

  /** From an opening quote to behind the closing one; or the row ended there with a fault. */
  #passQuotedCell(bytes: Buffer, start: number, open: number, limit: number, complete: boolean): number {
    let line = -1;
    let at = open + 1;
    for (;;) {
      if (at >= limit) {
        if (!complete) return needMore;
        this.fault ??= 'not closed';
        this.#accept(bytes, start, line < 0 ? limit : line, line < 0 ? limit : line + 1);
        return rowEnded;
      }
      const byte = bytes[at] as number;
      if (byte === quote) {
        if (at + 1 >= limit && !complete) return needMore;
        if (at + 1 >= limit || bytes[at + 1] !== quote) break;
        at++;
      } else if (byte === lineFeed && line < 0) line = at;
      at++;
    }
    at++;
    const ends = this.#cellEnds(bytes, at, limit, complete);
    if (ends === null) return needMore;
    if (ends) return at;
    if (line < 0) {
      this.fault ??= 'text after quote';
      return at;
    }
    // A shard may end before this quote, where the cell is simply not closed: the same fault for both.
    this.fault ??= 'not closed';
    this.#accept(bytes, start, line, line + 1);
    return rowEnded;
  }

  #cellEnds(bytes: Buffer, at: number, limit: number, complete: boolean): boolean | null {
    if (at >= limit) return complete ? true : null;
    const byte = bytes[at];
    if (byte === this.#delimiter || byte === lineFeed) return true;
    if (byte !== carriageReturn) return false;
    if (at + 1 >= limit) return complete ? true : null;
    return bytes[at + 1] === lineFeed;
  }

  #accept(bytes: Buffer, start: number, contentEnd: number, next: number): void {
    this.contentEnd = contentEnd > start && bytes[contentEnd - 1] === carriageReturn ? contentEnd - 1 : contentEnd;
    this.next = next;
  }
}

const needMore = -1;
const rowEnded = -2;

/** Why a row with broken quotes is not read. */
export function quoteFaultInWords(fault: QuoteFault): string {
  return fault === 'not closed'
    ? 'a quote opens a cell and is not closed behind its text; the row was taken to end with its line'
    : 'text stands behind the closing quote of a cell; a quote inside a cell has to be doubled';
}

/** The cells of a row as text; bytes that are not UTF-8 come out as replacement characters. */
export function splitCells(bytes: Buffer, start: number, end: number, delimiter: number): string[] {
  const cells: string[] = [];
  let at = start;
  for (;;) {
    const stop = cellStop(bytes, at, end, delimiter);
    cells.push(cellText(bytes, at, stop));
    if (stop >= end) return cells;
    at = stop + 1;
  }
}

/** Index of the delimiter that ends the cell beginning at `start`, or `end`. */
export function cellStop(bytes: Buffer, start: number, end: number, delimiter: number): number {
  let at = start;
  if (at < end && bytes[at] === quote) {
    at++;
    for (;;) {
      if (at >= end) return end;
      if (bytes[at] !== quote) at++;
      else if (at + 1 < end && bytes[at + 1] === quote) at += 2;
      else break;
    }
  }
  while (at < end && bytes[at] !== delimiter) at++;
  return at;
}

function cellText(bytes: Buffer, start: number, end: number): string {
  if (bytes[start] !== quote || end - start < 2) return bytes.toString('utf8', start, end);
  return bytes.toString('utf8', start + 1, end - 1).replaceAll('""', '"');
}

function rowTooLong(window: ByteWindow): Error {
  const at = window.offset + window.start;
  return problem('DATA_INVALID', `The row at byte ${at} is longer than 32 MiB. This does not look like a table.`, {
    hint: 'Check the line ends of the file.',
  });
}
