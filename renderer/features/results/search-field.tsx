import { Popover, TextInput } from '@mantine/core';
import { useEffect, useState, type RefObject } from 'react';
import type { OpenedResults, ResultView, SearchEvent } from '../../../engine/contract/index.ts';
import { problemOf, useEngine } from '../../client/index.ts';
import { count, keyed, Name, oneLine, percent, plural } from '../../components/index.ts';
import { changeResults } from './view-state.ts';
import styles from './search-field.module.css';

/** Typing settles this long before rows are looked through. */
const settleMs = 200;
const hitsShown = 30;

interface Found {
  hits: SearchEvent['hits'];
  scanned: number;
  rows: number;
  done: boolean;
  problem: string | null;
}

/** Finds text in the rows of the view: hits come as they are met. Enter shows the rows that have it, Escape stops looking. */
export function SearchField({
  results,
  view,
  inputRef,
}: {
  results: OpenedResults;
  view: ResultView;
  inputRef: RefObject<HTMLInputElement | null>;
}) {
  const { run } = results;
  const [text, setText] = useState('');
  const found = useSearch(run, view, text);
  const filter = (): void => {
    if (text === '') return;
    changeResults(run, { search: text, active: 0, open: null });
    setText('');
    // On with the keys of the rows.
    document.querySelector<HTMLElement>('[role="grid"], [role="listbox"][aria-label="Pictures"]')?.focus();
  };
  const nameOf = (key: string): string => results.columns.find(({ column }) => column === key)?.name ?? key;
  return (
    <Popover opened={found !== null} position="bottom-end" width={360} withinPortal withRoles={false} trapFocus={false}>
      <Popover.Target>
        <TextInput
          ref={inputRef}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') filter();
            else if (event.key === 'Escape' && text !== '') setText('');
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
          placeholder="Find in rows"
          aria-label="Find in rows"
          w={180}
        />
      </Popover.Target>
      <Popover.Dropdown className={styles.dropdown}>
        {found === null ? null : (
          <>
            <p className={styles.words} role="status">
              {found.problem ?? inWords(found)}
            </p>
            <ul className={styles.hits}>
              {keyed(found.hits.slice(0, hitsShown), (hit) => (
                <li>
                  <button type="button" onClick={() => changeResults(run, { open: hit.index })}>
                    <span className={styles.row}>{count(hit.index + 1)}</span>
                    <span className={styles.column}>
                      <Name text={nameOf(hit.column)} most={18} />
                    </span>
                    <span className={styles.text}>{oneLine(hit.text)}</span>
                  </button>
                </li>
              ))}
            </ul>
            {found.hits.length > 0 ? <p className={styles.words}>Enter shows these rows alone.</p> : null}
          </>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function inWords({ hits, scanned, rows, done }: Found): string {
  if (!done)
    return `${percent(rows === 0 ? 0 : scanned / rows)} of the rows looked through, ${count(hits.length)} found`;
  return hits.length === 0
    ? 'No row has this text.'
    : `${plural(hits.length, 'place')} found${scanned < rows ? ', and more' : ''}`;
}

/** Looks through the rows as long as the text stays; null while there is nothing to look for. */
function useSearch(run: string, view: ResultView, text: string): Found | null {
  const { client } = useEngine();
  const [found, setFound] = useState<Found | null>(null);
  const filters = JSON.stringify(view.filters);
  useEffect(() => {
    setFound(null);
    if (text === '') return undefined;
    const stop = new AbortController();
    const look = async (): Promise<void> => {
      const scope = { filters: JSON.parse(filters) as ResultView['filters'] };
      const events = await client.results.search({ run, view: scope, text, most: 200 }, { signal: stop.signal });
      let all: Found = { hits: [], scanned: 0, rows: 0, done: false, problem: null };
      for await (const { hits, scanned, rows } of events) {
        all = { ...all, hits: [...all.hits, ...hits], scanned, rows };
        setFound(all);
      }
      setFound({ ...all, done: true });
    };
    const timer = window.setTimeout(() => {
      look().catch((error: unknown) => {
        if (!stop.signal.aborted)
          setFound({ hits: [], scanned: 0, rows: 0, done: true, problem: problemOf(error).message });
      });
    }, settleMs);
    return () => {
      window.clearTimeout(timer);
      stop.abort();
    };
  }, [client, run, filters, text]);
  return found;
}
