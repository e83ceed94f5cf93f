import { useEffect, useState } from 'react';
import { useConnection } from '../client/index.ts';
import styles from './connection-bar.module.css';

/** Said after this long without a connection; a blink is not worth a word. */
const patienceMs = 600;

/** A lost engine is a bar, not a dialog: what is on screen stays readable. */
export function ConnectionBar() {
  const state = useConnection((connection) => connection.state);
  const restarted = useConnection((connection) => connection.restarted);
  const opened = useConnection((connection) => connection.opened);
  const [late, setLate] = useState(false);
  const [told, setTold] = useState(0);
  // The desktop window says so in the address of a page that it opens in place of one that crashed.
  const [mended, setMended] = useState(() => window.location.search === '?mended');
  useEffect(() => {
    setLate(false);
    if (state !== 'lost') return undefined;
    const timer = window.setTimeout(() => setLate(true), patienceMs);
    return () => window.clearTimeout(timer);
  }, [state]);
  if (state === 'ended') {
    return (
      <div className={styles.bar} data-tone="bad" role="alert">
        This window belongs to a Drydock that has ended. Start it again and open the address it prints.
      </div>
    );
  }
  if (state === 'lost' && late) {
    return (
      <div className={styles.bar} data-tone="warn" role="status">
        The engine is not answering. It is looked for again; nothing that was committed is lost.
      </div>
    );
  }
  if (state === 'open' && mended) {
    return (
      <div className={styles.bar} data-tone="warn" role="status">
        The window ended and was opened again. Runs went on meanwhile.
        <button type="button" onClick={() => setMended(false)}>
          Close
        </button>
      </div>
    );
  }
  if (state === 'open' && restarted && told < opened) {
    return (
      <div className={styles.bar} data-tone="warn" role="status">
        The engine was started again. Interrupted runs go on where they were.
        <button type="button" onClick={() => setTold(opened)}>
          Close
        </button>
      </div>
    );
  }
  return null;
}
