import type { ColumnSummary, OpenedResults, ResultView } from '../../../engine/contract/index.ts';
import { useAnswer } from '../../client/index.ts';
import type { PlacedColumn } from './placed-columns.ts';

/** Columns that are summed up at once: those in sight, and no more than fit on a wide screen. */
const mostColumns = 16;
export const headChart = { width: 40, height: 14, bins: 10 } as const;

export type Numbers = Extract<ColumnSummary, { kind: 'numbers' }>;

/** How the numbers of the columns in sight lie, over the rows in view; nothing while it is not wanted. */
export function useHeadCharts(
  results: OpenedResults,
  view: ResultView,
  shown: readonly PlacedColumn[],
  wanted: boolean,
): ReadonlyMap<string, Numbers> {
  const keys = shown
    .filter(({ column }) => (column.type === 'number' || column.type === 'integer') && column.filters.length > 0)
    .slice(0, mostColumns)
    .map(({ column }) => column.column);
  const { filters, search } = view;
  const { data } = useAnswer(
    ['summary', results.run, filters, search, keys, 'heads'],
    (client, signal) =>
      client.results.summary(
        { run: results.run, view: { filters, search }, columns: keys, bins: headChart.bins },
        { signal },
      ),
    { keepPrevious: true, staleMs: 60_000, enabled: wanted && keys.length > 0 },
  );
  const found = wanted ? (data?.columns ?? []) : [];
  return new Map(found.flatMap((one) => (one.kind === 'numbers' ? [[one.column, one] as const] : [])));
}
