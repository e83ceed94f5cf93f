import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAnswer } from '../../client/index.ts';
import { Answer, Empty, oneLine, Page, plural } from '../../components/index.ts';
import { fetchNotices, type Notice } from './notices.ts';
import styles from './notices-page.module.css';

/** Whose software the program is made with, each with the words of its licence. */
export function NoticesPage() {
  const answer = useAnswer(['notices'], (_engine, signal) => fetchNotices(signal), { staleMs: Infinity });
  return (
    <Page title="Third-party notices">
      <Answer answer={answer} rows={12}>
        {(notices) =>
          notices === null ? (
            <Empty>This copy of Drydock was made without its notices; npm run build writes them.</Empty>
          ) : (
            <Notices notices={notices} />
          )
        }
      </Answer>
    </Page>
  );
}

function Notices({ notices }: { notices: readonly Notice[] }) {
  const [words, setWords] = useState('');
  const wanted = words.trim().toLowerCase();
  const shown = notices.filter(({ name, licence }) => `${name} ${licence}`.toLowerCase().includes(wanted));
  return (
    <div className={styles.notices}>
      <p>Drydock is made with, and comes with, this software. Each is used under its own licence.</p>
      <TextInput
        label="Find by name or licence"
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        w={320}
      />
      <p role="status" className={styles.count}>
        {shown.length === notices.length
          ? plural(notices.length, 'notice')
          : `${shown.length} of ${plural(notices.length, 'notice')}`}
      </p>
      <div>
        {shown.map((notice) => (
          <OneNotice key={notice.place} {...notice} />
        ))}
      </div>
    </div>
  );
}

/** The words come when they are asked for: all of them are megabytes. */
function OneNotice({ name, version, licence, text }: Notice) {
  const [open, setOpen] = useState(false);
  return (
    <details className={styles.notice} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {oneLine(name)} <span className={styles.quiet}>{version}</span>
        <span className={styles.licence}>{oneLine(licence)}</span>
      </summary>
      {open ? <pre className={styles.words}>{text}</pre> : null}
    </details>
  );
}
