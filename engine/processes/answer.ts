import { boundItems } from '../contract/index.ts';

/** A longer cell is cut: nobody looks at more of it in a table. */
const mostOfCell = 2000;

/**
 * As many of the first rows as an answer may carry, at least one, long texts cut with an ellipsis. `cut` says that a
 * text was.
 */
export function boundRows<Cell>(
  rows: readonly (readonly Cell[])[],
  characters?: number,
): { rows: Cell[][]; cut: boolean } {
  const short = rows.map((row) => row.map((cell) => shortened(cell)));
  const kept = boundItems(short, characters);
  return { rows: kept, cut: kept.some((row, at) => row.some((cell, index) => cell !== rows[at]![index])) };
}

function shortened<Cell>(cell: Cell): Cell {
  return typeof cell === 'string' && cell.length > mostOfCell ? (`${cell.slice(0, mostOfCell)}…` as Cell) : cell;
}
