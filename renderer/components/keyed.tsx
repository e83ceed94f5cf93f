import { Fragment, type ReactNode } from 'react';

/** Items that never change places, each with a key of its own: two may have one name. */
export function keyed<T>(items: readonly T[], show: (item: T, index: number) => ReactNode): ReactNode {
  return items.map((item, index) => <Fragment key={index}>{show(item, index)}</Fragment>);
}
