import { useAnswer } from '../../client/index.ts';
import { Answer, Empty } from '../../components/index.ts';
import { RunTable } from '../runs/index.ts';

export function VersionRuns({ reference }: { reference: string }) {
  const runs = useAnswer(['runs'], (client) => client.runs.list());
  return (
    <Answer answer={runs}>
      {(all) => {
        const own = all.filter((run) => run.models.includes(reference));
        if (own.length === 0) return <Empty>This version has not scored anything yet.</Empty>;
        return <RunTable runs={own} />;
      }}
    </Answer>
  );
}
