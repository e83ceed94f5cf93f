import { create } from 'zustand';
import type { DataReading, Dropped, Intake, Problem } from '../../../engine/contract/index.ts';
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
    useIntake.setState((before) => ({ ...filled(intake, before), grants: all, problem: null, arriving: null }));
  } catch (error) {
    useIntake.setState({ problem: problemOf(error), arriving: null });
  }
}

/** What a person chose stays, everything else follows the newest guess. */
function filled(intake: Intake, before: IntakeState): Partial<IntakeState> {
  const { items, guesses } = intake;
  const droppedModels = items.filter((item): item is DroppedModel => item.kind === 'model');
  const droppedData = items.filter((item): item is DroppedData => item.kind === 'data' || item.kind === 'predictions');
  const known = new Set(droppedModels.map(modelKey));
  const chosen = before.models.filter((model) => !known.has(model) && model.includes('@'));
  const order = guesses.modelOrder.filter((name) => known.has(name));
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
