import { Button } from '@mantine/core';
import { useAnswer, useEngine } from '../../client/index.ts';
import { ago, Answer, Chip, count, jobTones, keyed, Name, ProblemView, Table } from '../../components/index.ts';
import { hrefOf, navigate } from '../../window/index.ts';
import { ArrivingFiles } from './arriving.tsx';
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
  const samples = async (): Promise<void> => {
    useIntake.setState({ problem: null });
    const { grants } = await client.intake.samples();
    await takeIn(client, grants);
  };
  return (
    <section className={styles.area} aria-label="Drop area">
      <p className={styles.sentence}>Drop a model, data, predictions or a folder.</p>
      <div className={styles.actions}>
        <Button onClick={() => chooseFiles(client, host, 'files')}>Choose files</Button>
        <Button variant="default" onClick={() => chooseFiles(client, host, 'folder')}>
          Choose a folder
        </Button>
      </div>
      <p className={styles.more}>
        <button type="button" className={styles.link} onClick={() => void samples()}>
          Try the samples
        </button>
        : a model that was trained on real incomes, and a table to score with it.
      </p>
    </section>
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
