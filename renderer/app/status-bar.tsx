import { ActionIcon, Popover, Tooltip } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react';
import type { Job } from '../../engine/contract/index.ts';
import { useConnection, useEngine } from '../client/index.ts';
import { isActive, Name, plural, progressWords } from '../components/index.ts';
import { useCommands } from '../commands/index.ts';
import { JobsPanel } from './jobs-panel.tsx';
import { useJobs, useJobsPanel, useUndo } from '../window/index.ts';
import styles from './status-bar.module.css';

/** Jobs, undo, the engine: one line that is always there. */
export function StatusBar() {
  const jobs = useJobs();
  const { open, toggle, hide } = useJobsPanel();
  const active = jobs.filter(isActive);
  const [first] = active;
  const undo = useUndo();
  const state = useConnection((connection) => connection.state);
  useCommands([
    { id: 'jobs.show', title: 'Show jobs', group: 'View', keys: 'mod+j', run: toggle },
    {
      id: 'undo',
      title: undo.action === null ? 'Undo' : `Undo: ${undo.action.words}`,
      group: 'File',
      keys: 'mod+z',
      enabled: undo.action !== null,
      why: 'Nothing to undo.',
      run: () => undo.undo(),
    },
  ]);
  return (
    <footer className={styles.bar}>
      <Popover
        opened={open}
        onChange={(shown) => (shown ? undefined : hide())}
        position="top-start"
        width={480}
        trapFocus
        returnFocus
      >
        <Popover.Target>
          <button type="button" className={styles.jobs} onClick={toggle} aria-expanded={open}>
            {active.length === 0 ? 'No jobs' : plural(active.length, 'job')}
          </button>
        </Popover.Target>
        <Popover.Dropdown className={styles.panel}>
          <JobsPanel jobs={jobs} />
        </Popover.Dropdown>
      </Popover>
      {first ? <JobLine job={first} /> : null}
      <div className={styles.gap} />
      {undo.action === null ? null : (
        <span className={styles.undo} role="status">
          {undo.action.words}
          <button type="button" onClick={() => undo.undo()}>
            Undo
          </button>
        </span>
      )}
      <Tooltip label="Calls go to an engine on this machine. Nothing leaves it.">
        <span className={styles.engine} data-state={state}>
          {engineWords[state]}
        </span>
      </Tooltip>
    </footer>
  );
}

const engineWords = {
  connecting: 'Looking for the engine',
  open: 'Engine on this machine',
  lost: 'Engine lost',
  ended: 'Engine ended',
} as const;

/** One job in the bar: name, bar, rate, time left, pause, cancel. */
function JobLine({ job }: { job: Job }) {
  const { client } = useEngine();
  const { progress } = job;
  const share = progress?.total ? Math.min(1, progress.done / progress.total) : null;
  return (
    <div className={styles.job}>
      <Name text={job.title} most={40} />
      <span
        className={styles.track}
        role="progressbar"
        aria-label={job.title}
        aria-valuenow={share === null ? undefined : Math.round(share * 100)}
      >
        <span
          className={styles.fill}
          style={{ width: `${(share ?? 0) * 100}%` }}
          data-unknown={share === null || undefined}
        />
      </span>
      <span className={styles.facts}>{progressWords(job)}</span>
      {job.kind === 'run' ? (
        <ActionIcon
          size={20}
          aria-label={job.status === 'paused' ? 'Resume the job' : 'Pause the job'}
          onClick={() =>
            void (job.status === 'paused' ? client.jobs.resume(job) : client.jobs.pause(job)).catch(() => undefined)
          }
        >
          {job.status === 'paused' ? (
            <IconPlayerPlay size={14} stroke={1.5} />
          ) : (
            <IconPlayerPause size={14} stroke={1.5} />
          )}
        </ActionIcon>
      ) : null}
      <ActionIcon
        size={20}
        aria-label="Cancel the job"
        onClick={() => void client.jobs.cancel(job).catch(() => undefined)}
      >
        <IconX size={14} stroke={1.5} />
      </ActionIcon>
    </div>
  );
}
