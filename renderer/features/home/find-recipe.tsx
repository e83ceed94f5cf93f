import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RecipeCandidate } from '../../../engine/contract/index.ts';
import { problemOf, useEngine } from '../../client/index.ts';
import { ProblemView } from '../../components/index.ts';
import { FinderDialog, withPictureInput } from '../recipes/index.ts';
import { replaceModel, useIntake, versionOf } from './intake.ts';

/** For a picture model: tries the usual ways of pre-processing on the pictures that were dropped. */
export function FindRecipe({ grants }: { grants: string[] }) {
  const { client } = useEngine();
  const queries = useQueryClient();
  const { models } = useIntake();
  const [model] = models;
  const [reference, setReference] = useState<string | null>(null);
  // A dropped file is imported first: the finder works on versions.
  const begin = useMutation({
    mutationFn: async () => {
      const { model: name, version } = await versionOf(client, model ?? '');
      return `${name}@${version}`;
    },
    onSuccess: (found) => {
      if (model !== undefined) replaceModel(model, found);
      setReference(found);
    },
  });
  const take = useMutation({
    mutationFn: async ({ version, candidate }: { version: string; candidate: RecipeCandidate }) => {
      const info = await client.models.get({ ref: version });
      const made = await client.models.revise({ ref: version, recipe: withPictureInput(info.recipe, candidate) });
      return { from: version, to: `${made.model}@${made.version}` };
    },
    onSuccess: ({ from, to }) => {
      replaceModel(from, to);
      void queries.invalidateQueries();
      setReference(null);
    },
  });
  if (model === undefined) return null;
  const failed = begin.error ?? take.error;
  return (
    <div>
      <Button variant="default" loading={begin.isPending || take.isPending} onClick={() => begin.mutate()}>
        Find the pre-processing
      </Button>
      {failed === null ? null : <ProblemView problem={problemOf(failed)} />}
      {reference === null ? null : (
        <FinderDialog
          reference={reference}
          data={grants}
          onTake={(candidate) => take.mutate({ version: reference, candidate })}
          onClose={() => setReference(null)}
        />
      )}
    </div>
  );
}
