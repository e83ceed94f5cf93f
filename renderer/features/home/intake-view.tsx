import { Button, Tooltip } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { BindingLine, Dropped, Preview } from '../../../engine/contract/index.ts';
import { problemOf, useAnswer, useEngine } from '../../client/index.ts';
import { useCommands } from '../../commands/index.ts';
import { duration, KeyButton, keyed, Name, ProblemView, Skeleton } from '../../components/index.ts';
import { navigate, usePreferences } from '../../window/index.ts';
import { BindingView } from './binding-view.tsx';
import { ColumnsDialog } from './columns-dialog.tsx';
import { FindRecipe } from './find-recipe.tsx';
import {
  isImport,
  modelName,
  referenceOf,
  replaceModel,
  rolesOf,
  useIntake,
  versionOf,
  type DataChoice,
} from './intake.ts';
import { isBlocking, mostKept, usePreview } from './preview.ts';
import { ReadingMenu } from './reading-menu.tsx';
import { SampleRows } from './sample-rows.tsx';
import { Sentence } from './sentence.tsx';
import styles from './intake-view.module.css';

/** What was dropped, as one sentence whose parts are menus. Enter starts it. */
export function IntakeView({ onClose }: { onClose: () => void }) {
  const { items, models, data, made } = useIntake();
  const preview = usePreview();
  const start = useStart(onClose, preview.data?.columnsTotal ?? 0);
  const hasRecipe = made !== null;
  const blocked = preview.data?.binding.some(isBlocking) === true;
  const ready =
    models.length > 0 && data !== null && preview.data !== undefined && !blocked && hasRecipe && !start.isPending;
  const importOnly = hasRecipe && isImport(models, data);
  const act = (): void => {
    if (ready || importOnly) start.mutate();
  };
  useCommands([
    {
      id: 'intake.start',
      title: importOnly ? 'Import' : 'Score',
      group: 'Run',
      keys: 'enter',
      enabled: ready || importOnly,
      run: act,
    },
    { id: 'intake.close', title: 'Clear what was dropped', group: 'File', keys: 'escape', run: onClose },
  ]);
  const estimate = useEstimate(models, preview.data?.rows ?? null);
  const refused = items.filter((item) => item.kind === 'refused');
  return (
    <section className={styles.intake} aria-label="What was dropped">
      <header className={styles.head}>
        <h2>{recognised(items)}</h2>
        <KeyButton label="Clear" keys="escape" onClick={onClose}>
          <IconX size={16} stroke={1.5} />
        </KeyButton>
      </header>
      <Sentence />
      {keyed(refused, (item) => (
        <ProblemView problem={item.problem} />
      ))}
      {start.isError ? <ProblemView problem={problemOf(start.error)} /> : null}
      {preview.isError ? <ProblemView problem={problemOf(preview.error)} /> : null}
      {preview.data ? <PreviewParts preview={preview.data} /> : null}
      {data !== null && preview.isPending && !preview.isError ? <Skeleton rows={4} /> : null}
      <footer className={styles.foot}>
        <p className={styles.hint}>
          {blocked ? 'What is marked above has to be settled first.' : hint(items, models, data)} {estimate}
        </p>
        <Tooltip label="Enter">
          <Button size="sm" h={32} onClick={act} disabled={!(ready || importOnly)} loading={start.isPending}>
            {importOnly ? 'Import' : 'Score'}
          </Button>
        </Tooltip>
      </footer>
    </section>
  );
}

function PreviewParts({ preview }: { preview: Preview }) {
  const { models, data } = useIntake();
  return (
    <>
      {models.length === 0 ? null : (
        <ModelBinding model={models[0]!} binding={preview.binding} notes={preview.notes} columns={preview.columns} />
      )}
      {models.slice(1).map((model) => (
        <FurtherBinding key={model} model={model} />
      ))}
      {models.length > 0 && preview.format === 'images' && data !== null ? <FindRecipe grants={data.grants} /> : null}
      <SampleRows preview={preview} />
      {preview.format === 'csv' ? (
        <div>
          <ReadingMenu />
        </div>
      ) : null}
    </>
  );
}

/** How the data feeds a further model: said where it needs a look. */
function FurtherBinding({ model }: { model: string }) {
  const preview = usePreview(model);
  if (preview.isError) return <ProblemView problem={problemOf(preview.error)} />;
  const { binding, columns } = preview.data ?? { binding: [], columns: [] };
  return binding.every(isSettled) ? null : (
    <ModelBinding model={model} binding={binding} notes={[]} columns={columns} />
  );
}

