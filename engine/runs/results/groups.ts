import type { ResultGroup, ResultView } from '../../contract/index.ts';
import { problem } from '../../contract/index.ts';
import { sqlName } from '../../data/index.ts';
import type { Asker } from './asking.ts';
import { columnOf, failedSql, rightSql } from './conditions.ts';
import { scan } from './scan.ts';
import { shownValue, whereOf } from './summaries.ts';
import type { ResultTable } from './table.ts';

/** The rows of a view by the values of a column, the largest groups first; per version confidence and accuracy. */
export async function group(
  table: ResultTable,
  asker: Asker,
  view: ResultView,
  by: string,
  limit: number,
  signal?: AbortSignal,
): Promise<{ groups: ResultGroup[]; total: number }> {
  const column = columnOf(table, by);
  if (column.type === 'list' || column.type === 'top') {
    throw problem('USAGE', `The column ${column.name} holds lists and makes no groups.`, { subject: by });
  }
  if (table.files.length === 0) return { groups: [], total: 0 };
  const fields = table.versions.flatMap((_, version) => fieldsOf(table, version));
  const found = await asker.rows(
    `SELECT count(*) OVER () AS groups, * FROM (
       SELECT ${sqlName(column.column)} AS value, count(*) AS rows, count(*) FILTER (${failedSql(table, true, null)}) AS failed
       ${fields.map((field) => `, ${field}`).join('')}
       FROM ${scan(table.files)}${whereOf(table, view)} GROUP BY value
     ) ORDER BY rows DESC, value LIMIT ${limit}`,
    signal,
  );
  const groups = found.map(([, value, rows, failed, ...rest]): ResultGroup => {
    const each = table.versions.map((_, version) => rest.slice(version * 3, version * 3 + 3));
    return {
      ...shownValue(value!),
      rows: Number(rows),
      failed: Number(failed),
      confidence: each.map(([confidence]) => (confidence === null ? null : finite(Number(confidence)))),
      accuracy: each.map(([, right, of]) => (of === null ? null : { right: Number(right), of: Number(of) })),
    };
  });
  return { groups, total: Number(found[0]?.[0] ?? 0) };
}

/** Mean confidence, rows that are right, rows that can be judged. */
function fieldsOf(table: ResultTable, version: number): string[] {
  const confidence = table.columns.find((column) => column.role === 'confidence' && column.version === version);
  const right = rightSql(table, version);
  const mean = confidence ? `avg(${sqlName(confidence.column)})` : 'NULL';
  return right === null ? [mean, 'NULL', 'NULL'] : [mean, `count(*) FILTER (${right})`, `count(${right})`];
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
