import { useEffect, useMemo, useRef, type KeyboardEvent } from 'react';
import type { OpenedResults, ResultTableColumn, ResultView } from '../../../engine/contract/index.ts';
import { problemOf } from '../../client/index.ts';
import { Button } from '@mantine/core';
import { Empty, ProblemView } from '../../components/index.ts';
import { usePreferences } from '../../window/index.ts';
import { GridHead } from './grid-head.tsx';
import { GridRow } from './grid-row.tsx';
import { useRows } from './rows.ts';
import { useScrolling } from './scrolling.ts';
import { useResultsState } from './view-state.ts';
import styles from './grid.module.css';

const rowHeights = { compact: 24, normal: 28, roomy: 36 } as const;
const headHeight = 28;

export interface PlacedColumn {
  column: ResultTableColumn;
  left: number;
  width: number;
  pinned: boolean;
}

/** The rows of a view: any number of them, by mouse and by keyboard. */
export function Grid({ results, columns, view }: { results: OpenedResults; columns: readonly ResultTableColumn[]; view: ResultView }) {
  const { run } = results;
  const [state, change] = useResultsState(run);
  const density = usePreferences((preferences) => preferences.density);
  const rowHeight = rowHeights[density];
  const scroller = useRef<HTMLDivElement>(null);
  const known = useRef(results.rows);
  const scrolling = useScrolling(scroller, known.current, rowHeight, headHeight);
  const { top, visible, left, width, reveal } = scrolling;
  const first = Math.floor(top);
  const last = Math.min(known.current - 1, Math.ceil(top + visible));
  const rows = useRows(run, view, first, Math.max(first, last), results.revision);
  if (rows.rowsMatching !== null) known.current = rows.rowsMatching;
  const placed = useMemo(() => place(columns, state.pinned, state.widths), [columns, state.pinned, state.widths]);
  const totalWidth = placed.reduce((sum, column) => sum + column.width, 0);
  // Columns out of sight are not drawn: an output may have thousands.
  const shown = placed.filter(
    (column) => column.pinned || (column.left + column.width > left && column.left < left + width),
  );
  const positions = new Map((view.columns ?? results.columns.map(({ column }) => column)).map((key, at) => [key, at]));
  const { active } = state;
  const move = (to: number): void => {
    const next = Math.max(0, Math.min(known.current - 1, to));
    change({ active: next, ...(state.open === null ? {} : openAt(rows.rowAt(next)?.index)) });
    reveal(next);
  };
  const openAt = (index: number | undefined): { open?: number } => (index === undefined ? {} : { open: index });
  const toggleOpen = (): void => {
    const index = rows.rowAt(active)?.index;
    if (index !== undefined) change({ open: state.open === index ? null : index });
  };
  useEffect(() => {
    if (active >= known.current && known.current > 0) change({ active: known.current - 1 });
  });
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
      End: () => move(known.current - 1),
      Enter: toggleOpen,
      ' ': toggleOpen,
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
  if (rows.rowsMatching === 0) {
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
      aria-rowcount={known.current + 1}
      aria-colcount={columns.length}
      aria-activedescendant={`row-${active}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className={styles.spacer} style={{ height: scrolling.height, width: totalWidth }}>
        <GridHead results={results} columns={shown} totalWidth={totalWidth} />
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
                  const index = rows.rowAt(at)?.index;
                  change({ active: at, ...(index === undefined ? {} : { open: state.open === index ? null : index }) });
                }}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

function place(columns: readonly ResultTableColumn[], pinned: readonly string[], widths: Record<string, number>): PlacedColumn[] {
  let left = 0;
  return columns.map((column) => {
    const width = widths[column.column] ?? usualWidth(column);
    const placed = { column, left, width, pinned: pinned.includes(column.column) };
    left += width;
    return placed;
  });
}

function usualWidth({ role, type, name }: ResultTableColumn): number {
  const byName = Math.min(240, name.length * 7 + 44);
  if (role === 'error') return 320;
  if (role === 'prediction') return Math.max(170, byName);
  if (role === 'file') return 220;
  if (role === 'row') return 84;
  if (type === 'number' || type === 'integer' || type === 'boolean') return Math.max(92, byName);
  if (type === 'list' || type === 'top') return 240;
  return Math.max(140, byName);
}
