import { count, keyed, oneLine, percent } from '../components/index.ts';
import styles from './top-values.module.css';

/** The most frequent values as one bar of parts, the rest pooled in grey. */
export function TopValues({ values, rows }: { values: readonly { value: string; count: number }[]; rows: number }) {
  const shown = values.slice(0, 4);
  const total = Math.max(1, rows);
  return (
    <span
      className={styles.top}
      role="img"
      aria-label={shown.map(({ value, count: times }) => `${oneLine(value)}: ${times}`).join(', ')}
    >
      {keyed(shown, ({ value, count: times }, index) => (
        <span
          className={styles.part}
          data-at={index}
          style={{ width: `${(times / total) * 100}%` }}
          title={`${oneLine(value)}: ${count(times)}, ${percent(times / total)}`}
        >
          {oneLine(value)}
        </span>
      ))}
    </span>
  );
}
