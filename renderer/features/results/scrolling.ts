import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** Browsers draw nothing beyond some 33 million pixels; above this height the scroll bar stands for more than it measures. */
const tallest = 12_000_000;

export interface Scrolling {
  /** The row at the upper edge; a fraction where it is half out of sight. */
  top: number;
  /** Rows that fit. */
  visible: number;
  /** Height of what is scrolled, in pixels. */
  height: number;
  left: number;
  width: number;
  /** Brings a row into sight with the least movement. */
  reveal: (row: number) => void;
}

/**
 * Scrolls any number of rows. The row at the top is the truth and the scroll bar its picture: with ten million rows a pixel
 * of the bar is many rows, and the wheel still moves by single ones.
 */
export function useScrolling(
  scroller: RefObject<HTMLElement | null>,
  rows: number,
  rowHeight: number,
  headHeight: number,
): Scrolling {
  const [top, setTop] = useState(0);
  const [left, setLeft] = useState(0);
  const [size, setSize] = useState({ width: 1200, height: 600 });
  const visible = Math.max(1, (size.height - headHeight) / rowHeight);
  const mostTop = Math.max(0, rows - visible);
  const height = Math.min(tallest, rows * rowHeight + headHeight);
  const range = Math.max(0, height - size.height);
  const state = useRef({ top, mostTop, range, expected: 0, rowHeight });
  Object.assign(state.current, { top, mostTop, range, rowHeight });

  const moveTo = useCallback(
    (wanted: number) => {
      const element = scroller.current;
      const { mostTop: most, range: bar } = state.current;
      const next = Math.max(0, Math.min(most, wanted));
      setTop(next);
      state.current.top = next;
      if (!element) return;
      const place = most === 0 ? 0 : (next / most) * bar;
      state.current.expected = Math.round(place);
      element.scrollTop = place;
    },
    [scroller],
  );

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    setSize({ width: element.clientWidth, height: element.clientHeight });
    return () => observer.disconnect();
  }, [scroller]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const onScroll = (): void => {
      setLeft(element.scrollLeft);
      const { range: bar, mostTop: most, expected } = state.current;
      // The echo of a move that was made here.
      if (Math.abs(element.scrollTop - expected) <= 1) return;
      state.current.expected = Math.round(element.scrollTop);
      setTop(bar === 0 ? 0 : (element.scrollTop / bar) * most);
    };
    const onWheel = (event: WheelEvent): void => {
      const { range: bar, mostTop: most, rowHeight: tall } = state.current;
      const isTrue = bar >= most * tall * 0.99;
      if (isTrue || event.ctrlKey || event.deltaY === 0) return;
      event.preventDefault();
      moveTo(state.current.top + event.deltaY / tall);
      element.scrollLeft += event.deltaX;
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      element.removeEventListener('scroll', onScroll);
      element.removeEventListener('wheel', onWheel);
    };
  }, [scroller, moveTo]);

  // Fewer rows after a filter: what was in sight may be gone.
  useEffect(() => {
    if (state.current.top > mostTop) moveTo(mostTop);
  }, [mostTop, moveTo]);

  const reveal = useCallback(
    (row: number) => {
      const whole = Math.max(1, Math.floor(visible));
      const { top: now } = state.current;
      if (row < now) moveTo(row);
      else if (row > now + whole - 1) moveTo(row - whole + 1);
    },
    [moveTo, visible],
  );
  return { top: Math.min(top, mostTop), visible, height, left, width: size.width, reveal };
}
