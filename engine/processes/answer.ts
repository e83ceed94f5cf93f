/** Bulk data does not go through calls: rows for looking stay below this many characters of JSON, all together. */
const mostCharacters = 200_000;
/** A longer cell is cut: nobody looks at more of it in a table. */
const mostOfCell = 2000;

/**
 * As many of the first rows as an answer may carry, at least one, long texts cut with an ellipsis. `cut` says that a
 * text was.
 */
export function boundRows<Cell>(rows: readonly (readonly Cell[])[]): { rows: Cell[][]; cut: boolean } {
  const kept: Cell[][] = [];
  let [characters, cut] = [0, false];
  for (const row of rows) {
    const short = row.map((cell) => shortened(cell));
    characters += JSON.stringify(short).length;
    if (characters > mostCharacters && kept.length > 0) break;
    cut ||= short.some((cell, index) => cell !== row[index]);
    kept.push(short);
  }
  return { rows: kept, cut };
}

function shortened<Cell>(cell: Cell): Cell {
  return typeof cell === 'string' && cell.length > mostOfCell ? (`${cell.slice(0, mostOfCell)}…` as Cell) : cell;
}
