import type { DuckDBValue } from '@duckdb/node-api';
import { plainValue } from '../row-values.ts';
import { mostCharacters, mostElements } from './scan.ts';

/** An answer's cells together, in characters of JSON. */
const mostOfAnswer = 180_000;

export interface BoundedRows {
  rows: unknown[][];
  /** [row, position] of every cell that is not whole. */
  cut: [number, number][];
}

/** As many of the first rows as an answer may carry, at least one; long cells are cut. */
export function boundedRows(rows: readonly (readonly DuckDBValue[])[]): BoundedRows {
  const bounded: BoundedRows = { rows: [], cut: [] };
  let characters = 0;
  for (const [index, row] of rows.entries()) {
    // A row of thousands of cells has to fit alone: all its cells share what an answer may carry.
    const most = Math.max(20, Math.min(mostCharacters, Math.floor(mostOfAnswer / Math.max(1, row.length)) - 4));
    const marks: number[] = [];
    const cells = row.map((value, position) => {
      const { cell, isCut } = shortened(plainValue(value), most);
      if (isCut) marks.push(position);
      return cell;
    });
    characters += JSON.stringify(cells).length;
    if (characters > mostOfAnswer && index > 0) break;
    bounded.rows.push(cells);
    for (const position of marks) bounded.cut.push([index, position]);
  }
  return bounded;
}

/** A cell of at most so many characters; a list loses its last elements first. */
export function shortened(cell: unknown, most = mostCharacters): { cell: unknown; isCut: boolean } {
  if (typeof cell === 'string') {
    return cell.length > most ? { cell: wellFormed(cell.slice(0, most)), isCut: true } : { cell, isCut: false };
  }
  if (!Array.isArray(cell)) return { cell, isCut: false };
  let isCut = cell.length > mostElements;
  const elements = cell.slice(0, mostElements).map((element: unknown) => {
    if (typeof element === 'object' && element !== null && 'label' in element) {
      const label = shortened(element.label, 200);
      isCut ||= label.isCut;
      return { ...element, label: label.cell };
    }
    const short = shortened(element, 200);
    isCut ||= short.isCut;
    return short.cell;
  });
  while (elements.length > 1 && JSON.stringify(elements).length > most) {
    elements.pop();
    isCut = true;
  }
  return { cell: elements, isCut };
}

/** A cut between the halves of a character leaves no half behind. */
export function wellFormed(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}
