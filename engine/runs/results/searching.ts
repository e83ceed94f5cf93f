import type { DuckDBValue } from '@duckdb/node-api';
import type { ResultView, SearchEvent } from '../../contract/index.ts';
import { sqlName } from '../../data/index.ts';
import { stopped, type Asker } from './asking.ts';
import { wellFormed } from './cells.ts';
import { conditionOf, searchSql, sqlText, textColumns } from './conditions.ts';
import { rowsOf, scan } from './scan.ts';
import type { ResultTable, TableFile } from './table.ts';

/** Rows that are looked through before what was found is told, and files that they may lie in. */
const rowsAtOnce = 500_000;
const filesAtOnce = 256;
/** Characters shown of the text around a hit. */
const around = 60;

/** Looks through the text columns of a view in the input's order, and tells what is found as it goes. */
export async function* search(
  table: ResultTable,
  asker: Asker,
  view: ResultView,
  text: string,
  most: number,
  signal?: AbortSignal,
): AsyncGenerator<SearchEvent> {
  const condition = conditionOf(table, view);
  const where = `${condition === null ? '' : `(${condition}) AND `}(${searchSql(table, text)})`;
  const rows = rowsOf(table);
  let [scanned, left] = [0, most];
  for (const files of portions(table.files)) {
    if (signal?.aborted) throw stopped();
    const sql = `SELECT file_index, file_row_number, ${foundIn(table, text)} FROM ${scan(files)} WHERE ${where} LIMIT ${left + 1}`;
    const found = await asker.rows(sql, signal);
    scanned += files.reduce((sum, file) => sum + file.rows, 0);
    const hits = found.slice(0, left).map((row) => hitOf(table, files, row));
    left -= hits.length;
    const more = found.length > hits.length || (left === 0 && scanned < rows);
    yield { hits, scanned, rows, more };
    if (more) return;
  }
}

function* portions(files: readonly TableFile[]): Generator<TableFile[]> {
  let portion: TableFile[] = [];
  let rows = 0;
  // The first one is small: the first hits are to be seen at once.
  let most = rowsAtOnce / 4;
  for (const file of files) {
    portion.push(file);
    rows += file.rows;
    if (rows < most && portion.length < filesAtOnce) continue;
    yield portion;
    [portion, rows, most] = [[], 0, rowsAtOnce];
  }
  if (portion.length > 0) yield portion;
}

/** The number of the first column with a hit, and the text around it. */
function foundIn(table: ResultTable, text: string): string {
  const needle = `lower(${sqlText(text)})`;
  const cases = textColumns(table).map((column, index) => {
    const name = sqlName(column.column);
    const found = `contains(lower(${name}), ${needle})`;
    const start = `greatest(1, strpos(lower(${name}), ${needle}) - ${around})`;
    return {
      position: `WHEN ${found} THEN ${index}`,
      text: `WHEN ${found} THEN substring(${name}, ${start}, ${3 * around})`,
    };
  });
  return `CASE ${cases.map((each) => each.position).join(' ')} END, CASE ${cases.map((each) => each.text).join(' ')} END`;
}

function hitOf(table: ResultTable, files: readonly TableFile[], row: DuckDBValue[]): SearchEvent['hits'][number] {
  const [file, at, position, text] = row;
  return {
    index: files[Number(file)]!.start + Number(at),
    column: textColumns(table)[Number(position)]!.column,
    text: wellFormed(String(text).slice(0, 4 * around)),
  };
}
