import { figure } from './numbers.ts';
import { oneLine } from './hostile-text.ts';
import styles from './cell.module.css';

/** A cell of a table of data: text on one line, numbers with their sign, what is missing said so. */
export function Cell({ value }: { value: unknown }) {
  if (value === null || value === undefined) return <span className={styles.missing}>missing</span>;
  if (value === '') return <span className={styles.missing}>empty</span>;
  if (typeof value === 'number') return <span title={String(value)}>{figure(value)}</span>;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const shown = oneLine(text);
  return (
    <bdi className={styles.text} title={shown.length > 24 ? shown : undefined}>
      {shown}
    </bdi>
  );
}
