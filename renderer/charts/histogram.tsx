import { useRef, useState, type PointerEvent } from 'react';
import { count, figure } from '../components/index.ts';
import styles from './histogram.module.css';

export interface Bin {
  from: number;
  to: number;
  count: number;
}

/**
 * Bars that start at 0, over equal widths. With `onBrush` a drag over bins chooses a range, a double click takes it back; by
 * keyboard the arrows move over bins, Shift widens, Enter chooses.
 */
export function Histogram({
  bins,
  label,
  width,
  height,
  chosen,
  onBrush,
}: {
  bins: readonly Bin[];
  label: string;
  width: number;
  height: number;
  chosen?: { from: number; to: number } | null;
  onBrush?: (range: { from: number; to: number } | null) => void;
}) {
  const [drag, setDrag] = useState<{ start: number; end: number } | null>(null);
  const svg = useRef<SVGSVGElement>(null);
  const most = bins.reduce((largest, bin) => Math.max(largest, bin.count), 1);
  const step = width / Math.max(1, bins.length);
  const binAt = (event: PointerEvent): number => {
    const left = svg.current?.getBoundingClientRect().left ?? 0;
    return Math.max(0, Math.min(bins.length - 1, Math.floor((event.clientX - left) / step)));
  };
  const choose = (start: number, end: number): void => {
    const first = bins[Math.min(start, end)];
    const last = bins[Math.max(start, end)];
    if (first && last) onBrush?.({ from: first.from, to: last.to });
  };
  const inside = (bin: Bin, index: number): boolean => {
    if (drag) return index >= Math.min(drag.start, drag.end) && index <= Math.max(drag.start, drag.end);
    return !chosen || (bin.to > chosen.from && bin.from < chosen.to);
  };
  const interactive = onBrush !== undefined;
  return (
    <svg
      ref={svg}
      className={styles.histogram}
      data-interactive={interactive || undefined}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role={interactive ? 'slider' : 'img'}
      tabIndex={interactive ? 0 : undefined}
      aria-label={`${label}. ${inWords(bins)}`}
      {...(interactive
        ? {
            'aria-valuemin': 0,
            'aria-valuemax': bins.length - 1,
            'aria-valuenow': drag?.end ?? 0,
            'aria-valuetext': drag ? rangeInWords(bins, drag) : 'no range chosen',
            onPointerDown: (event: PointerEvent) => {
              event.currentTarget.setPointerCapture(event.pointerId);
              setDrag({ start: binAt(event), end: binAt(event) });
            },
            onPointerMove: (event: PointerEvent) =>
              drag && event.buttons > 0 && setDrag({ ...drag, end: binAt(event) }),
            onPointerUp: () => {
              if (drag) choose(drag.start, drag.end);
              setDrag(null);
            },
            onDoubleClick: () => onBrush(null),
            onKeyDown: (event: React.KeyboardEvent) => {
              const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
              if (by !== 0) {
                const end = Math.max(0, Math.min(bins.length - 1, (drag?.end ?? -by) + by));
                setDrag({ start: event.shiftKey ? (drag?.start ?? end) : end, end });
              } else if (event.key === 'Enter' && drag) {
                choose(drag.start, drag.end);
                setDrag(null);
              } else if (event.key === 'Escape' && drag) setDrag(null);
              else return;
              event.preventDefault();
              event.stopPropagation();
            },
          }
        : {})}
    >
      {bins.map((bin, index) => {
        const tall = bin.count === 0 ? 0 : Math.max(1, (bin.count / most) * (height - 1));
        return (
          <rect
            key={bin.from}
            className={styles.bar}
            data-out={!inside(bin, index) || undefined}
            x={index * step}
            y={height - tall}
            width={Math.max(0.5, step - (step > 3 ? 1 : 0))}
            height={tall}
          >
            <title>{`${figure(bin.from)} to ${figure(bin.to)}: ${count(bin.count)}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}

function inWords(bins: readonly Bin[]): string {
  const [first] = bins;
  const last = bins.at(-1);
  if (!first || !last) return 'No values.';
  const top = bins.reduce((largest, bin) => (bin.count > largest.count ? bin : largest), first);
  return `From ${figure(first.from)} to ${figure(last.to)}, most often between ${figure(top.from)} and ${figure(top.to)}.`;
}

function rangeInWords(bins: readonly Bin[], { start, end }: { start: number; end: number }): string {
  const first = bins[Math.min(start, end)];
  const last = bins[Math.max(start, end)];
  return first && last ? `${figure(first.from)} to ${figure(last.to)}` : '';
}
