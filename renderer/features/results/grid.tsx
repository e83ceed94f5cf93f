import { useEffect, useMemo, useRef, type ClipboardEvent, type KeyboardEvent } from 'react';
import type { OpenedResults, ResultTableColumn, ResultView } from '../../../engine/contract/index.ts';
import { problemOf } from '../../client/index.ts';
import { Button } from '@mantine/core';
import { Empty, ProblemView } from '../../components/index.ts';
import { usePreferences } from '../../window/index.ts';
import { GridHead } from './grid-head.tsx';
import { GridRow } from './grid-row.tsx';
import { useHeadCharts } from './head-charts.ts';
import { placeColumns } from './placed-columns.ts';
import { useMatching } from './matching.ts';
import { rowAsText } from './row-text.ts';
import { useRows } from './rows.ts';
import { useScrolling } from './scrolling.ts';
import { changeResults, useResultsState } from './view-state.ts';
import styles from './grid.module.css';

const rowHeights = { compact: 24, normal: 28, roomy: 36 } as const;
const headHeights = { plain: 28, charts: 46 } as const;

/** The rows of a view: any number of them, by mouse and by keyboard. */
export function Grid({
  results,
  columns,
  view,
}: {
  results: OpenedResults;
  columns: readonly ResultTableColumn[];
  view: ResultView;
}) {
  const { run } = results;
  const [state, change] = useResultsState(run);
  const density = usePreferences((preferences) => preferences.density);
  const rowHeight = rowHeights[density];
  const headHeight = state.headCharts ? headHeights.charts : headHeights.plain;
  const scroller = useRef<HTMLDivElement>(null);
  const matching = useMatching(run, view);
  const newest = useRef(results.rows);
  if (matching !== null) newest.current = matching;
  // While a new view is on its way, as many rows as the last one had.
  const total = newest.current;
  const scrolling = useScrolling(scroller, total, rowHeight, headHeight);
  const { top, visible, left, width, reveal } = scrolling;
  const first = Math.floor(top);
  const last = Math.min(total - 1, Math.ceil(top + visible));
  const rows = useRows(run, view, first, Math.max(first, last), results.revision);
  const placed = useMemo(
    () => placeColumns(columns, state.pinned, state.widths),
    [columns, state.pinned, state.widths],
  );
  const totalWidth = placed.reduce((sum, column) => sum + column.width, 0);
  // Columns out of sight are not drawn: an output may have thousands.
  const shown = placed.filter(
    (column) => column.pinned || (column.left + column.width > left && column.left < left + width),
  );
  const charts = useHeadCharts(results, view, shown, state.headCharts);
  const positions = new Map((view.columns ?? results.columns.map(({ column }) => column)).map((key, at) => [key, at]));
  const { active } = state;
  const wanted = useRef<number | null>(null);
  const move = (to: number): void => {
    const next = Math.max(0, Math.min(total - 1, to));
    change({ active: next, ...(state.open === null ? {} : openAt(rows.rowAt(next)?.index)) });
    reveal(next);
  };
  const openAt = (index: number | undefined): { open?: number } => (index === undefined ? {} : { open: index });
  const toggleOpen = (at: number): void => {
    const index = rows.rowAt(at)?.index;
    wanted.current = index === undefined ? at : null;
    change({ active: at, ...(index === undefined ? {} : { open: state.open === index ? null : index }) });
  };
  // A row that was opened before it was there opens when it comes.
  const arrived = wanted.current === null ? undefined : rows.rowAt(wanted.current)?.index;
  useEffect(() => {
    if (arrived === undefined) return;
    wanted.current = null;
    changeResults(run, { open: arrived });
  }, [arrived, run]);
  useEffect(() => {
    if (active >= total && total > 0) change({ active: total - 1 });
  });
  /** Every shown column, with tabs between: as spreadsheets take it. What a person marked by hand goes first. */
  const onCopy = (event: ClipboardEvent): void => {
    const row = rows.rowAt(active);
    if (!row || event.target !== event.currentTarget || String(document.getSelection()) !== '') return;
    event.clipboardData.setData('text/plain', rowAsText(row, columns, positions));
    event.preventDefault();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(visible) - 1);
    const keys: Record<string, () => void> = {
      ArrowDown: () => move(active + 1),
      j: () => move(active + 1),
      ArrowUp: () => move(active - 1),
      k: () => move(active - 1),
      PageDown: () => move(active + page),
      PageUp: () => move(active - page),
      Home: () => move(0),
      End: () => move(total - 1),
      Enter: () => toggleOpen(active),
      ' ': () => toggleOpen(active),
      ArrowRight: () => scroller.current?.scrollBy({ left: 120 }),
      ArrowLeft: () => scroller.current?.scrollBy({ left: -120 }),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  if (rows.error !== null) {
    return (
      <div className={styles.message}>
        <ProblemView
          problem={problemOf(rows.error)}
          action={
            <Button variant="default" onClick={() => change({ filters: [], search: '', sort: [] })}>
              Show all rows
            </Button>
          }
        />
      </div>
    );
  }
  if (matching === 0) {
    return (
      <Empty
        action={
          <Button variant="default" onClick={() => change({ filters: [], search: '', active: 0 })}>
            Show all rows
          </Button>
        }
      >
        No row fits these filters.
      </Empty>
    );
  }
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="grid"
      aria-label="Rows"
      aria-rowcount={total + 1}
      aria-colcount={columns.length}
      aria-activedescendant={`row-${active}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onCopy={onCopy}
    >
      <div className={styles.spacer} style={{ height: scrolling.height, width: totalWidth }}>
        <GridHead results={results} columns={shown} totalWidth={totalWidth} height={headHeight} charts={charts} />
        <div className={styles.window} style={{ height: `calc(100% - ${headHeight}px)`, top: headHeight }}>
          {Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => {
            const at = first + offset;
            return (
              <GridRow
                key={at}
                at={at}
                y={(at - top) * rowHeight}
                height={rowHeight}
                columns={shown}
                totalWidth={totalWidth}
                positions={positions}
                row={rows.rowAt(at)}
                active={at === active}
                open={rows.rowAt(at)?.index === state.open && state.open !== null}
                versions={results.versions}
                onOpen={() => {
                  scroller.current?.focus({ preventScroll: true });
                  toggleOpen(at);
                }}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}
