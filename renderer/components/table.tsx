import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import styles from './table.module.css';

export interface TableColumn<Row> {
  key: string;
  title: ReactNode;
  align?: 'left' | 'right';
  /** CSS width; the first column takes what is left. */
  width?: string;
  /** Hidden below this window width, from the right first. */
  from?: 'wide';
  cell: (row: Row) => ReactNode;
}

/**
 * A list of things as a table: head on the page's ground, hairlines, arrows or J and K move, Enter opens. For lists of up
 * to some thousand rows; results have a grid of their own.
 */
export function Table<Row>({
  label,
  columns,
  rows,
  rowKey,
  onOpen,
  selected,
  after,
}: {
  label: string;
  columns: readonly TableColumn<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  onOpen?: ((row: Row) => void) | undefined;
  selected?: string | null;
  /** What stands below a row that is opened in place. */
  after?: (row: Row) => ReactNode;
}) {
  const [focused, setFocused] = useState(0);
  const body = useRef<HTMLTableSectionElement>(null);
  const current = Math.min(focused, rows.length - 1);
  const move = (to: number): void => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setFocused(next);
    body.current?.querySelectorAll<HTMLElement>('tr[data-row]')[next]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent, index: number, row: Row): void => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const keys: Record<string, () => void> = {
      ArrowDown: () => move(index + 1),
      j: () => move(index + 1),
      ArrowUp: () => move(index - 1),
      k: () => move(index - 1),
      Home: () => move(0),
      End: () => move(rows.length - 1),
      ...(onOpen ? { Enter: () => onOpen(row) } : {}),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  return (
    <div className={styles.frame}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                data-align={column.align}
                data-from={column.from}
                style={{ width: column.width }}
              >
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {rows.map((row, index) => {
            const key = rowKey(row);
            const more = after?.(row);
            return [
              <tr
                key={key}
                data-row
                data-open={onOpen ? true : undefined}
                aria-selected={selected === key || undefined}
                tabIndex={index === current ? 0 : -1}
                onFocus={() => setFocused(index)}
                onKeyDown={(event) => onKeyDown(event, index, row)}
                onClick={() => onOpen?.(row)}
              >
                {columns.map((column) => (
                  <td key={column.key} data-align={column.align} data-from={column.from}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>,
              more ? (
                <tr key={`${key}-more`} className={styles.more}>
                  <td colSpan={columns.length}>{more}</td>
                </tr>
              ) : null,
            ];
          })}
        </tbody>
      </table>
    </div>
  );
}
