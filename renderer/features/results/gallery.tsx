import { useQuery } from '@tanstack/react-query';
import { useRef, type KeyboardEvent } from 'react';
import type { OpenedResults, ResultView } from '../../../engine/contract/index.ts';
import { problemOf, useEngine } from '../../client/index.ts';
import { oneLine, ProblemView } from '../../components/index.ts';
import { useMatching } from './matching.ts';
import { PredictionChip, textOf } from './result-cell.tsx';
import { useRows, type LoadedRow } from './rows.ts';
import { useScrolling } from './scrolling.ts';
import { SeenPicture } from './seen-picture.tsx';
import { useResultsState } from './view-state.ts';
import styles from './gallery.module.css';

const gap = 12;
const caption = 24;

/** Pictures with what was predicted for them. */
export function Gallery({ results, view }: { results: OpenedResults; view: ResultView }) {
  const { run } = results;
  const [state, change] = useResultsState(run);
  const scroller = useRef<HTMLDivElement>(null);
  const matching = useMatching(run, view);
  const newest = useRef(results.rows);
  if (matching !== null) newest.current = matching;
  // While a new view is on its way, as many rows as the last one had.
  const total = newest.current;
  const perRow = useRef(6);
  const lines = Math.ceil(total / perRow.current);
  const lineHeight = state.tile + caption + gap;
  const { top, visible, height, width, reveal } = useScrolling(scroller, lines, lineHeight, gap);
  perRow.current = Math.max(1, Math.floor((width - gap) / (state.tile + gap)));
  const firstLine = Math.floor(top);
  const lastLine = Math.min(lines - 1, Math.ceil(top + visible));
  const first = firstLine * perRow.current;
  const last = Math.min(total - 1, (lastLine + 1) * perRow.current - 1);
  const rows = useRows(run, view, first, Math.max(first, last), results.revision);
  const columns = view.columns ?? results.columns.map(({ column }) => column);
  const shown = predictionPlaces(results, columns);
  const { active } = state;
  const move = (to: number): void => {
    const next = Math.max(0, Math.min(total - 1, to));
    const index = rows.rowAt(next)?.index;
    change({ active: next, ...(state.open === null || index === undefined ? {} : { open: index }) });
    reveal(Math.floor(next / perRow.current));
  };
  const open = (at: number): void => {
    const index = rows.rowAt(at)?.index;
    if (index !== undefined) change({ active: at, open: state.open === index ? null : index });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys: Record<string, () => void> = {
      ArrowRight: () => move(active + 1),
      ArrowLeft: () => move(active - 1),
      ArrowDown: () => move(active + perRow.current),
      ArrowUp: () => move(active - perRow.current),
      j: () => move(active + 1),
      k: () => move(active - 1),
      Home: () => move(0),
      End: () => move(total - 1),
      Enter: () => open(active),
      ' ': () => open(active),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  if (rows.error !== null) return <ProblemView problem={problemOf(rows.error)} />;
  return (
    <div className={styles.frame}>
      <div className={styles.sizes} role="group" aria-label="Size of pictures">
        {([96, 160, 320] as const).map((tile) => (
          <button key={tile} type="button" aria-pressed={tile === state.tile} onClick={() => change({ tile })}>
            {tile}
          </button>
        ))}
      </div>
      <div
        ref={scroller}
        className={styles.scroller}
        role="listbox"
        aria-label="Pictures"
        aria-activedescendant={`tile-${active}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div className={styles.spacer} style={{ height }}>
          <div className={styles.window}>
            {Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => {
              const at = first + offset;
              return (
                <Tile
                  key={at}
                  at={at}
                  run={run}
                  row={rows.rowAt(at)}
                  size={state.tile}
                  x={gap + (at % perRow.current) * (state.tile + gap)}
                  y={gap + (Math.floor(at / perRow.current) - top) * lineHeight}
                  active={at === active}
                  open={state.open !== null && rows.rowAt(at)?.index === state.open}
                  places={shown}
                  onOpen={() => open(at)}
                />
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}

interface Places {
  prediction: number;
  confidence: number;
  label: number;
  error: number;
}

function predictionPlaces(results: OpenedResults, columns: readonly string[]): Places {
  const place = (role: string): number =>
    columns.indexOf(results.columns.find((column) => column.role === role)?.column ?? '');
  return {
    prediction: place('prediction'),
    confidence: place('confidence'),
    label: place('label'),
    error: place('error'),
  };
}

function Tile({
  at,
  run,
  row,
  size,
  x,
  y,
  active,
  open,
  places,
  onOpen,
}: {
  at: number;
  run: string;
  row: LoadedRow | undefined;
  size: 96 | 160 | 320;
  x: number;
  y: number;
  active: boolean;
  open: boolean;
  places: Places;
  onOpen: () => void;
}) {
  const prediction = row?.cells[places.prediction];
  const confidence = row?.cells[places.confidence];
  const label = row?.cells[places.label];
  const error = row?.cells[places.error];
  const judged = typeof label === 'string' && prediction !== null && prediction !== undefined;
  return (
    <div
      id={`tile-${at}`}
      role="option"
      aria-selected={open}
      className={styles.tile}
      data-active={active || undefined}
      style={{ transform: `translate(${x}px, ${y}px)`, width: size }}
      onClick={onOpen}
    >
      <Thumbnail run={run} index={row?.index} size={size} />
      <span className={styles.caption}>
        {judged ? <Judgement right={textOf(prediction) === label} /> : null}
        {prediction === null || prediction === undefined ? (
          <span className={styles.failed}>{typeof error === 'string' ? oneLine(error) : ''}</span>
        ) : (
          <PredictionChip value={textOf(prediction)} {...(typeof confidence === 'number' ? { confidence } : {})} />
        )}
      </span>
    </div>
  );
}

/** A tick or a cross: shape before colour. */
function Judgement({ right }: { right: boolean }) {
  return (
    <svg
      viewBox="0 0 12 12"
      width="12"
      height="12"
      role="img"
      aria-label={right ? 'right' : 'wrong'}
      className={right ? styles.right : styles.wrong}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
    >
      {right ? <path d="m2 6.5 2.5 2.5L10 3" /> : <path d="m2.5 2.5 7 7m0-7-7 7" />}
    </svg>
  );
}

function Thumbnail({ run, index, size }: { run: string; index: number | undefined; size: 96 | 160 | 320 }) {
  const { client, host } = useEngine();
  const picture = useQuery({
    queryKey: ['thumbnail', run, index, size],
    queryFn: ({ signal }) => client.resources.picture({ of: { run }, index: index ?? 0, size }, { signal }),
    enabled: index !== undefined,
    staleTime: Infinity,
  });
  return (
    <span className={styles.frameOfPicture} style={{ height: size }}>
      {picture.data ? <SeenPicture address={host.resourceUrl(picture.data.resource)} name={picture.data.name} /> : null}
    </span>
  );
}
