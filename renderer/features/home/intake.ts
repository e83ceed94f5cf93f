import { create } from 'zustand';
import type { DataReading, Dropped, Intake, Problem, VersionInfo } from '../../../engine/contract/index.ts';
import type { EngineClient } from '../../client/index.ts';
import { problemOf } from '../../client/index.ts';
import type { GrantProgress } from '../../host/index.ts';

export type DroppedModel = Extract<Dropped, { kind: 'model' }>;
export type DroppedData = Extract<Dropped, { kind: 'data' | 'predictions' }>;

/** A value in the sentence: guessed until a person has chosen. */
export interface Choice {
  value: string | null;
  /** Why it was guessed; null once a person has chosen. */
  why: string | null;
}

/** Rows that can be scored: dropped now, or known from before. */
export interface DataChoice {
  /** Grants; for a known dataset they are asked for when it is chosen. */
  grants: string[];
  name: string;
  format: string;
  files: number;
  dataset: string | null;
}

interface IntakeState {
  /** Files on their way into the engine. */
  arriving: { progress: GrantProgress | null; stop: AbortController } | null;
  problem: Problem | null;
  items: Dropped[];
  /** References of versions (`digits@2`) or names of dropped models, in order. */
  models: string[];
  data: DataChoice | null;
  label: Choice;
  id: Choice;
  /** Whether all columns of the data go along with the predictions. */
  keepsAll: boolean;
  /** How a person says that CSV files are read; empty: as it is guessed. */
  reading: DataReading;
  /** Grants of everything dropped so far: a second drop adds to the first. */
  grants: string[];
  /** The dropped recipe that the dropped models are used with; null: each with its own. */
  recipe: string | null;
  /** Versions that the recipe made of the dropped models; null while it has not, and nothing may start. */
  made: string[] | null;
}

const nothing: IntakeState = {
  arriving: null,
  problem: null,
  items: [],
  models: [],
  data: null,
  label: { value: null, why: null },
  id: { value: null, why: null },
  keepsAll: true,
  reading: {},
  grants: [],
  recipe: null,
  made: [],
};

/** What was dropped and what is to be done with it. Lives as long as the window, so that a look elsewhere loses nothing. */
export const useIntake = create<IntakeState>()(() => nothing);

export function clearIntake(): void {
  useIntake.getState().arriving?.stop.abort();
  useIntake.setState(nothing);
}

/** Recognises what was granted, together with what lay there already, and fills the sentence. */
export async function takeIn(client: EngineClient, grants: readonly string[]): Promise<void> {
  const all = [...useIntake.getState().grants, ...grants];
  try {
    const chosen = useIntake.getState().models.filter((model) => model.includes('@'));
    const intake = await client.intake.recognise({ grants: all, models: chosen });
    const { items, recipe: before } = useIntake.getState();
    const [first] = intake.items.filter((item) => item.kind === 'recipe');
    const isNew = !items.some((item) => item.kind === 'recipe');
    const recipe = isNew ? (first?.grant ?? null) : before;
    useIntake.setState((state) => ({
      ...filled(intake, state),
      grants: all,
      problem: null,
      arriving: null,
      ...(recipe === null ? {} : { recipe, made: null }),
    }));
    if (recipe !== null) await takeRecipe(client, recipe);
  } catch (error) {
    useIntake.setState({ problem: problemOf(error), arriving: null });
  }
}

/** The dropped models with a dropped recipe, each of which becomes a version; or, with null, each with its own. */
export async function takeRecipe(client: EngineClient, recipe: string | null): Promise<void> {
  const { items, models, made } = useIntake.getState();
  const dropped = items.filter((item): item is DroppedModel => item.kind === 'model');
  dropped.sort((left, right) => models.indexOf(modelKey(left)) - models.indexOf(modelKey(right)));
  const keys = dropped.map(modelKey);
  const replaced = new Set([...keys, ...(made ?? [])]);
  const others = models.filter((model) => !replaced.has(model));
  const isCurrent = (): boolean => useIntake.getState().recipe === recipe && useIntake.getState().items === items;
  const own = recipe === null || dropped.length === 0;
  useIntake.setState({ recipe, made: own ? [] : null, models: [...others, ...keys], problem: null });
  if (own) return;
  try {
    const versions = [];
    for (const { grant } of dropped) versions.push(await client.models.import({ grant, recipe }));
    const references = [...new Set(versions.map(({ model, version }) => `${model}@${version}`))];
    if (isCurrent()) useIntake.setState({ made: references, models: [...others, ...references] });
  } catch (error) {
    if (isCurrent()) useIntake.setState({ problem: problemOf(error) });
  }
}

