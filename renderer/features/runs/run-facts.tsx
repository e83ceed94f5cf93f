import type { Run } from '../../../engine/contract/index.ts';
import { useAnswer } from '../../client/index.ts';
import {
  bytes,
  count,
  duration,
  Facts,
  FromWhat,
  inWindow,
  keyed,
  moment,
  plural,
  Section,
} from '../../components/index.ts';
import { runOrigins } from './run-origins.ts';

/** How a run ran: time, memory, pieces, and whatever is worth knowing. */
export function RunFacts({ run }: { run: Run }) {
  const opened = useAnswer(['results', run.run], (client) => client.results.open({ run: run.run }), {
    enabled: run.shards.committed > 0,
  });
  const plan = opened.data?.plan;
  const origins = runOrigins(run);
  return (
    <>
      <Section title="How it ran">
        <Facts
          facts={[
            ['Run', <code key="run">{run.run}</code>],
            ['Started', moment(run.createdAt)],
            ['Ended', run.endedAt === null ? 'not yet' : moment(run.endedAt)],
            ['Work', <FromWhat key="work" origin={origins.work} children={duration(run.seconds)} />],
            [
              'Rate',
              run.rowsPerSecond === null ? (
                'not known yet'
              ) : (
                <FromWhat key="rate" origin={origins.rate}>
                  {count(Math.round(run.rowsPerSecond))} rows/s
                </FromWhat>
              ),
            ],
            ['Rows read', <FromWhat key="read" origin={origins.read} children={count(run.rows.read)} />],
            ['Rows scored', <FromWhat key="scored" origin={origins.scored} children={count(run.rows.predicted)} />],
            ['Rows failed', <FromWhat key="failed" origin={origins.failed} children={count(run.rows.failed)} />],
            [
              'Shards',
              `${count(run.shards.committed)} of ${run.shards.total === null ? 'not known yet' : count(run.shards.total)}`,
            ],
            [
              'Memory at most',
              run.peakMemoryBytes === null ? (
                'not measured'
              ) : (
                <FromWhat key="memory" origin={origins.memory} children={bytes(run.peakMemoryBytes)} />
              ),
            ],
          ]}
        />
      </Section>
      {plan === undefined || plan === null ? null : (
        <Section title="What was frozen before the first row">
          <Facts
            facts={[
              ['Runtime', plan.runtime],
              ['Machine', plan.machine],
              ['Runs on', plan.executionProvider === 'cpu' ? 'the processor' : plan.executionProvider],
              ['Threads', `${count(plan.threads)} in each worker`],
              ['Batch', plural(plan.batch, 'row')],
              ['Largest shard', plural(plan.largestShard, 'row')],
            ]}
          />
        </Section>
      )}
      {run.notes.length === 0 ? null : (
        <Section title="Worth knowing">
          <ul>
            {keyed(run.notes, (note) => (
              <li>{inWindow(note)}</li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
