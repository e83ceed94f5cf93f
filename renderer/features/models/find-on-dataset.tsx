import { Button, Menu } from '@mantine/core';
import { useState } from 'react';
import type { Problem, RecipeCandidate } from '../../../engine/contract/index.ts';
import { problemOf, useAnswer, useEngine } from '../../client/index.ts';
import { Name, ProblemView } from '../../components/index.ts';
import { FinderDialog } from '../recipes/index.ts';

/** For a picture model: the usual ways of pre-processing, tried on pictures that are known already. */
export function FindOnDataset({
  reference,
  onTake,
}: {
  reference: string;
  onTake: (candidate: RecipeCandidate) => void;
}) {
  const { client } = useEngine();
  const datasets = useAnswer(['datasets'], (engine) => engine.data.datasets());
  const [grants, setGrants] = useState<string[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const pictures = (datasets.data ?? []).filter(({ format }) => format === 'images');
  if (pictures.length === 0) return null;
  const choose = (dataset: string): void => {
    setProblem(null);
    client.datasets.grants({ dataset }).then(
      (granted) => setGrants(granted.grants),
      (error: unknown) => setProblem(problemOf(error)),
    );
  };
  return (
    <>
      <Menu returnFocus>
        <Menu.Target>
          <Button variant="default">Find the pre-processing</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {pictures.slice(0, 20).map((row) => (
            <Menu.Item key={row.dataset} onClick={() => choose(row.dataset)}>
              on <Name text={row.name} most={40} />
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {problem === null ? null : <ProblemView problem={problem} />}
      {grants === null ? null : (
        <FinderDialog
          reference={reference}
          data={grants}
          onTake={(candidate) => {
            setGrants(null);
            onTake(candidate);
          }}
          onClose={() => setGrants(null)}
        />
      )}
    </>
  );
}
