import { Button, CopyButton, Modal, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { ResultView } from '../../../engine/contract/index.ts';
import { useAnswer } from '../../client/index.ts';
import { Answer, keyed } from '../../components/index.ts';
import styles from './dialog.module.css';

type Language = 'sql' | 'pandas' | 'polars';

/** The same rows with other tools: nothing is locked in here. */
export function CodeDialog({ run, view, onClose }: { run: string; view: ResultView; onClose: () => void }) {
  const [language, setLanguage] = useState<Language>('sql');
  const code = useAnswer(['code', run, view], (client) => client.results.sql({ run, view }));
  return (
    <Modal opened onClose={onClose} title="This view elsewhere" size={640}>
      <Answer answer={code} rows={5}>
        {(found) => (
          <div className={styles.form}>
            <SegmentedControl
              aria-label="Language"
              value={language}
              onChange={(value) => setLanguage(value)}
              data={[
                { value: 'sql', label: 'SQL (DuckDB)' },
                { value: 'pandas', label: 'pandas' },
                { value: 'polars', label: 'polars' },
              ]}
            />
            <pre className={styles.code} tabIndex={0}>
              {found[language]}
            </pre>
            {keyed(found.notes, (note) => (
              <p className={styles.quiet}>{note}</p>
            ))}
            <div className={styles.actions}>
              <CopyButton value={found[language]}>
                {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}
              </CopyButton>
            </div>
          </div>
        )}
      </Answer>
    </Modal>
  );
}
