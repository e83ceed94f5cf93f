import { ByteWindow } from './byte-window.ts';
import { RowFinder } from './csv-rows.ts';
import { isBlankLine } from './json-row-reader.ts';
import { throwIfCancelled } from './source-files.ts';

/** A run of whole rows of a text file: bytes [from, to), the 1-based number of the first row, and how many. */
export interface TextPiece {
  from: number;
  to: number;
  firstRow: number;
  rows: number;
}

export interface TextScan {
  path: string;
  from: number;
  to: number;
  /** The delimiter's byte, or -1 for JSON Lines. */
  delimiter: number;
  /** Names in the header: in a table of one column an empty line is a row. */
  columns: number;
  targetBytes: number;
  maxRows: number;
  /** A piece that ends for its bytes has a multiple of this many rows. Default 1. */
  rowMultiple?: number;
  /** Bytes read at a time; how a file is read never shows in its rows. */
  chunk?: number;
  /** The whole file, where it has been read already. */
  content?: Buffer | null;
}

/**
 * One pass over a text file that cuts it at row boundaries: a piece is closed once it has `targetBytes` bytes or
 * `maxRows` rows (a multiple of `rowMultiple`). The same file and limits give the same pieces. `onBytes` is told how many bytes were passed.
 */
export async function splitText(
  scan: TextScan,
  options: { signal?: AbortSignal | undefined; onBytes?: ((bytes: number) => void) | undefined } = {},
): Promise<TextPiece[]> {
  const window = await ByteWindow.open(scan.path, scan.from, scan.to, {
    digest: false,
    content: scan.content,
    ...(scan.chunk === undefined ? {} : { chunk: scan.chunk }),
  });
  const pieces: TextPiece[] = [];
  const rowMultiple = scan.rowMultiple ?? 1;
  const finder = new RowFinder(scan.delimiter);
  let current: TextPiece = { from: scan.from, to: scan.from, firstRow: 1, rows: 0 };
  const close = (to: number): void => {
    current.to = to;
    if (current.rows > 0) pieces.push(current);
    current = { from: to, to, firstRow: current.firstRow + current.rows, rows: 0 };
  };
  try {
    for (;;) {
      throwIfCancelled(options.signal);
      while (window.start < window.end && finder.find(window)) {
        const { start, bytes, offset } = window;
        window.start = finder.next;
        if (isSkipped(scan, bytes, start, finder.contentEnd)) continue;
        current.rows++;
        const to = offset + finder.next;
        const full = to - current.from >= scan.targetBytes && current.rows % rowMultiple === 0;
        if (full || current.rows >= scan.maxRows) close(to);
      }
      if (window.atEnd) break;
      await window.fill();
      options.onBytes?.(window.offset + window.start - scan.from);
    }
  } finally {
    await window.close();
  }
  close(scan.to);
  return pieces;
}

function isSkipped(scan: TextScan, bytes: Uint8Array, start: number, end: number): boolean {
  if (scan.delimiter < 0) return isBlankLine(bytes, start, end);
  return end === start && scan.columns > 1;
}
