import { middle, oneLine } from './hostile-text.ts';
import styles from './name.module.css';

/** A name of a file, model, column or class: one line, isolated, its whole self in the tooltip. */
export function Name({ text, most, mono }: { text: string; most?: number; mono?: boolean }) {
  const shown = most === undefined ? oneLine(text) : middle(text, most);
  return (
    <bdi className={mono ? styles.mono : styles.name} title={shown === text ? undefined : oneLine(text)}>
      {shown}
    </bdi>
  );
}
