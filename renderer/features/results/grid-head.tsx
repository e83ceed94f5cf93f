import { Menu, Popover } from '@mantine/core';
import { useState, type PointerEvent } from 'react';
import type { OpenedResults, ResultTableColumn } from '../../../engine/contract/index.ts';
import { Histogram } from '../../charts/index.ts';
import { Name } from '../../components/index.ts';
import { FilterForm } from './filter-form.tsx';
import { headChart, type Numbers } from './head-charts.ts';
import type { PlacedColumn } from './placed-columns.ts';
import { useResultsState } from './view-state.ts';
import styles from './grid.module.css';

const narrowest = 56;
const widest = 800;

/** Heads: a click sorts, the menu filters, pins and hides, the edge changes the width. */
export function GridHead({
  results,
  columns,
  totalWidth,
  height,
  charts,
}: {
  results: OpenedResults;
  columns: readonly PlacedColumn[];
  totalWidth: number;
  height: number;
  /** How the numbers of columns lie, where that is wanted and known. */
  charts: ReadonlyMap<string, Numbers>;
}) {
  return (
    <div className={styles.head} role="row" style={{ width: totalWidth, height }}>
      {columns.map((placed) => (
        <HeadCell
          key={placed.column.column}
          results={results}
          placed={placed}
          chart={charts.get(placed.column.column)}
        />
      ))}
    </div>
  );
}

function HeadCell({
  results,
  placed: { column, left, width, pinned },
  chart,
}: {
  results: OpenedResults;
  placed: PlacedColumn;
  chart: Numbers | undefined;
}) {
  const [state, change] = useResultsState(results.run);
  const [filtering, setFiltering] = useState(false);
  const sorted = state.sort.find((sort) => sort.column === column.column);
  const sortBy = (descending: boolean | null): void =>
    change({ sort: descending === null ? [] : [{ column: column.column, descending }], active: 0 });
  const next = (): void => {
    if (!column.sortable) return;
    if (!sorted) sortBy(column.type === 'number' || column.type === 'integer');
    else if (sorted.descending === (column.type === 'number' || column.type === 'integer')) sortBy(!sorted.descending);
    else sortBy(null);
  };
  const resize = (to: number): void =>
    change({ widths: { ...state.widths, [column.column]: Math.max(narrowest, Math.min(widest, to)) } });
  const pin = (): void =>
    change({ pinned: pinned ? state.pinned.filter((key) => key !== column.column) : [...state.pinned, column.column] });
  return (
    <div
      role="columnheader"
      className={styles.headCell}
      aria-sort={sorted ? (sorted.descending ? 'descending' : 'ascending') : 'none'}
      data-pinned={pinned || undefined}
      data-number={column.type === 'number' || column.type === 'integer' || undefined}
      style={pinned ? { width, left } : { width, left, position: 'absolute' }}
    >
      <button
        type="button"
        className={styles.sort}
        onClick={next}
        title={column.sortable ? `Sort by ${column.name}` : column.name}
      >
        <Name text={headName(column, results)} />
        {sorted ? (
          <svg viewBox="0 0 8 8" width="8" height="8" aria-hidden="true" fill="currentColor">
            <path d={sorted.descending ? 'M4 7 1 2h6Z' : 'M4 1 1 6h6Z'} />
          </svg>
        ) : null}
      </button>
      <Popover opened={filtering} onChange={setFiltering} position="bottom-end" trapFocus returnFocus withinPortal>
        <Menu position="bottom-end" returnFocus>
          <Menu.Target>
            <Popover.Target>
              <button type="button" className={styles.menu} aria-label={`Column ${column.name}`}>
                <svg
                  viewBox="0 0 8 8"
                  width="8"
                  height="8"
                  aria-hidden="true"
                  fill="none"
                  stroke="currentColor"
                  strokeWidth="1.25"
                >
                  <path d="m1 2.5 3 3 3-3" />
                </svg>
              </button>
            </Popover.Target>
          </Menu.Target>
          <Menu.Dropdown>
            {column.sortable ? (
              <>
                <Menu.Item onClick={() => sortBy(false)}>Sort upwards</Menu.Item>
                <Menu.Item onClick={() => sortBy(true)}>Sort downwards</Menu.Item>
                {sorted ? <Menu.Item onClick={() => sortBy(null)}>Order of the data</Menu.Item> : null}
                <Menu.Divider />
              </>
            ) : null}
            <Menu.Item onClick={pin}>{pinned ? 'Let it scroll' : 'Pin to the left'}</Menu.Item>
            <Menu.Item onClick={() => change({ hidden: [...state.hidden, column.column] })}>Hide</Menu.Item>
            <Menu.Item onClick={() => change({ groupBy: column.column, open: null })}>Group by its values</Menu.Item>
            <Menu.Item onClick={() => resize(width + 40)}>Wider</Menu.Item>
            <Menu.Item onClick={() => resize(width - 40)}>Narrower</Menu.Item>
            <Menu.Item onClick={() => change({ headCharts: !state.headCharts })}>
              {state.headCharts ? 'Hide the histograms' : 'Histograms under the heads'}
            </Menu.Item>
            {column.filters.length > 0 ? <Menu.Item onClick={() => setFiltering(true)}>Filter</Menu.Item> : null}
          </Menu.Dropdown>
        </Menu>
        <Popover.Dropdown aria-label={`Filter by ${column.name}`} p={0}>
          <FilterForm run={results.run} column={column} onDone={() => setFiltering(false)} />
        </Popover.Dropdown>
      </Popover>
      {chart === undefined ? null : (
        <span className={styles.headChart}>
          <Histogram bins={chart.bins} label={column.name} width={headChart.width} height={headChart.height} />
        </span>
      )}
      <ResizeHandle width={width} onResize={resize} />
    </div>
  );
}

function headName(column: ResultTableColumn, results: OpenedResults): string {
  return results.versions.length > 1 || column.version === null ? column.name : column.name;
}

function ResizeHandle({ width, onResize }: { width: number; onResize: (width: number) => void }) {
  const [start, setStart] = useState<{ x: number; width: number } | null>(null);
  return (
    <span
      className={styles.handle}
      aria-hidden
      onPointerDown={(event: PointerEvent) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setStart({ x: event.clientX, width });
      }}
      onPointerMove={(event: PointerEvent) => start && onResize(start.width + event.clientX - start.x)}
      onPointerUp={() => setStart(null)}
    />
  );
}
