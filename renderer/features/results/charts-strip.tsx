import type { OpenedResults, ColumnSummary, ResultTableColumn, ResultView } from '../../../engine/contract/index.ts';
import { Histogram } from '../../charts/index.ts';
import { problemOf, useAnswer } from '../../client/index.ts';
import { count, figure, keyed, Name, oneLine, probability, Skeleton } from '../../components/index.ts';
import { addFilter, useResultsState } from './view-state.ts';
import styles from './charts-strip.module.css';

/** Columns that get a chart. */
const chartsShown = 5;
const chartWidth = 200;

/** Small charts over the rows in view; each one filters. */
export function ChartsStrip({ results, view }: { results: OpenedResults; view: ResultView }) {
  const columns = charted(results);
  const keys = columns.map(({ column }) => column);
  const summary = useAnswer(
    ['summary', results.run, view.filters, view.search, keys],
    (client, signal) =>
      client.results.summary(
        { run: results.run, view: { filters: view.filters, search: view.search }, columns: keys, bins: 24 },
        { signal },
      ),
    { keepPrevious: true, staleMs: 60_000, enabled: keys.length > 0 },
  );
  if (keys.length === 0) return null;
  if (summary.isError) return <p className={styles.problem}>{problemOf(summary.error).message}</p>;
  return (
    <div className={styles.strip} role="group" aria-label="Charts that filter">
      {summary.data ? (
        keyed(summary.data.columns, (found) => {
          const column = columns.find((one) => one.column === found.column);
          return column ? <Chart run={results.run} column={column} summary={found} /> : null;
        })
      ) : (
        <Skeleton rows={2} />
      )}
    </div>
  );
}

/** Predictions, confidences and labels first, then numbers of the data. */
function charted({ columns, versions }: OpenedResults): ResultTableColumn[] {
  const rank = (column: ResultTableColumn): number => {
    if (column.role === 'prediction') return 0;
    if (column.role === 'confidence') return 1;
    if (column.role === 'label') return 2;
    const isNumber = column.type === 'number' || column.type === 'integer';
    return column.role === 'kept' || (column.role === 'probability' && versions.length === 1) ? (isNumber ? 3 : 4) : 9;
  };
  return columns
    .filter((column) => rank(column) < 9 && column.filters.length > 0)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, chartsShown);
}

function Chart({ run, column, summary }: { run: string; column: ResultTableColumn; summary: ColumnSummary }) {
  return (
    <figure className={styles.chart}>
      <figcaption className={styles.title}>
        <Name text={column.name} most={summary.missing > 0 ? 20 : 28} />
        {summary.missing > 0 ? <span className={styles.missing}>{count(summary.missing)} missing</span> : null}
      </figcaption>
      {summary.kind === 'numbers' ? (
        <Numbers run={run} column={column} summary={summary} />
      ) : (
        <Values run={run} column={column} summary={summary} />
      )}
    </figure>
  );
}

function Numbers({
  run,
  column,
  summary,
}: {
  run: string;
  column: ResultTableColumn;
  summary: Extract<ColumnSummary, { kind: 'numbers' }>;
}) {
  const [state, change] = useResultsState(run);
  const chosen = state.filters.find((filter) => filter.kind === 'range' && filter.column === column.column);
  const range =
    chosen?.kind === 'range' && typeof chosen.min === 'number' && typeof chosen.max === 'number'
      ? { from: chosen.min, to: chosen.max }
      : null;
  const last = summary.bins.at(-1)?.to;
  const brush = (to: { from: number; to: number } | null): void => {
    if (to === null) change({ filters: state.filters.filter((filter) => filter !== chosen), active: 0 });
    else addFilter(run, { kind: 'range', column: column.column, min: to.from, max: to.to, below: to.to !== last });
  };
  const brushes = summary.unit === 'number' && column.filters.includes('range');
  return (
    <>
      <Histogram
        bins={summary.bins}
        label={column.name}
        width={chartWidth}
        height={44}
        chosen={range}
        {...(brushes ? { onBrush: brush } : {})}
      />
      <span className={styles.axis}>
        <span>{summary.min === null ? '' : axisText(summary.min, summary.unit, column)}</span>
        <span>{summary.max === null ? '' : axisText(summary.max, summary.unit, column)}</span>
      </span>
    </>
  );
}

function axisText(value: number, unit: 'number' | 'milliseconds', { role }: ResultTableColumn): string {
  if (role === 'confidence' || role === 'probability') return probability(value);
  return unit === 'number' ? figure(value) : new Date(value).toISOString().slice(0, 10);
}

function Values({
  run,
  column,
  summary,
}: {
  run: string;
  column: ResultTableColumn;
  summary: Extract<ColumnSummary, { kind: 'values' }>;
}) {
  const top = summary.top.slice(0, 3);
  const most = Math.max(1, ...top.map(({ count: times }) => times));
  return (
    <ul className={styles.values}>
      {keyed(top, ({ value, count: times, cut }) => (
        <li>
          <button
            type="button"
            className={styles.value}
            disabled={cut || value === null || !column.filters.includes('in')}
            onClick={() => addFilter(run, { kind: 'in', column: column.column, values: [String(value)], not: false })}
          >
            <span className={styles.bar} style={{ width: `${(times / most) * 100}%` }} aria-hidden />
            <span className={styles.word}>{value === null ? 'missing' : oneLine(String(value))}</span>
            <span>{count(times)}</span>
          </button>
        </li>
      ))}
      {summary.distinct > top.length ? (
        <li className={styles.missing}>
          {summary.top.length === summary.distinct ? '' : 'about '}
          {count(summary.distinct)} different
        </li>
      ) : null}
    </ul>
  );
}
