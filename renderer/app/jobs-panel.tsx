import { Button } from '@mantine/core';
import type { Job } from '../../engine/contract/index.ts';
import { useEngine } from '../client/index.ts';
import { ago, Chip, jobTones, Name, progressWords } from '../components/index.ts';
import { hrefOf, useJobsPanel } from '../window/index.ts';
import styles from './jobs-panel.module.css';

/** Jobs of now and of late, newest first; what stopped says why. */
export function JobsPanel({ jobs }: { jobs: readonly Job[] }) {
  if (jobs.length === 0) {
    return <p className={styles.none}>No jobs yet. Imports, runs and exports show here with their progress.</p>;
  }
  return (
    <ul className={styles.list} aria-label="Jobs">
      {jobs.slice(0, 50).map((job) => (
        <JobItem key={job.job} job={job} />
      ))}
    </ul>
  );
}

function JobItem({ job }: { job: Job }) {
  const { client } = useEngine();
  const hide = useJobsPanel((panel) => panel.hide);
  const act = (call: 'pause' | 'resume' | 'cancel') => () =>
    void client.jobs[call]({ job: job.job }).catch(() => undefined);
  const isRun = job.kind === 'run' && job.subject !== null;
  return (
    <li className={styles.item}>
      <div className={styles.head}>
        {isRun ? (
          <a href={hrefOf('runs', job.subject ?? '')} onClick={hide}>
            <Name text={job.title} most={44} />
          </a>
        ) : (
          <Name text={job.title} most={44} />
        )}
        <Chip tone={jobTones[job.status]}>{job.status}</Chip>
        <span className={styles.when}>{ago(job.createdAt)}</span>
      </div>
      {job.status === 'running' ? <p className={styles.words}>{progressWords(job)}</p> : null}
      {job.problem ? <p className={styles.words}>{job.problem.message}</p> : null}
      <div className={styles.actions}>
        {job.status === 'running' && isRun ? (
          <Button variant="default" onClick={act('pause')}>
            Pause
          </Button>
        ) : null}
        {job.status === 'paused' || job.status === 'interrupted' || job.status === 'held' ? (
          <Button variant="default" onClick={act('resume')}>
            Resume
          </Button>
        ) : null}
        {job.status === 'running' || job.status === 'paused' || job.status === 'queued' ? (
          <Button variant="default" onClick={act('cancel')}>
            Cancel
          </Button>
        ) : null}
      </div>
    </li>
  );
}
