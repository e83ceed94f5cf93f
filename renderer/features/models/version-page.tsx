import { Button } from '@mantine/core';
import type { VersionInfo } from '../../../engine/contract/index.ts';
import { useAnswer, useEngine } from '../../client/index.ts';
import { useCommands } from '../../commands/index.ts';
import { Answer, Chip, keyed, Name, Page, Tabs } from '../../components/index.ts';
import { navigate, replaceRoute } from '../../window/index.ts';
import { chooseFiles, scoreWith } from '../home/index.ts';
import { VersionHistory } from './version-history.tsx';
import { VersionOverview } from './version-overview.tsx';
import { VersionRecipe } from './version-recipe.tsx';
import { VersionRuns } from './version-runs.tsx';

const tabs = [
  { key: 'overview', title: 'Overview' },
  { key: 'recipe', title: 'Recipe' },
  { key: 'runs', title: 'Runs' },
  { key: 'history', title: 'History' },
];

/** One version: what it is, how it is fed, where it was used, what became of it. */
export function VersionPage({ model, version, tab }: { model: string; version: number; tab: string }) {
  const { client, host } = useEngine();
  const reference = `${model}@${version}`;
  const answer = useAnswer(['version', reference], (engine) => engine.models.get({ ref: reference }));
  const score = (): void => {
    scoreWith(reference);
    navigate('home');
  };
  useCommands([
    { id: 'version.score', title: `Score data with ${model} v${version}`, group: 'Model', run: score },
    {
      id: 'version.import',
      title: 'Import a new version',
      group: 'Model',
      run: () => chooseFiles(client, host, 'files'),
    },
  ]);
  return (
    <Page
      title={
        <>
          <Name text={model} most={48} /> v{version}
        </>
      }
      aside={answer.data ? <VersionFacts info={answer.data} /> : null}
      actions={
        <Button onClick={score} disabled={answer.data === undefined}>
          Score data
        </Button>
      }
    >
      <Tabs tabs={tabs} current={tab} onChoose={(key) => replaceRoute('models', model, version, key)} />
      <Answer answer={answer}>
        {(info) => {
          if (tab === 'recipe') return <VersionRecipe info={info} />;
          if (tab === 'runs') return <VersionRuns reference={reference} />;
          if (tab === 'history') return <VersionHistory info={info} />;
          return <VersionOverview info={info} />;
        }}
      </Answer>
    </Page>
  );
}

function VersionFacts({ info }: { info: VersionInfo }) {
  return (
    <>
      <code title={info.digest}>{info.digest.slice(0, 12)}</code>
      {keyed(info.aliases, (alias) => (
        <Chip tone="accent">{alias}</Chip>
      ))}
    </>
  );
}