function ModelBinding({
  model,
  binding,
  notes,
  columns,
}: { model: string; notes: readonly string[] } & Pick<Preview, 'binding' | 'columns'>) {
  const several = useIntake((state) => state.models.length > 1);
  const [choosing, setChoosing] = useState(false);
  const unsettled = binding.filter((line) => !isSettled(line));
  return (
    <div>
      {several && unsettled.length > 0 ? (
        <h3 className={styles.model}>
          <Name text={modelName(model)} most={48} />
        </h3>
      ) : null}
      <BindingView binding={binding} notes={notes} />
      {unsettled.length === 0 ? null : (
        <div className={styles.mend}>
          {columns.some(({ type }) => type === 'image') ? null : (
            <Button variant="default" onClick={() => setChoosing(true)}>
              Choose the columns
            </Button>
          )}
          <EditRecipe model={model} />
        </div>
      )}
      {choosing ? (
        <ColumnsDialog model={model} binding={unsettled} columns={columns} onClose={() => setChoosing(false)} />
      ) : null}
    </div>
  );
}

/** To the recipe's page. A model that was dropped is imported first; what is saved there takes its place in the sentence. */
function EditRecipe({ model }: { model: string }) {
  const { client } = useEngine();
  const open = useMutation({
    mutationFn: async () => {
      const { model: name, version } = await versionOf(client, model);
      replaceModel(model, `${name}@${version}`);
      navigate('models', name, version, 'recipe');
    },
  });
  return (
    <>
      <Button variant="default" loading={open.isPending} onClick={() => open.mutate()}>
        Edit the recipe
      </Button>
      {open.isError ? <ProblemView problem={problemOf(open.error)} /> : null}
    </>
  );
}

function isSettled({ status }: BindingLine): boolean {
  return status === 'ok' || status === 'default';
}

/** How long it may take, at the rate of the last run of these versions; nothing where there was none. */
function useEstimate(models: readonly string[], rows: number | null): string {
  const runs = useAnswer(['runs'], (client) => client.runs.list());
  const last = runs.data?.find(
    (run) => run.status === 'done' && run.models.join() === models.join() && run.rowsPerSecond !== null,
  );
  if (rows === null || !last?.rowsPerSecond) return '';
  return `About ${duration(rows / last.rowsPerSecond)} at the rate of the last run.`;
}

function useStart(onDone: () => void, width: number) {
  const { client } = useEngine();
  const queries = useQueryClient();
  const lanes = usePreferences((preferences) => preferences.lanes);
  return useMutation({
    mutationFn: async () => {
      const { models, data, label, id, keepsAll, reading } = useIntake.getState();
      if (data === null) {
        const imported = [];
        for (const model of models) {
          const reference = referenceOf(model);
          if ('grant' in reference) imported.push(await client.models.import(reference));
        }
        return { imported: imported.at(-1), run: null };
      }
      const run = await client.runs.start({
        models: models.map(referenceOf),
        data: data.grants,
        reading,
        roles: {
          ...rolesOf(label, id),
          ...(keepsAll && data.format !== 'images' && width > 0 && width <= mostKept ? { keepAll: true } : {}),
        },
        output: null,
        ...(lanes === null ? {} : { lanes }),
      });
      return { imported: undefined, run };
    },
    onSuccess: ({ imported, run }) => {
      void queries.invalidateQueries();
      if (run !== null) navigate('runs', run.run);
      else if (imported) navigate('models', imported.model, imported.version);
      onDone();
    },
  });
}

function recognised(items: readonly Dropped[]): string {
  const good = items.filter((item) => item.kind !== 'refused').length;
  const refused = items.length - good;
  if (items.length === 0) return 'Score';
  const words = good === 1 ? '1 thing recognised' : `${good} things recognised`;
  return refused === 0 ? words : `${words}, ${refused} not used`;
}

function hint(items: readonly Dropped[], models: readonly string[], data: DataChoice | null): string {
  const kinds = new Set(items.map(({ kind }) => kind));
  if (kinds.has('recipe') && !kinds.has('model')) return 'The recipe is used with the model it is for: drop that too.';
  if (models.length === 0) return 'Drop a model, or choose one that is here already.';
  if (data === null) return 'Drop data too and the model scores it at once.';
  return 'Dashed parts are guesses. Results stay in the workspace until they are exported.';
}
