import type { ColumnInfo, DataDescription, IntakeGuesses } from '../contract/index.ts';
import { looksLikeId, looksLikeLabel, SampledTable } from '../recipes/index.ts';
import type { ModelFacts } from './look.ts';

type Guess = IntakeGuesses['label'];
type Guesses = Omit<IntakeGuesses, 'modelOrder'>;

/** What is known of the one piece of data that guesses are made for. */
export interface GuessedData {
  columns: readonly ColumnInfo[];
  sample: DataDescription['sample'];
  /** Columns that hold predictions: never the truth, never an id. */
  predictions: readonly string[];
  /** Classes that folders of pictures are named after. */
  classes: readonly string[];
}

/** A model of the drop, as sentences call it. */
export interface GuessingModel {
  shown: string;
  facts: ModelFacts;
}

const none: Guess = { value: null, why: null };
/** Of two labels these mean that the thing that is looked for is there. */
const positiveWords = new Set(
  'yes y true t 1 positive pos default defaulted fraud fraudulent churn churned spam malignant bad bad_risk failure fail abnormal anomaly sick disease'.split(
    ' ',
  ),
);

/** Label, id and positive class by names, values and what the models say. Each comes with its reason in words. */
export function guessRoles(data: GuessedData | null, models: readonly GuessingModel[]): Guesses {
  if (data === null) return { label: none, id: none, positive: positiveOfModels(models) ?? none };
  if (data.columns[0]?.type === 'image') return guessOfPictures(data, models);
  const table = new SampledTable({ ...emptyDescription, columns: [...data.columns], sample: data.sample });
  const taken = new Set([...data.predictions, ...models.flatMap((model) => model.facts.features ?? [])]);
  const free = data.columns.filter((column) => !taken.has(column.name));
  const id = guessId(free, table);
  const label = guessLabel(
    free.filter((column) => column.name !== id.value),
    table,
    models,
  );
  const values = label.value === null ? [] : table.cells(label.value).map(String);
  return { label, id, positive: guessPositive(values, models) };
}

const emptyDescription = { format: 'csv' as const, files: [], rows: null, rowsSampled: 0, notes: [] };

function guessOfPictures(data: GuessedData, models: readonly GuessingModel[]): Guesses {
  if (!data.columns.some((column) => column.name === 'label')) return { label: none, id: none, positive: none };
  const label = { value: 'label', why: 'The pictures lie in folders, one for each class.' };
  return { label, id: none, positive: guessPositive(data.classes, models) };
}

function guessId(columns: readonly ColumnInfo[], table: SampledTable): Guess {
  const found = columns.find((column) => looksLikeId(column, table));
  if (found === undefined) return none;
  return { value: found.name, why: 'By its name, and because its values do not repeat.' };
}

function guessLabel(columns: readonly ColumnInfo[], table: SampledTable, models: readonly GuessingModel[]): Guess {
  const byName = columns.find((column) => looksLikeLabel(column, table));
  if (byName !== undefined) return { value: byName.name, why: 'By its name.' };
  for (const { shown, facts } of models) {
    const byValues = columns.find((column) => holdsOnly(table, column.name, facts.labels ?? []));
    if (byValues !== undefined) return { value: byValues.name, why: `Its values are the classes of ${shown}.` };
  }
  const regression = models.find(({ facts }) => facts.task === 'regression' && facts.features !== null);
  const numbers = columns.filter((column) => column.type === 'integer' || column.type === 'float');
  if (regression !== undefined && numbers.length === 1) {
    return { value: numbers[0]!.name, why: `It is the one column of numbers that ${regression.shown} does not take.` };
  }
  return none;
}

/**
 * At least two different values, and none that is no label. Truth is often written 1 and 0 or 1.0 and 0.0. One value is
 * enough where it is a word: files are often sorted by their label, and a sample sees its beginning.
 */
function holdsOnly(table: SampledTable, column: string, labels: readonly string[]): boolean {
  if (labels.length < 2) return false;
  const known = new Set(labels);
  const found = new Set(table.cells(column).map(String));
  const isTelling = found.size >= 2 || [...found].some((value) => !/^(?:[-+\d.]*|true|false|yes|no)$/i.test(value));
  return isTelling && [...found].every((value) => known.has(value) || known.has(value.replace(/\.0+$/, '')));
}

function guessPositive(values: readonly string[], models: readonly GuessingModel[]): Guess {
  const distinct = [...new Set(values)];
  const said = positiveOfModels(models);
  if (said !== null && (distinct.length === 0 || distinct.includes(said.value ?? ''))) return said;
  if (distinct.length !== 2) return none;
  const named = distinct.filter((value) => positiveWords.has(value.trim().toLowerCase().replace(/\.0+$/, '')));
  if (named.length === 1) return { value: named[0]!, why: 'Of the two values this one says that it is so.' };
  const [, second] = distinct.toSorted((left, right) => (left < right ? -1 : 1));
  return { value: second!, why: 'The second of the two values in order, as scikit-learn numbers them.' };
}

function positiveOfModels(models: readonly GuessingModel[]): Guess | null {
  const found = models.find(({ facts }) => facts.labels?.length === 2 && facts.positive !== null);
  if (found === undefined) return null;
  return { value: found.facts.positive, why: `The positive class of ${found.shown}.` };
}
