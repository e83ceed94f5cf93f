import { basename } from 'node:path';
import { problem, type Dropped, type Intake } from '../contract/index.ts';
import { startChild, type Child } from '../processes/index.ts';
import type { Registry, VersionRecord } from '../registry/index.ts';
import { assemble, dataItem, type Assembled, type DataGroup } from './assemble.ts';
import type { IntakeRouter } from './child.ts';
import { guessRoles, type GuessedData, type GuessingModel } from './guesses.ts';
import type { DroppedPath, Look, LookOf } from './look.ts';
import { modelFacts } from './model-facts.ts';
import { orderModels } from './model-order.ts';
import { predictionColumns } from './predictions.ts';

/** Samples, names and a model's structure are held, never tensors or rows. */
const intakeBytes = 2 * 2 ** 30;
/** After this long a file is given up; one file after the other where several were looked at together. */
const lookMs = 20_000;

/** What the files of one drop are. A file that is no good, and one that takes its child down, are `refused`. */
export async function recogniseDrop(
  registry: Registry,
  { grants, models = [] }: { grants: readonly string[]; models?: readonly string[] },
  signal?: AbortSignal,
): Promise<Intake> {
  const paths = [...new Set(grants)].map((grant) => ({ grant, path: registry.grants.path(grant, 'input') }));
  const looks = await lookAtAll(paths, registry.models.artifactBytes(), signal);
  const found = assemble(withOwnGrants(registry, paths, looks));
  const known = new Map(found.models.map((model) => [model, registry.models.versionOfFiles(model.files)]));
  const items: Dropped[] = [
    ...found.models.map((model) => modelItem(model, found, known.get(model) ?? null)),
    ...found.data.map((group) => dataItem(group, datasetOf(registry, group))),
    ...found.recipes.map(({ grant, path }): Dropped => ({ kind: 'recipe', grant, name: found.names.get(path)! })),
    ...found.refused.map(({ grant, path, problem: why }): Dropped => {
      return { kind: 'refused', grant, name: found.names.get(path)!, problem: why };
    }),
  ];
  return { items, guesses: guessesOf(found, known, await chosenModels(registry, models)) };
}

/** What a folder or a glob was taken apart into gets grants of its own: each part can be used by itself. */
function withOwnGrants(registry: Registry, paths: readonly DroppedPath[], looks: readonly Look[]): Look[] {
  const granted = new Map(paths.map(({ grant, path }) => [grant, path]));
  const parts = looks.filter((look) => granted.get(look.grant) !== look.path);
  const grants = new Map(registry.grants.inputs(parts.map(({ path }) => path)).map((grant, at) => [parts[at]!, grant]));
  return looks.map((look) => ({ ...look, grant: grants.get(look) ?? look.grant }));
}

/** Versions that were chosen before, as far as they are still there. */
async function chosenModels(registry: Registry, references: readonly string[]): Promise<GuessingModel[]> {
  const found = await Promise.all(references.map((ref) => registry.resolve({ ref }).catch(() => null)));
  return found.flatMap((one) =>
    one === null
      ? []
      : [{ shown: referenceOf(one.version)!, facts: modelFacts(one.version.recipe, one.version.inspection) }],
  );
}

function guessesOf(
  found: Assembled,
  known: ReadonlyMap<LookOf<'model'>, VersionRecord | null>,
  chosen: readonly GuessingModel[],
): Intake['guesses'] {
  const shown = (model: LookOf<'model'>): string => referenceOf(known.get(model)) ?? found.names.get(model.path)!;
  const models = found.models.map((model): GuessingModel => {
    const version = known.get(model);
    return { shown: shown(model), facts: version ? modelFacts(version.recipe, version.inspection) : model.facts };
  });
  const modelOrder = orderModels(
    found.models.map((model) => {
      const version = known.get(model);
      const number = version ? { model: version.model, version: version.number } : null;
      return { shown: shown(model), path: model.path, modified: model.modified, known: number };
    }),
  );
  return { modelOrder, ...guessRoles(dataToGuess(found.data), [...models, ...chosen]) };
}

/** Guesses are about data that is to be scored; a table of predictions is looked at where there is nothing else. */
function dataToGuess(groups: readonly DataGroup[]): GuessedData | null {
  const named = groups.map((group) => ({ group, found: predictionsOf(group) }));
  const chosen = named.find(({ found }) => found === null) ?? named[0];
  if (chosen === undefined) return null;
  const { group, found } = chosen;
  return {
    columns: group.columns,
    sample: group.looks[0]!.sample,
    predictions: found === null ? [] : [found.prediction, ...found.probabilities],
    classes: group.classes,
  };
}

function predictionsOf(group: DataGroup): ReturnType<typeof predictionColumns> {
  return group.looks[0]!.format === 'images' ? null : predictionColumns(group.columns.map((column) => column.name));
}

function modelItem(model: LookOf<'model'>, found: Assembled, known: VersionRecord | null): Dropped {
  const { grant, path, bytes } = model;
  return { kind: 'model', grant, name: found.names.get(path)!, bytes, known: referenceOf(known) };
}

function referenceOf(version: VersionRecord | null | undefined): string | null {
  return version ? `${version.model}@${version.number}` : null;
}

function datasetOf(registry: Registry, group: DataGroup): string | null {
  const stamps = group.looks.map((look) => look.stamps);
  if (stamps.includes(null)) return null;
  return registry.datasets.withFiles(stamps.flatMap((some) => some ?? []));
}

/** All in one child; where one file takes it down, each in a child of its own, and that one is refused. */
async function lookAtAll(paths: DroppedPath[], knownBytes: number[], signal?: AbortSignal): Promise<Look[]> {
  const together = await lookTogether(paths, knownBytes, signal).catch((error: unknown) => {
    if (signal?.aborted === true || paths.length === 0) throw error;
    return null;
  });
  if (together !== null) return together;
  const looks: Look[] = [];
  for (const dropped of paths) {
    const alone = await lookTogether([dropped], knownBytes, signal).catch((error: unknown): Look[] => {
      if (signal?.aborted === true) throw error;
      return [{ ...dropped, modified: 0, kind: 'refused', problem: lost(dropped.path) }];
    });
    looks.push(...alone);
  }
  return looks;
}

async function lookTogether(paths: DroppedPath[], knownBytes: number[], signal?: AbortSignal): Promise<Look[]> {
  const child: Child<IntakeRouter> = startChild<IntakeRouter>('intake', { memoryBytes: intakeBytes });
  const kill = (): void => child.kill();
  signal?.addEventListener('abort', kill, { once: true });
  try {
    return await child.call((client) => client.look({ paths, knownBytes }), { timeoutMs: lookMs });
  } finally {
    signal?.removeEventListener('abort', kill);
    child.kill();
  }
}

function lost(path: string): LookOf<'refused'>['problem'] {
  return problem('MODEL_LIMIT', `${basename(path)} could not be looked at: the process that opened it was lost.`, {
    subject: path,
    hint: 'It takes more memory or time than a first look may. Check that it is the file you mean.',
  }).problem;
}
