import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Fragment } from 'react';
import { problemOf, useAnswer, useEngine } from '../../client/index.ts';
import { ago, Answer, Chip, count, jobTones, keyed, Name, ProblemView, Table } from '../../components/index.ts';
import { hrefOf, navigate } from '../../window/index.ts';
import { ArrivingFiles } from './arriving.tsx';
import { useBrowsing } from './browse-dialog.tsx';
import { chooseFiles } from './dropping.ts';
import { clearIntake, takeIn, useIntake } from './intake.ts';
import { IntakeView } from './intake-view.tsx';
import styles from './home-page.module.css';

/** Empty: the drop area and what was done last. With something dropped: the sentence. */
export function HomePage() {
  const { arriving, problem, items, data, models } = useIntake();
  const empty = items.length === 0 && data === null && models.length === 0;
  return (
    <div className={styles.home}>
      <h1 className="visually-hidden">Home</h1>
      {problem === null ? null : (
        <ProblemView
          problem={problem}
          action={
            <Button variant="default" onClick={() => useIntake.setState({ problem: null })}>
              Close
            </Button>
          }
        />
      )}
      {arriving === null ? null : <ArrivingFiles {...arriving} />}
      {empty && arriving === null ? <DropArea /> : null}
      {empty ? null : <IntakeView onClose={clearIntake} />}
      {empty ? <Recent /> : null}
    </div>
  );
}

function DropArea() {
  const { client, host } = useEngine();
  const roots = useAnswer(['roots'], (engine) => engine.files.roots());
  return (
    <section className={styles.area} aria-label="Drop area">
      <p className={styles.sentence}>Drop a model, data, predictions or a folder.</p>
      <div className={styles.actions}>
        <Button onClick={() => chooseFiles(client, host, 'files')}>Choose files</Button>
        <Button variant="default" onClick={() => chooseFiles(client, host, 'folder')}>
          Choose a folder
        </Button>
        {roots.data && roots.data.length > 0 ? (
          <Button variant="default" onClick={() => useBrowsing.getState().show()}>
            Browse this machine
          </Button>
        ) : null}
      </div>
      <Samples />
    </section>
  );
}

/** Real models and data to try things with. */
function Samples() {
  const { client } = useEngine();
  const samples = useAnswer(['samples'], (engine) => engine.intake.samples(), { staleMs: Infinity });
  const open = useMutation({
    mutationFn: async (sample: string) => {
      const { models, data } = await client.intake.openSample({ sample });
      useIntake.setState({ models, problem: null });
      await takeIn(client, data);
    },
    onError: (error) => useIntake.setState({ problem: problemOf(error) }),
  });
  if (!samples.data || samples.data.length === 0) return null;
  return (
    <p className={styles.more}>
      Or try a sample:{' '}
      {samples.data.map(({ sample, title }, index) => (
        <Fragment key={sample}>
          {index === 0 ? null : ', '}
          <button
            type="button"
            className={styles.link}
            disabled={open.isPending}
            title={title}
            onClick={() => open.mutate(sample)}
          >
            {sample}
          </button>
        </Fragment>
      ))}
      {open.isPending ? ' is being imported' : ''}
    </p>
  );
}

function Recent() {
  const runs = useAnswer(['runs'], (client) => client.runs.list());
  return (
    <section className={styles.recent} aria-label="Recent runs">
      <h2>Recent</h2>
      <Answer answer={runs} rows={3}>
        {(list) =>
          list.length === 0 ? (
            <p className={styles.none}>Runs show here once there are some.</p>
          ) : (
            <Table
              label="Recent runs"
              rows={list.slice(0, 8)}
              rowKey={(run) => run.run}
              onOpen={(run) => navigate('runs', run.run)}
              columns={[
                {
                  key: 'run',
                  title: 'Run',
                  cell: (run) => (
                    <a href={hrefOf('runs', run.run)} className={styles.run}>
                      {keyed(run.models, (model) => (
                        <Name text={model} most={32} />
                      ))}
                      <span>on</span>
                      <Name text={run.dataset ?? 'data that is being read'} most={40} />
                    </a>
                  ),
                },
                { key: 'rows', title: 'Rows', align: 'right', width: '120px', cell: (run) => count(run.rows.read) },
                {
                  key: 'status',
                  title: 'Status',
                  width: '130px',
                  cell: (run) => <Chip tone={jobTones[run.status]}>{run.status}</Chip>,
                },
                { key: 'when', title: 'When', align: 'right', width: '110px', cell: (run) => ago(run.createdAt) },
              ]}
            />
          )
        }
      </Answer>
    </section>
  );
}
