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
  const [mended, setMended] = useState(wasMended);
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
  if (mended) {
    return (
      <div className={styles.bar} data-tone="warn" role="status">
        The window ended unexpectedly and was opened again. Runs went on meanwhile.
        <button type="button" onClick={() => setMended(false)}>
          Close
        </button>
      </div>
    );
  }
  return null;
}

/** The desktop host says so in the address; a reload by a person is none. */
function wasMended(): boolean {
  const { search, hash } = window.location;
  if (search !== '?mended') return false;
  window.history.replaceState(null, '', `./${hash}`);
  return true;
}
