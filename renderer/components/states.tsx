import { Component, useEffect, useState, type ReactNode } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import { Button } from '@mantine/core';
import { problemOf, type List } from '../client/index.ts';
import { ProblemView } from './problem-view.tsx';
import styles from './states.module.css';

/** Nothing here yet: one sentence what belongs here, one action. */
export function Empty({ children, action, more }: { children: ReactNode; action?: ReactNode; more?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <LoadLine />
      <p className={styles.sentence}>{children}</p>
      {action}
      {more ? <p className={styles.more}>{more}</p> : null}
    </div>
  );
}

/** The app's mark: a ring crossed by a line. */
export function LoadLine({ size = 24 }: { size?: number }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
    >
      <circle cx="12" cy="12" r="7" />
      <path d="M1.5 12h21" />
    </svg>
  );
}

/** Rows of the real height, after 150 ms: what comes at once does not flicker. */
export function Skeleton({ rows = 6 }: { rows?: number }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setShown(true), 150);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <div className={styles.skeleton} aria-busy="true" aria-label="Loading">
      {shown ? Array.from({ length: rows }, (_, index) => <div key={index} className={styles.bar} />) : null}
    </div>
  );
}

/** An answer in its three states; a part that fails costs only itself. */
export function Answer<T>({
  answer,
  rows,
  children,
}: {
  answer: UseQueryResult<T>;
  rows?: number;
  children: (value: T) => ReactNode;
}) {
  if (answer.data !== undefined) return <Guard>{children(answer.data)}</Guard>;
  if (answer.isError) {
    const retry = (
      <Button variant="default" onClick={() => void answer.refetch()}>
        Try again
      </Button>
    );
    return <ProblemView problem={problemOf(answer.error)} action={retry} />;
  }
  return <Skeleton {...(rows === undefined ? {} : { rows })} />;
}

/** A list in its states, with a button for more of it. */
export function Listed<T>({ list, children }: { list: List<T>; children: (items: T[]) => ReactNode }) {
  if (list.items !== undefined) {
    return (
      <>
        <Guard>{children(list.items)}</Guard>
        {list.more === null ? null : (
          <Button variant="default" className={styles.moreItems} onClick={list.more}>
            Show more
          </Button>
        )}
      </>
    );
  }
  if (list.error !== null) {
    const retry = (
      <Button variant="default" onClick={list.again}>
        Try again
      </Button>
    );
    return <ProblemView problem={problemOf(list.error)} action={retry} />;
  }
  return <Skeleton />;
}

/** A defect in one part of a page is shown in its place; the rest goes on. */
export class Guard extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <ProblemView
        problem={{
          code: 'INTERNAL',
          message: 'This part of the page failed.',
          subject: this.state.error instanceof Error ? this.state.error.message : null,
          hint: 'This is a defect of Drydock. The rest of the page works on.',
        }}
        action={
          <Button variant="default" onClick={() => this.setState({ error: null })}>
            Show it again
          </Button>
        }
      />
    );
  }
}
