import type { CellColumn, ColumnWant, RowBatch } from './batch.ts';
import { finishSink, makeSink, putMissing } from './sinks.ts';
import type { Sink } from './sinks.ts';

/** Collects rows of text files and tables into batches of a fixed size. */
export class BatchBuilder {
  readonly capacity: number;
  readonly sinks: Sink[];
  readonly rowNumbers: Float64Array;
  readonly addresses: Float64Array;
  readonly rowErrors = new Map<number, string>();
  rows = 0;

  constructor(wants: ColumnWant[], capacity: number) {
    this.capacity = capacity;
    this.sinks = wants.map((want) => makeSink(want, capacity));
    this.rowNumbers = new Float64Array(capacity);
    this.addresses = new Float64Array(capacity);
  }

  get full(): boolean {
    return this.rows === this.capacity;
  }

  /** Appends a row whose cells are written into the sinks at the index that is returned. */
  addRow(rowNumber: number, address: number): number {
    const row = this.rows++;
    this.rowNumbers[row] = rowNumber;
    this.addresses[row] = address;
    return row;
  }

  /** Marks a row as not readable: all its cells are missing. */
  failRow(row: number, why: string): void {
    this.rowErrors.set(row, why);
    for (const sink of this.sinks) putMissing(sink, row);
  }

  finish(): RowBatch {
    const { rows } = this;
    const columns: CellColumn[] = this.sinks.map((sink) => finishSink(sink, rows));
    return {
      rows,
      rowNumbers: this.rowNumbers.subarray(0, rows),
      addresses: this.addresses.subarray(0, rows),
      files: null,
      columns,
      rowErrors: this.rowErrors,
    };
  }
}
