import { isUtf8 } from 'node:buffer';
import { cellInvalid, cellMissing } from './batch.ts';
import type { CellColumn, ColumnWant } from './batch.ts';
import { parseInteger, parseNumber } from './numbers.ts';

/**
 * Where the cells of one wanted column go. A sink is filled row by row and handed out as a column of the batch; what
 * is never written to stays missing text or an ok zero, so rows that fail as a whole are set missing explicitly.
 */
export interface NumberSink {
  kind: 'number';
  values: Float64Array;
  state: Uint8Array;
  invalid: Map<number, string>;
}
export interface IntegerSink {
  kind: 'integer';
  values: BigInt64Array;
  state: Uint8Array;
  invalid: Map<number, string>;
}
export interface TextSink {
  kind: 'text';
  values: (string | null)[];
}
export type Sink = NumberSink | IntegerSink | TextSink;

/** The longest text of a cell that did not parse which is kept to be shown. */
const shownLength = 200;

export function makeSink(want: ColumnWant, rows: number): Sink {
  if (want.as === 'text') return { kind: 'text', values: new Array<string | null>(rows).fill(null) };
  const state = new Uint8Array(rows);
  if (want.as === 'integer') return { kind: 'integer', values: new BigInt64Array(rows), state, invalid: new Map() };
  return { kind: 'number', values: new Float64Array(rows), state, invalid: new Map() };
}

/** The column of a batch that ended up with `rows` rows; shares memory with the sink. */
export function finishSink(sink: Sink, rows: number): CellColumn {
  if (sink.kind === 'text') {
    sink.values.length = rows;
    return sink;
  }
  if (sink.values.length === rows) return sink;
  const state = sink.state.subarray(0, rows);
  if (sink.kind === 'integer') return { ...sink, values: sink.values.subarray(0, rows), state };
  return { ...sink, values: sink.values.subarray(0, rows), state };
}

/** Writes a cell that is text in the file. */
export function putText(sink: Sink, row: number, text: string): void {
  if (sink.kind === 'text') {
    sink.values[row] = text === '' ? null : text;
    return;
  }
  const value = sink.kind === 'number' ? parseNumber(text) : parseInteger(text);
  if (value === null) sink.state[row] = cellMissing;
  else if (value === undefined) putInvalid(sink, row, text);
  else sink.values[row] = value;
}

export function putInvalid(sink: NumberSink | IntegerSink, row: number, text: string): void {
  sink.state[row] = cellInvalid;
  sink.invalid.set(row, text.length > shownLength ? `${text.slice(0, shownLength)}…` : text);
}

export function putMissing(sink: Sink, row: number): void {
  if (sink.kind === 'text') {
    sink.values[row] = null;
    return;
  }
  sink.values[row] = sink.kind === 'number' ? 0 : 0n;
  sink.state[row] = cellMissing;
  sink.invalid.delete(row);
}

/** Bytes as text, or null when they are not valid UTF-8. */
export function utf8Text(bytes: Buffer, start: number, end: number): string | null {
  const text = bytes.toString('utf8', start, end);
  // A replacement character may stand in the file itself, so only its presence makes the exact check worth its time.
  if (text.includes('\ufffd') && !isUtf8(bytes.subarray(start, end))) return null;
  return text;
}
