import { Button, Select, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Recipe, type Trace, type VersionInfo } from '../../../engine/contract/index.ts';
import { problemOf, useAnswer, useEngine } from '../../client/index.ts';
import { Answer, inWindow, keyed, oneLine, ProblemView, Section } from '../../components/index.ts';
import { navigate } from '../../window/index.ts';
import { replaceModel } from '../home/index.ts';
import { withPictureInput } from '../recipes/index.ts';
import { FindOnDataset } from './find-on-dataset.tsx';
import { RecipeForm } from './recipe-form.tsx';
import { TraceView } from './trace-view.tsx';
import styles from './recipe.module.css';

/** The recipe with a row through every step, live; a changed one makes a new version. */
export function VersionRecipe({ info }: { info: VersionInfo }) {
  const [draft, setDraft] = useState<Recipe>(info.recipe);
  const [asText, setAsText] = useState<string | null>(null);
  const [row, setRow] = useState(0);
  const changed = JSON.stringify(draft) !== JSON.stringify(info.recipe);
  const save = useSave(info);
  const textProblem = asText === null ? null : problemIn(asText);
  const takeText = (text: string): void => {
    setAsText(text);
    const parsed = parse(text);
    if (parsed !== null) setDraft(parsed);
  };
  return (
    <div className={styles.sides}>
      <Section
        title="Steps"
        aside={
          <Button variant="subtle" onClick={() => setAsText(asText === null ? JSON.stringify(draft, null, 2) : null)}>
            {asText === null ? 'Edit as JSON' : 'Edit as a form'}
          </Button>
        }
      >
        {asText === null ? (
          <RecipeForm recipe={draft} inspection={info.inspection} onChange={setDraft} />
        ) : (
          <Textarea
            aria-label="Recipe as JSON"
            autosize
            minRows={16}
            maxRows={32}
            value={asText}
            onChange={(event) => takeText(event.currentTarget.value)}
            error={textProblem}
            classNames={{ input: styles.code }}
          />
        )}
        {draft.inputs.some(({ from }) => from === 'image') && asText === null ? (
          <FindOnDataset
            reference={`${info.model}@${info.version}`}
            onTake={(candidate) => setDraft(withPictureInput(draft, candidate))}
          />
        ) : null}
        {save.isError ? <ProblemView problem={problemOf(save.error)} /> : null}
        <div className={styles.actions}>
          <Button
            variant="default"
            disabled={!changed}
            onClick={() => {
              setDraft(info.recipe);
              setAsText(null);
            }}
          >
            Undo changes
          </Button>
          <Button
            disabled={!changed || textProblem !== null}
            loading={save.isPending}
            onClick={() => save.mutate(draft)}
          >
            Save as a new version
          </Button>
        </div>
      </Section>
      <LiveRow info={info} draft={draft} row={row} onRow={setRow} />
    </div>
  );
}

function LiveRow({
  info,
  draft,
  row,
  onRow,
}: {
  info: VersionInfo;
  draft: Recipe;
  row: number;
  onRow: (row: number) => void;
}) {
  const reference = `${info.model}@${info.version}`;
  const [dataset, setDataset] = useState<string | null>(null);
  const datasets = useAnswer(['datasets'], (client) => client.data.datasets());
  const chosen = dataset === null ? {} : { dataset };
  const trace = useAnswer(
    ['trace', reference, draft, row, dataset],
    (client, signal) =>
      client.recipes.trace({ model: { ref: reference }, recipe: draft, from: row, count: 1, ...chosen }, { signal }),
    { keepPrevious: true, staleMs: 60_000 },
  );
  const move = (
    <>
      {datasets.data && datasets.data.length > 0 ? (
        <Select
          aria-label="Data"
          placeholder="Other data"
          clearable
          searchable
          w={160}
          data={datasets.data.map((known) => ({ value: known.dataset, label: oneLine(known.name) }))}
          value={dataset}
          onChange={(next) => {
            setDataset(next);
            onRow(0);
          }}
        />
      ) : null}
      <Button variant="default" onClick={() => onRow(Math.max(0, row - 1))} disabled={row === 0}>
        Row before
      </Button>
      <Button variant="default" onClick={() => onRow(row + 1)}>
        Next row
      </Button>
    </>
  );
  return (
    <Section title="One row through it" aside={move}>
      <Answer answer={trace} rows={8}>
        {({ traces, source, notes }) => (
          <>
            <p className={styles.quiet}>{source}</p>
            {keyed(notes, (note) => (
              <p className={styles.quiet}>{inWindow(note)}</p>
            ))}
            {traces[0] ? <TraceView trace={traces[0] satisfies Trace} /> : <p>There is no such row.</p>}
          </>
        )}
      </Answer>
    </Section>
  );
}

function useSave(info: VersionInfo) {
  const { client } = useEngine();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (recipe: Recipe) => client.models.revise({ ref: `${info.model}@${info.version}`, recipe }),
    onSuccess: (made) => {
      void queries.invalidateQueries();
      replaceModel(`${info.model}@${info.version}`, `${made.model}@${made.version}`);
      navigate('models', made.model, made.version, 'recipe');
    },
  });
}

function parse(text: string): Recipe | null {
  try {
    const found = Recipe.safeParse(JSON.parse(text));
    return found.success ? found.data : null;
  } catch {
    return null;
  }
}

function problemIn(text: string): string | null {
  try {
    const found = Recipe.safeParse(JSON.parse(text));
    if (found.success) return null;
    const [first] = found.error.issues;
    return `This is no recipe: ${first?.path.join('.') ?? ''} ${first?.message ?? ''}`;
  } catch {
    return 'This is no JSON yet.';
  }
}