/** What a person chose stays, everything else follows the newest guess. */
function filled(intake: Intake, before: IntakeState): Partial<IntakeState> {
  const { items, guesses } = intake;
  const droppedModels = items.filter((item): item is DroppedModel => item.kind === 'model');
  const droppedData = items.filter((item): item is DroppedData => item.kind === 'data' || item.kind === 'predictions');
  const known = new Set(droppedModels.map(modelKey));
  const chosen = before.models.filter((model) => !known.has(model) && model.includes('@'));
  // The engine calls a new model by its name, the sentence by its grant.
  const keys = new Map(droppedModels.map((model) => [model.known ?? model.name, modelKey(model)]));
  const order = guesses.modelOrder.flatMap((name) => keys.get(name) ?? []);
  const models = [...chosen, ...order, ...[...known].filter((name) => !order.includes(name))];
  const first = droppedData.find((item) => item.kind === 'data') ?? droppedData[0];
  const data = first ? dataChoice(first) : before.data;
  return {
    items,
    models,
    data,
    label: chosenOr(before.label, before.data, guesses.label),
    id: chosenOr(before.id, before.data, guesses.id),
  };
}

function chosenOr(before: Choice, data: DataChoice | null, guess: Choice): Choice {
  const byPerson = data !== null && before.why === null && before.value !== null;
  return byPerson ? before : { value: guess.value, why: guess.why };
}

/** How a dropped model is named in the sentence: by its version where that is known, else by its grant. */
export function modelKey(model: DroppedModel): string {
  return model.known ?? `grant:${model.grant}`;
}

export function dataChoice(item: DroppedData): DataChoice {
  const { grants, name, format, files, dataset } = item;
  return { grants, name, format, files, dataset };
}

/** Begins a sentence with a version, or with a dataset, that is here already. */
export function scoreWith(reference: string): void {
  useIntake.setState(({ models }) => ({
    models: [...models.filter((model) => model !== reference), reference].slice(-6),
  }));
}

export function scoreOn(data: DataChoice): void {
  useIntake.setState({ data, label: { value: null, why: null }, id: { value: null, why: null } });
}

/** What the engine calls a model of the sentence: a version, or a file that is imported on the way. */
export function referenceOf(model: string): { grant: string } | { ref: string } {
  return model.startsWith('grant:') ? { grant: model.slice('grant:'.length) } : { ref: model };
}

export function rolesOf(label: Choice, id: Choice): { label?: string; id?: string } {
  return { ...(label.value === null ? {} : { label: label.value }), ...(id.value === null ? {} : { id: id.value }) };
}

/** What a model of the sentence is called where it is spoken of. */
export function modelName(model: string): string {
  const dropped = useIntake.getState().items.find((item) => item.kind === 'model' && modelKey(item) === model);
  return dropped?.kind === 'model' && dropped.known === null ? dropped.name : model.replace(/@(?=\d+$)/, ' v');
}

/** A model of the sentence as a version; a file that was dropped is imported. */
export async function versionOf(client: EngineClient, model: string): Promise<VersionInfo> {
  const named = referenceOf(model);
  if ('ref' in named) return client.models.get(named);
  const imported = await client.models.import({ grant: named.grant });
  return client.models.get({ ref: `${imported.model}@${imported.version}` });
}

/** A model of the sentence has become a version, or another one. */
export function replaceModel(from: string, to: string): void {
  useIntake.setState(({ models, made }) => ({
    models: [...new Set(models.map((one) => (one === from ? to : one)))],
    made: made === null ? null : [...made, to],
  }));
}

/** Nothing to score: models alone, of which one at least is new. */
export function isImport(models: readonly string[], data: DataChoice | null): boolean {
  return data === null && models.some((model) => model.startsWith('grant:'));
}
