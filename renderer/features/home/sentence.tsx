import { IconPlus } from '@tabler/icons-react';
import { problemOf, useAnswer, useEngine } from '../../client/index.ts';
import { plural } from '../../components/index.ts';
import { ChoiceMenu, type Option } from './choice-menu.tsx';
import { chooseFiles } from './dropping.ts';
import {
  dataChoice,
  isImport,
  modelKey,
  takeRecipe,
  useIntake,
  type Choice,
  type DroppedData,
  type DroppedModel,
} from './intake.ts';
import { mostKept, usePreview } from './preview.ts';
import styles from './intake-view.module.css';

/** What is to be done, as a sentence whose parts are menus. */
export function Sentence() {
  const { items, models, data, label, id, keepsAll, recipe } = useIntake();
  const { client, host } = useEngine();
  const known = useAnswer(['models'], (engine) => engine.models.list());
  const datasets = useAnswer(['datasets'], (engine) => engine.data.datasets());
  const preview = usePreview();
  const droppedModels = items.filter((item): item is DroppedModel => item.kind === 'model');
  const droppedData = items.filter((item): item is DroppedData => item.kind === 'data' || item.kind === 'predictions');
  const recipes = items.filter((item) => item.kind === 'recipe');
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
      {isImport(models, data) ? 'Import ' : 'Score '}
      {isImport(models, data) ? null : (
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
            {modelOptions.find((option) => option.value === model)?.name ?? model.replace(/@(?=\d+$)/, ' v')}
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
      {recipes.length > 0 && droppedModels.length > 0 ? (
        <>
          {', recipe '}
          <ChoiceMenu
            label="Recipe"
            options={[
              ...recipes.map(({ grant, name }) => ({ value: grant, name })),
              { value: null, name: droppedModels.length === 1 ? 'its own' : 'their own' },
            ]}
            value={recipe}
            onChoose={(value) => void takeRecipe(client, value)}
          >
            {recipes.find(({ grant }) => grant === recipe)?.name ??
              (droppedModels.length === 1 ? 'its own' : 'their own')}
          </ChoiceMenu>
        </>
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

function droppedOption(model: DroppedModel): Option {
  return {
    value: modelKey(model),
    name: model.known?.replace(/@(?=\d+$)/, ' v') ?? model.name,
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
