import { Button } from '@mantine/core';
import { bytes, Name } from '../../components/index.ts';
import type { GrantProgress } from '../../host/index.ts';
import styles from './arriving.module.css';

/** Files on their way into the engine; in a browser they are copied first. */
export function ArrivingFiles({ progress, stop }: { progress: GrantProgress | null; stop: AbortController }) {
  const share = progress && progress.total > 0 ? progress.done / progress.total : 0;
  return (
    <div className={styles.arriving} role="status">
      <span>
        {progress === null ? 'Reading what was dropped' : 'Taking in'}{' '}
        {progress ? <Name text={progress.name} most={48} /> : null}
      </span>
      <progress className={styles.bar} value={share} max={1} aria-label="Files taken in" />
      {progress ? (
        <span className={styles.facts}>
          {bytes(progress.done)} of {bytes(progress.total)}
        </span>
      ) : null}
      <Button variant="default" onClick={() => stop.abort()}>
        Cancel
      </Button>
    </div>
  );
}
