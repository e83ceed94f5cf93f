import type { cellMissing as CellMissing, cellOk as CellOk } from '../data/index.ts';

// The values of the batch's cell states, held to their types: importing the door itself would load the file readers
// and their native modules into every process that only binds a recipe.
export const cellOk: typeof CellOk = 0;
export const cellMissing: typeof CellMissing = 1;

/**
 * Whether any of the first `rows` states is not ok. Looks at four states at a time, since clean data is the rule.
 */
export function anyNotOk(state: Uint8Array, rows: number): boolean {
  let row = 0;
  if (state.byteOffset % 4 === 0) {
    const words = new Uint32Array(state.buffer, state.byteOffset, rows >> 2);
    for (let word = 0; word < words.length; word += 1) {
      if (words[word] !== 0) return true;
    }
    row = words.length * 4;
  }
  for (; row < rows; row += 1) {
    if (state[row] !== cellOk) return true;
  }
  return false;
}
