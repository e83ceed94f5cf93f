import type { ReactNode } from 'react';
import styles from './chip.module.css';

export type Tone = 'plain' | 'good' | 'bad' | 'warn' | 'accent' | 'attested' | 'unknown';

/** A status as mark and word. The word carries the meaning, the colour repeats it. */
export function Chip({ tone = 'plain', mark, children }: { tone?: Tone; mark?: ReactNode; children: ReactNode }) {
  return (
    <span className={styles.chip} data-tone={tone}>
      {mark ?? <ToneMark tone={tone} />}
      {children}
    </span>
  );
}

/** Marks differ by shape: good stands on the line, bad hangs, warn is a triangle, unknown a dashed ring. */
function ToneMark({ tone }: { tone: Tone }) {
  if (tone === 'plain' || tone === 'accent' || tone === 'attested') return null;
  return (
    <svg
      viewBox="0 0 16 16"
      width="12"
      height="12"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
    >
      {tone === 'good' ? (
        <>
          <path d="M1 11h14" />
          <circle cx="8" cy="6" r="3" fill="currentColor" stroke="none" />
        </>
      ) : null}
      {tone === 'bad' ? (
        <>
          <path d="M1 5h14" />
          <circle cx="8" cy="10" r="3" fill="currentColor" stroke="none" />
        </>
      ) : null}
      {tone === 'warn' ? <path d="M8 2.5 14 13.5H2Z" className={styles.warnFill} strokeLinejoin="round" /> : null}
      {tone === 'unknown' ? <circle cx="8" cy="8" r="4.5" strokeDasharray="2 2" /> : null}
    </svg>
  );
}
