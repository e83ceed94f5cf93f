import { Button, Tooltip } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Dropped, Preview } from '../../../engine/contract/index.ts';
import { problemOf, useAnswer, useEngine } from '../../client/index.ts';
import { useCommands } from '../../commands/index.ts';
import { duration, KeyButton, keyed, plural, ProblemView, Skeleton } from '../../components/index.ts';
import { navigate, usePreferences } from '../../window/index.ts';
import { BindingView } from './binding-view.tsx';
import { ChoiceMenu, type Option } from './choice-menu.tsx';
import { chooseFiles } from './dropping.ts';
import { FindRecipe } from './find-recipe.tsx';
import {
  dataChoice,
  modelKey,
  referenceOf,
  useIntake,
  type Choice,
  type DataChoice,
  type DroppedData,
  type DroppedModel,
} from './intake.ts';
import { ReadingMenu } from './reading-menu.tsx';
import { SampleRows } from './sample-rows.tsx';
import styles from './intake-view.module.css';

/** Wider data keeps its label and row names only: the row panel reads the rest again from the file. */
const mostKept = 64;

/** What was dropped, as one sentence whose parts are menus. Enter starts it. */
export function IntakeView({ onClose }: { onClose: () => void }) {
  const { items, models, data } = useIntake();
  const preview = usePreview();
  const start = useStart(onClose, preview.data?.columnsTotal ?? 0);
  const ready = models.length > 0 && data !== null && preview.data !== undefined && !start.isPending;
  const importOnly = data === null && models.some((model) => model.startsWith('grant:'));
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
          {hint(models, data)} {estimate}
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

function Sentence() {
  const { items, models, data, label, id, keepsAll } = useIntake();
  const { client, host } = useEngine();
  const known = useAnswer(['models'], (engine) => engine.models.list());
  const datasets = useAnswer(['datasets'], (engine) => engine.data.datasets());
  const preview = usePreview();
  const droppedModels = items.filter((item): item is DroppedModel => item.kind === 'model');
  const droppedData = items.filter((item): item is DroppedData => item.kind === 'data' || item.kind === 'predictions');
  const modelOptions = [...droppedModels.map(droppedOption), ...versionOptions(known.data ?? [])];
  const dataOptions: Option[] = [
    ...droppedData.map((item) => ({ value: item.grants[0] ?? '', name: item.name, about: aboutData(item) })),
    ...(datasets.data ?? []).map((row) => ({
      value: row.dataset,
      name: row.name,
      about: row.rows === null ? row.format : plural(row.rows, 'row'),
    })),
  ];
  const columns = (preview.data?.columns ?? []).map(({ name, type }) => ({ value: name, name, about: type }));
  const setModel = (index: number, value: string | null): void =>
    useIntake.setState({
      models:
        value === null
          ? models.filter((_, at) => at !== index)
          : models.map((model, at) => (at === index ? value : model)),
    });
  const setData = async (value: string | null): Promise<void> => {
    const item = droppedData.find((one) => one.grants[0] === value);
    if (item) useIntake.setState({ data: dataChoice(item) });
    const row = datasets.data?.find((one) => one.dataset === value);
    if (!row) return;
    try {
      const [{ grants }, { roles }] = await Promise.all([client.datasets.grants(row), client.datasets.get(row)]);
      const why = roles.confirmed ? null : 'By names and values, when the data was read.';
      useIntake.setState({
        data: { grants, name: row.name, format: row.format, files: row.files, dataset: row.dataset },
        label: { value: roles.label, why },
        id: { value: roles.id, why },
        problem: null,
      });
    } catch (error) {
      useIntake.setState({ problem: problemOf(error) });
    }
  };
  const free = modelOptions.filter((option) => option.value !== null && !models.includes(option.value));
  return (
    <p className={styles.sentence}>
      {data === null && models.length > 0 ? 'Import ' : 'Score '}
      {data === null && models.length > 0 ? null : (
        <>
          <ChoiceMenu
            label="Data"
            options={dataOptions}
            value={data?.dataset ?? data?.grants[0] ?? null}
            onChoose={(value) => void setData(value)}
            extra={<ChooseMore onChoose={() => chooseFiles(client, host, 'files')} />}
          >
            {data?.name ?? 'choose data'}
          </ChoiceMenu>
          {' with '}
        </>
      )}
      {models.length === 0 ? (
        <ChoiceMenu
          label="Model"
          options={modelOptions}
          value={null}
          onChoose={(value) => value !== null && useIntake.setState({ models: [value] })}
          extra={<ChooseMore onChoose={() => chooseFiles(client, host, 'files')} />}
        >
          choose a model
        </ChoiceMenu>
      ) : null}
      {models.map((model, index) => (
        <span key={model}>
          {index === 0 ? null : index === models.length - 1 ? ' and ' : ', '}
          <ChoiceMenu
            label={`Model ${index + 1}`}
            options={[...modelOptions, ...(models.length > 1 ? [{ value: null, name: 'Leave it out' }] : [])]}
            value={model}
            onChoose={(value) => setModel(index, value)}
          >
            {modelOptions.find((option) => option.value === model)?.name ?? model}
          </ChoiceMenu>
        </span>
      ))}
      {models.length > 0 && free.length > 0 && data !== null ? (
        <ChoiceMenu
          label="One more model"
          options={free}
          value={null}
          onChoose={(value) => value !== null && useIntake.setState({ models: [...models, value] })}
        >
          <IconPlus size={16} stroke={1.5} aria-hidden />
        </ChoiceMenu>
      ) : null}
      {data !== null && columns.length > 0 ? (
        <>
          {', label '}
          <ColumnChoice
            label="Label"
            choice={label}
            columns={columns}
            none="no label"
            onChoose={(choice) => useIntake.setState({ label: choice })}
          />
          {', rows named by '}
          <ColumnChoice
            label="Row names"
            choice={id}
            columns={columns}
            none="their number"
            onChoose={(choice) => useIntake.setState({ id: choice })}
          />
          {data.format !== 'images' && columns.length > 1 && columns.length <= mostKept ? (
            <>
              {', keeping '}
              <ChoiceMenu
                label="Columns that go along"
                options={[
                  { value: 'all', name: `all ${plural(columns.length, 'column')}` },
                  { value: 'few', name: 'label and row names only' },
                ]}
                value={keepsAll ? 'all' : 'few'}
                onChoose={(value) => useIntake.setState({ keepsAll: value === 'all' })}
              >
                {keepsAll ? 'all columns' : 'label and row names only'}
              </ChoiceMenu>
            </>
          ) : null}
        </>
      ) : null}
      .
    </p>
  );
}

function ColumnChoice({
  label,
  choice,
  columns,
  none,
  onChoose,
}: {
  label: string;
  choice: Choice;
  columns: readonly Option[];
  none: string;
  onChoose: (choice: Choice) => void;
}) {
  const there = columns.some((column) => column.value === choice.value);
  return (
    <ChoiceMenu
      label={label}
      options={[{ value: null, name: none }, ...columns]}
      value={there ? choice.value : null}
      guessed={there ? choice.why : null}
      onChoose={(value) => onChoose({ value, why: null })}
    >
      {there && choice.value !== null ? choice.value : none}
    </ChoiceMenu>
  );
}

function ChooseMore({ onChoose }: { onChoose: () => void }) {
  return (
    <button type="button" className={styles.more} onClick={onChoose}>
      Choose another file
    </button>
  );
}

function PreviewParts({ preview }: { preview: Preview }) {
  const { models, data } = useIntake();
  return (
    <>
      {models.length > 0 ? <BindingView binding={preview.binding} notes={preview.notes} /> : null}
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

/** What the first model makes of the data. A model that is not imported yet is imported on the way. */
function usePreview() {
  const { models, data, label, id, reading } = useIntake();
  const [first] = models;
  const roles = rolesOf(label, id);
  return useAnswer(
    ['preview', data?.grants ?? [], first ?? null, roles, reading],
    (client, signal) =>
      client.data.preview(
        { data: data?.grants ?? [], reading, ...(first === undefined ? {} : { model: referenceOf(first) }), roles },
        { signal },
      ),
    { enabled: data !== null && data.grants.length > 0, keepPrevious: true, staleMs: 60_000 },
  );
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
      const { models, data, label, id, items, keepsAll, reading } = useIntake.getState();
      const recipe = items.find((item) => item.kind === 'recipe')?.grant;
      if (data === null) {
        const imported = [];
        for (const model of models) {
          const reference = referenceOf(model);
          if ('grant' in reference)
            imported.push(await client.models.import({ ...reference, ...(recipe === undefined ? {} : { recipe }) }));
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

function rolesOf(label: Choice, id: Choice): { label?: string; id?: string } {
  return { ...(label.value === null ? {} : { label: label.value }), ...(id.value === null ? {} : { id: id.value }) };
}

function droppedOption(model: DroppedModel): Option {
  return {
    value: modelKey(model),
    name: model.known ?? model.name,
    about: model.known === null ? 'new' : 'known already',
  };
}

function versionOptions(
  rows: readonly { model: string; status: string; versions: readonly { version: number }[] }[],
): Option[] {
  return rows
    .filter((row) => row.status === 'active')
    .flatMap((row) =>
      row.versions.map(({ version }) => ({ value: `${row.model}@${version}`, name: `${row.model} v${version}` })),
    );
}

function aboutData(item: DroppedData): string {
  return item.files > 1 ? plural(item.files, 'file') : item.format;
}

function recognised(items: readonly Dropped[]): string {
  const good = items.filter((item) => item.kind !== 'refused').length;
  const refused = items.length - good;
  if (items.length === 0) return 'Score';
  const words = good === 1 ? '1 thing recognised' : `${good} things recognised`;
  return refused === 0 ? words : `${words}, ${refused} not used`;
}

function hint(models: readonly string[], data: DataChoice | null): string {
  if (models.length === 0) return 'Drop a model, or choose one that is here already.';
  if (data === null) return 'Drop data too and the model scores it at once.';
  return 'Dashed parts are guesses. Results stay in the workspace until they are exported.';
}
