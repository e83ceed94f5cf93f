import { memo } from 'react';
import type { OpenedResults } from '../../../engine/contract/index.ts';
import type { PlacedColumn } from './placed-columns.ts';
import { ResultCell } from './result-cell.tsx';
import type { LoadedRow } from './rows.ts';
import styles from './grid.module.css';

interface Props {
  at: number;
  y: number;
  height: number;
  columns: readonly PlacedColumn[];
  totalWidth: number;
  /** Where a column's value stands in a row of the page. */
  positions: ReadonlyMap<string, number>;
  row: LoadedRow | undefined;
  active: boolean;
  open: boolean;
  versions: OpenedResults['versions'];
  onOpen: () => void;
}

/** One row; while its page is on the way it has its height already. */
export const GridRow = memo(function GridRow({
  at,
  y,
  height,
  columns,
  totalWidth,
  positions,
  row,
  active,
  open,
  onOpen,
}: Props) {
  return (
    <div
      id={`row-${at}`}
      className={styles.row}
      role="row"
      aria-rowindex={at + 2}
      aria-selected={open}
      data-active={active || undefined}
      style={{ transform: `translateY(${y}px)`, height, width: totalWidth }}
      onClick={onOpen}
    >
      {columns.map(({ column, left, width, pinned }) => (
        <div
          key={column.column}
          role="gridcell"
          className={styles.cell}
          data-number={column.type === 'number' || column.type === 'integer' || undefined}
          data-pinned={pinned || undefined}
          style={pinned ? { width, left } : { width, left, position: 'absolute' }}
        >
          {row === undefined ? (
            <span className={styles.wait} />
          ) : (
            <ResultCell
              column={column}
              value={row.cells[positions.get(column.column) ?? -1]}
              row={row}
              positions={positions}
            />
          )}
        </div>
      ))}
    </div>
  );
}, same);

function same(before: Props, after: Props): boolean {
  return (
    before.y === after.y &&
    before.at === after.at &&
    before.height === after.height &&
    before.columns === after.columns &&
    before.row?.cells === after.row?.cells &&
    before.active === after.active &&
    before.open === after.open &&
    before.totalWidth === after.totalWidth
  );
}
