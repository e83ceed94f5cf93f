import type { ResultCode, ResultView } from '../../contract/index.ts';
import { sqlName, sqlString } from '../../data/index.ts';
import { conditionOf, orderOf, shownColumns, type Columns } from './conditions.ts';
import { pandasCode, polarsCode, python } from './python-code.ts';

/** Shard files that are named one by one, of a run that goes on; of a finished one a pattern names them. */
const mostNamed = 500;

/** Code that reads what a view shows from the run's own files. `folder` ends without a slash. */
export function viewCode(
  table: Columns,
  view: ResultView,
  place: { folder: string; files: string[]; complete: boolean; relative: boolean },
): ResultCode {
  const notes: string[] = [];
  if (place.relative) notes.push('Paths begin in the workspace folder: run it there.');
  if (!place.complete) notes.push('The run is not finished: only what has been scored so far is read.');
  const named = place.files.map((file) => `${place.folder}/${file}`);
  const isNamed = !place.complete && named.length <= mostNamed;
  if (!place.complete && !isNamed)
    notes.push('Files of attempts that failed may be among those that the pattern names.');
  const pattern = `${place.folder}/*.parquet`;
  const condition = conditionOf(table, view);
  const fields = shownColumns(table, view).map(({ column, name }) =>
    column === name ? sqlName(column) : `${sqlName(column)} AS ${sqlName(name)}`,
  );
  const from = isNamed ? `[${named.map(sqlString).join(', ')}]` : sqlString(pattern);
  const sql = [
    `SELECT ${fields.join(', ')}`,
    `FROM read_parquet(${from})`,
    ...(condition === null ? [] : [`WHERE ${condition}`]),
    ...(view.sort.length > 0 ? [`ORDER BY ${orderOf(table, view.sort, '')}`] : []),
  ];
  const files = isNamed ? `[${named.map(python).join(', ')}]` : `sorted(glob.glob(${python(pattern)}))`;
  return {
    sql: `${sql.join('\n')};\n`,
    pandas: pandasCode(table, view, files),
    polars: polarsCode(table, view, files),
    notes,
  };
}
