import { Popover } from '@mantine/core';
import type { ReactNode } from 'react';
import { keyed } from './keyed.tsx';
import styles from './from-what.module.css';

/** What stands behind a number: what it is, what it was taken over, how, and where its rows are. */
export interface Origin {
  what: string;
  over?: string | undefined;
  how?: string | undefined;
  /** A page of this window with the rows or the measurement behind the number. */
  rows?: { href: string; words: string } | undefined;
}

/** A number as a quiet button that answers "From what?". */
export function FromWhat({ origin, children }: { origin: Origin; children: ReactNode }) {
  const lines = [
    { name: 'Over', words: origin.over },
    { name: 'How', words: origin.how },
  ];
  return (
    <Popover width={340} position="bottom-start" trapFocus returnFocus withinPortal>
      <Popover.Target>
        <button type="button" className={styles.number} title="From what?">
          {children}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={styles.card} tabIndex={-1} data-autofocus>
          <p className={styles.what}>{origin.what}</p>
          <dl className={styles.lines}>
            {keyed(lines, ({ name, words }) =>
              words === undefined ? null : (
                <div>
                  <dt>{name}</dt>
                  <dd>{words}</dd>
                </div>
              ),
            )}
          </dl>
          {origin.rows === undefined ? null : <a href={origin.rows.href}>{origin.rows.words}</a>}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
