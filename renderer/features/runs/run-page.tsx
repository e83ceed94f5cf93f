import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Job, Problem, Run } from '../../../engine/contract/index.ts';
import { problemOf, useAnswer, useEngine } from '../../client/index.ts';
import { useCommands, useRevealCommand } from '../../commands/index.ts';
import {
  Answer,
  Chip,
  count,
  Guard,
  jobTones,
  keyed,
  Name,
  Page,
  plural,
  ProblemView,
  progressWords,
  Tabs,
} from '../../components/index.ts';
import { hrefOf, replaceRoute, useJob } from '../../window/index.ts';
import { ResultsView } from '../results/index.ts';
import { RunErrors } from './run-errors.tsx';
import { RunFacts } from './run-facts.tsx';
import styles from './run-page.module.css';

/** One run: its rows from the first committed one on, its errors, how it ran. */
export function RunPage({ run: id, tab }: { run: string; tab: string }) {
  const answer = useAnswer(['run', id], (client) => client.runs.get({ run: id }));
  const run = answer.data;
  const job = useJob(run?.job);
  const { refetch } = answer;
  const [refused, setRefused] = useState<Problem | null>(null);
  useEffect(() => {
    if (job !== undefined) void refetch();
  }, [job?.status, job?.progress?.done, refetch, job]);
  return (
    <Page
      flush
      title={run ? <Title run={run} /> : 'Run'}
      aside={run ? <Progress run={run} job={job} /> : null}
      actions={run ? <Actions run={run} onProblem={setRefused} /> : null}
    >
      {refused ? <ProblemView problem={refused} /> : null}
      {run?.problem ? <ProblemView problem={run.problem} /> : null}
      <div className={styles.tabs}>
        <Tabs
          current={tab}
          onChoose={(key) => replaceRoute('runs', id, key)}
          tabs={[
            { key: 'results', title: 'Results' },
            { key: 'errors', title: run && run.rows.failed > 0 ? `Errors ${count(run.rows.failed)}` : 'Errors' },
            { key: 'how', title: 'How it ran' },
          ]}
        />
      </div>
      <Guard key={tab}>
        {tab === 'results' ? (
          run && run.shards.committed === 0 ? (
            <Waiting run={run} job={job} />
          ) : (
            <ResultsView run={id} dataset={run?.dataset ?? ''} />
          )
        ) : (
          <div className={styles.padded}>
            <Answer answer={answer}>
              {(value) => (tab === 'errors' ? <RunErrors run={value} /> : <RunFacts run={value} />)}
            </Answer>
          </div>
        )}
      </Guard>
    </Page>
  );
}

function Title({ run }: { run: Run }) {
  return (
    <span className={styles.title}>
      {keyed(run.models, (reference, index) => (
        <>
          {index > 0 ? <span className={styles.on}>and</span> : null}
          <a href={versionHref(reference)}>
            <Name text={reference.replace('@', ' v')} most={36} />
          </a>
        </>
      ))}
      <span className={styles.on}>on</span>
      <Name text={run.dataset ?? 'data that is being read'} most={40} />
    </span>
  );
}

function versionHref(reference: string): string {
  const at = reference.lastIndexOf('@');
  return hrefOf('models', reference.slice(0, at), reference.slice(at + 1));
}

function Progress({ run, job }: { run: Run; job: Job | undefined }) {
  const failed = run.rows.failed > 0 ? `, ${count(run.rows.failed)} failed` : '';
  const words = job && job.status === 'running' ? progressWords(job) : `${plural(run.rows.read, 'row')}${failed}`;
  return (
    <>
      <Chip tone={jobTones[run.status]}>{run.status}</Chip>
      <span className={styles.words}>{words}</span>
    </>
  );
}

function Actions({ run, onProblem }: { run: Run; onProblem: (problem: Problem | null) => void }) {
  const { client } = useEngine();
  const ask = (call: 'pause' | 'resume' | 'cancel') => (): void => {
    onProblem(null);
    client.jobs[call]({ job: run.job }).catch((error: unknown) => onProblem(problemOf(error)));
  };
  const running = run.status === 'running' || run.status === 'queued';
  const stopped =
    run.status === 'paused' || run.status === 'interrupted' || run.status === 'failed' || run.status === 'cancelled';
  useCommands([
    {
      id: 'run.pause',
      title: 'Pause the run',
      group: 'Run',
      enabled: running,
      why: 'It does not run.',
      run: ask('pause'),
    },
    {
      id: 'run.resume',
      title: 'Resume the run',
      group: 'Run',
      enabled: stopped,
      why: 'It is not stopped.',
      run: ask('resume'),
    },
    {
      id: 'run.cancel',
      title: 'Cancel the run',
      group: 'Run',
      enabled: running || run.status === 'paused',
      why: 'It does not run.',
      run: ask('cancel'),
    },
  ]);
  useRevealCommand(
    {
      id: 'run.reveal',
      title: 'Show the output in its folder',
      group: 'Run',
      enabled: run.output !== null,
      why: 'It has no output file.',
    },
    { kind: 'output', run: run.run },
  );
  return (
    <>
      {running ? (
        <Button variant="default" onClick={ask('pause')}>
          Pause
        </Button>
      ) : null}
      {stopped ? <Button onClick={ask('resume')}>Resume</Button> : null}
      {running || run.status === 'paused' ? (
        <Button variant="default" onClick={ask('cancel')}>
          Cancel
        </Button>
      ) : null}
    </>
  );
}

function Waiting({ run, job }: { run: Run; job: Job | undefined }) {
  if (run.status === 'failed' || run.status === 'cancelled')
    return <p className={styles.waiting}>No row was scored.</p>;
  return (
    <p className={styles.waiting} role="status">
      The first rows show here as soon as they are scored. {job ? progressWords(job) : ''}
    </p>
  );
}
