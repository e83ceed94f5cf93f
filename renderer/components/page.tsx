import type { ReactNode } from 'react';
import styles from './page.module.css';

/** A page: its title and actions above, everything else below, scrolling by itself. */
export function Page({
  title,
  aside,
  actions,
  children,
  flush,
}: {
  title: ReactNode;
  /** Quiet facts beside the title. */
  aside?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** Without padding: for pages that are one grid. */
  flush?: boolean;
}) {
  return (
    <div className={styles.page} data-flush={flush ? true : undefined}>
      <header className={styles.head}>
        <h1 className={styles.title}>{title}</h1>
        {aside ? <div className={styles.aside}>{aside}</div> : null}
        {actions ? <div className={styles.actions}>{actions}</div> : null}
      </header>
      {children}
    </div>
  );
}

export function Section({ title, aside, children }: { title: ReactNode; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <header className={styles.sectionHead}>
        <h2>{title}</h2>
        {aside ? <div className={styles.aside}>{aside}</div> : null}
      </header>
      {children}
    </section>
  );
}

/** Name and value pairs in two columns. */
export function Facts({
  facts,
  wide,
}: {
  facts: readonly (readonly [string, ReactNode])[];
  /** The fact that takes a whole line. */ wide?: string;
}) {
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name} className={styles.fact} data-wide={name === wide || undefined}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Tabs({
  tabs,
  current,
  onChoose,
}: {
  tabs: readonly { key: string; title: ReactNode; disabled?: boolean }[];
  current: string;
  onChoose: (key: string) => void;
}) {
  const go = (step: number): void => {
    const open = tabs.filter((tab) => !tab.disabled);
    const at = open.findIndex((tab) => tab.key === current);
    const next = open[(at + step + open.length) % open.length];
    if (!next) return;
    onChoose(next.key);
    window.requestAnimationFrame(() => document.getElementById(`tab-${next.key}`)?.focus());
  };
  return (
    <div
      role="tablist"
      className={styles.tabs}
      onKeyDown={(event) => {
        if (event.key === 'ArrowRight') go(1);
        else if (event.key === 'ArrowLeft') go(-1);
      }}
    >
      {tabs.map((tab) => (
        <button
          key={tab.key}
          id={`tab-${tab.key}`}
          type="button"
          role="tab"
          className={styles.tab}
          aria-selected={tab.key === current}
          tabIndex={tab.key === current ? 0 : -1}
          disabled={tab.disabled ?? false}
          onClick={() => onChoose(tab.key)}
        >
          {tab.title}
        </button>
      ))}
    </div>
  );
}
