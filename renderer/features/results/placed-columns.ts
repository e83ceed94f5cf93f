import type { ResultTableColumn } from '../../../engine/contract/index.ts';

/** A column with its place on screen, in pixels from the left of all columns. */
export interface PlacedColumn {
  column: ResultTableColumn;
  left: number;
  width: number;
  pinned: boolean;
}

export function placeColumns(
  columns: readonly ResultTableColumn[],
  pinned: readonly string[],
  widths: Record<string, number>,
): PlacedColumn[] {
  let left = 0;
  return columns.map((column) => {
    // A column may be called constructor.
    const chosen = Object.hasOwn(widths, column.column) ? widths[column.column] : undefined;
    const width = chosen ?? usualWidth(column);
    const placed = { column, left, width, pinned: pinned.includes(column.column) };
    left += width;
    return placed;
  });
}

/** Wide enough for the head and for what such a column usually holds. */
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
