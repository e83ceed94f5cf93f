import type { ColumnWant } from './batch.ts';
import type { BatchBuilder } from './batch-builder.ts';
import type { ByteWindow } from './byte-window.ts';
import { RowFinder } from './csv-rows.ts';
import { member, NotAnObject, parseObjectLine, putJson } from './json-values.ts';
import { utf8Text } from './sinks.ts';
import type { TextRows } from './text-rows.ts';

/** Lines of JSON objects into columns. Lines of white space only are skipped; a line that is no object fails its row. */
export class JsonRowReader implements TextRows {
  readonly #names: string[];
  readonly #finder = new RowFinder(-1);
  #rowNumber: number;

  constructor(wants: ColumnWant[], firstRow: number) {
    this.#names = wants.map((want) => want.column);
    this.#rowNumber = firstRow;
  }

  read(window: ByteWindow, batch: BatchBuilder): void {
    while (!batch.full && window.start < window.end && this.#finder.find(window)) {
      const { start, bytes, offset } = window;
      const { contentEnd } = this.#finder;
      window.start = this.#finder.next;
      if (isBlankLine(bytes, start, contentEnd)) continue;
      const row = batch.addRow(this.#rowNumber++, offset + start);
      const error = this.#readLine(utf8Text(bytes, start, contentEnd), batch, row);
      if (error !== null) batch.failRow(row, error);
    }
  }

  #readLine(line: string | null, batch: BatchBuilder, row: number): string | null {
    if (line === null) return 'the line is not valid UTF-8';
    try {
      const object = parseObjectLine(line);
      for (const [index, sink] of batch.sinks.entries())
        putJson(sink, row, member(object, this.#names[index] as string));
      return null;
    } catch (error) {
      if (error instanceof NotAnObject) return error.message;
      throw error;
    }
  }
}

/** Nothing but spaces, tabs and carriage returns. */
export function isBlankLine(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte !== 32 && byte !== 9 && byte !== 13) return false;
  }
  return true;
}
