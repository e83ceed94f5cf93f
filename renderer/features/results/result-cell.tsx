import type { ResultTableColumn } from '../../../engine/contract/index.ts';
import { Cell, count, figure, oneLine, probability, wholeNumber } from '../../components/index.ts';
import type { LoadedRow } from './rows.ts';
import styles from './grid.module.css';

/** A value of a result, dressed by what the column is for. */
export function ResultCell({
  column,
  value,
  row,
  positions,
}: {
  column: ResultTableColumn;
  value: unknown;
  row: LoadedRow;
  positions: ReadonlyMap<string, number>;
}) {
  if (column.role === 'error')
    return value === null || value === undefined ? (
      <span className={styles.none}>none</span>
    ) : (
      <span className={styles.error}>{oneLine(textOf(value))}</span>
    );
  if (value === null || value === undefined) return <Cell value={null} />;
  if (column.role === 'row') return <>{typeof value === 'number' ? count(value) : textOf(value)}</>;
  if ((column.role === 'confidence' || column.role === 'probability') && typeof value === 'number') {
    return <span title={textOf(value)}>{probability(value)}</span>;
  }
  if (column.role === 'prediction' && column.type !== 'number' && column.type !== 'integer') {
    return <PredictionChip value={textOf(value)} {...confidenceOf(column, row, positions)} />;
  }
  if (column.type === 'top' && Array.isArray(value)) return <>{topInWords(value)}</>;
  if (column.role === 'kept' && typeof value === 'string' && (column.type === 'number' || column.type === 'integer')) {
    // Kept cells are the text of the file; one that stands for a number reads as one, its text in the tooltip.
    const whole = wholeNumber(value);
    if (whole !== null) return <span title={value}>{whole}</span>;
    const number = value.trim() === '' ? Number.NaN : Number(value);
    if (Number.isFinite(number)) return <span title={value}>{figure(number)}</span>;
  }
  return <Cell value={value} />;
}

/** A value as text: lists and objects as JSON. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** Label, probability, a bar. */
export function PredictionChip({ value, confidence }: { value: string; confidence?: number }) {
  return (
    <span className={styles.chip}>
      <span className={styles.label}>{oneLine(value)}</span>
      {confidence === undefined ? null : (
        <span className={styles.track} aria-hidden>
          <span className={styles.fill} style={{ width: `${Math.max(0, Math.min(1, confidence)) * 100}%` }} />
        </span>
      )}
    </span>
  );
}

/** The confidence of the same version, where the view shows it. */
function confidenceOf(
  column: ResultTableColumn,
  row: LoadedRow,
  positions: ReadonlyMap<string, number>,
): { confidence?: number } {
  const at = positions.get(column.column.replace(/prediction$/, 'confidence'));
  const value = at === undefined ? undefined : row.cells[at];
  return typeof value === 'number' ? { confidence: value } : {};
}

function topInWords(values: readonly unknown[]): string {
  return values
    .slice(0, 3)
    .map((entry) => {
      const { label, probability: share } = entry as { label?: unknown; probability?: unknown };
      return typeof share === 'number'
        ? `${oneLine(String(label))} ${probability(share)}`
        : oneLine(JSON.stringify(entry));
    })
    .join(', ');
}
