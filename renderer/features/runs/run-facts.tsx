import type { Run } from '../../../engine/contract/index.ts';
import { bytes, count, duration, Facts, keyed, moment, Section } from '../../components/index.ts';

/** How a run ran: time, memory, pieces, and whatever is worth knowing. */
export function RunFacts({ run }: { run: Run }) {
  return (
    <>
      <Section title="How it ran">
        <Facts
          facts={[
            ['Run', <code key="run">{run.run}</code>],
            ['Started', moment(run.createdAt)],
            ['Ended', run.endedAt === null ? 'not yet' : moment(run.endedAt)],
            ['Work', duration(run.seconds)],
            ['Rate', run.rowsPerSecond === null ? 'not known yet' : `${count(Math.round(run.rowsPerSecond))} rows/s`],
            ['Rows read', count(run.rows.read)],
            ['Rows scored', count(run.rows.predicted)],
            ['Rows failed', count(run.rows.failed)],
            ['Shards', `${count(run.shards.committed)} of ${run.shards.total === null ? 'not known yet' : count(run.shards.total)}`],
            ['Memory at most', run.peakMemoryBytes === null ? 'not measured' : bytes(run.peakMemoryBytes)],
          ]}
        />
      </Section>
      {run.notes.length === 0 ? null : (
        <Section title="Worth knowing">
          <ul>
            {keyed(run.notes, (note) => (
              <li>{note}</li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
