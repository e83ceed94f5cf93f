import { os } from '@orpc/server';
import { problem } from '../contract/index.ts';
import type { Inspection, PicturePreset, Recipe, RecipeCandidate } from '../contract/index.ts';
import { expandPaths, findPictures, openShard, samplePictures } from '../data/index.ts';
import type { ColumnWant, PictureSample, RowBatch } from '../data/index.ts';
import { openPredictors, runtimeFile } from '../inference/index.ts';
import type { Prediction, Predictor } from '../inference/index.ts';
import { wireError } from '../processes/index.ts';
import { presetCandidates, withPictureInput } from '../recipes/index.ts';

export interface FinderTask {
  paths: string[];
  modelPath: string;
  inspection: Inspection;
  recipe: Recipe;
  /** Pictures to try at most. */
  most: number;
}

export type FinderEvent =
  | { type: 'started'; pictures: number; candidates: number; labelled: boolean; notes: string[] }
  | { type: 'scored'; candidate: RecipeCandidate };

/** Pictures that go through the model at once. */
const batchRows = 16;
/** Memory for the pictures of a sample, and how many ways of resizing the presets have. */
const sampleBytes = 256 * 1024 * 1024;
const geometries = 4;

/** What a recipe finder answers: one search, candidate after candidate. */
export const recipeFinderRouter = {
  find: os.handler(async function* ({ input, signal }: { input: unknown; signal?: AbortSignal }) {
    try {
      yield* find(input as FinderTask, signal);
    } catch (error) {
      throw wireError(error);
    }
  }),
};

async function* find(task: FinderTask, signal: AbortSignal | undefined): AsyncGenerator<FinderEvent> {
  const { inspection, recipe } = task;
  const candidates = presetCandidates(recipe, inspection);
  if (recipe.outputs.task !== 'classification') {
    throw problem('RECIPE_MISFIT', 'Presets are told apart by classes; this model gives none.', {
      hint: 'Say in its recipe which output holds the scores.',
    });
  }
  const files = await findPictures(await expandPaths(task.paths), signal);
  const predictors = await openPredictors({
    modelPath: await runtimeFile(task.modelPath, inspection),
    inspection,
    recipes: candidates.map(({ input }) => withPictureInput(recipe, input)),
    threads: 1,
  });
  try {
    const sample = await samplePictures(files, Math.min(task.most, mostInMemory(predictors)), signal);
    const batches = await readBatches(sample, predictors, signal);
    const labels = labelsOf(batches, sample, recipe, inspection);
    const { length } = candidates;
    yield {
      type: 'started',
      pictures: sample.shard.rows,
      candidates: length,
      labelled: labels.known,
      notes: labels.notes,
    };
    for (const [index, candidate] of candidates.entries()) {
      if (signal?.aborted) return;
      yield { type: 'scored', candidate: await score(candidate, predictors[index]!, batches, labels.of) };
    }
  } finally {
    await predictors[0]?.close();
  }
}

/** Pictures at the model's size are kept for all presets: fewer of them where the model takes large ones. */
function mostInMemory(predictors: readonly Predictor[]): number {
  const wants = predictors.flatMap((predictor) => predictor.wants.filter((want) => want.as === 'pixels'));
  const bytes = Math.max(1, ...wants.map(({ width, height, channels }) => width * height * channels));
  return Math.max(1, Math.floor(sampleBytes / (geometries * bytes)));
}

/** A part of the sample, read once for every geometry that some predictor wants: most presets share theirs. */
interface ReadBatch {
  batch: RowBatch;
  /** Pixels by what was wanted. */
  columnOf: ReadonlyMap<string, RowBatch['columns'][number]>;
  labels: (string | null)[];
}

const labelWant: ColumnWant = { column: 'label', as: 'text' };

async function readBatches(
  sample: PictureSample,
  predictors: readonly Predictor[],
  signal: AbortSignal | undefined,
): Promise<ReadBatch[]> {
  const wants = new Map<string, ColumnWant>();
  for (const predictor of predictors) for (const want of predictor.wants) wants.set(JSON.stringify(want), want);
  const read: ReadBatch[] = [];
  // Each geometry by itself: a picture that fails in one of them may do in another.
  for (const [key, want] of wants) {
    let at = 0;
    for await (const batch of openShard(sample.shard, [want, labelWant], batchRows, signal ? { signal } : {})) {
      const [pixels, label] = batch.columns as [RowBatch['columns'][number], RowBatch['columns'][number]];
      const known = read[at];
      const columnOf = new Map([...(known?.columnOf ?? []), [key, pixels] as const]);
      const plain = { ...batch, rowErrors: new Map<number, string>() };
      read[at] = { batch: plain, columnOf, labels: label.kind === 'text' ? label.values : [] };
      at += 1;
    }
  }
  return read;
}

/** What each picture's label is in the words of the model's predictions, where that can be told. */
interface Labels {
  known: boolean;
  of: (label: string | null) => string | null;
  notes: string[];
}

function labelsOf(
  batches: readonly ReadBatch[],
  sample: PictureSample,
  recipe: Recipe,
  inspection: Inspection,
): Labels {
  const none = (notes: string[]): Labels => ({ known: false, of: () => null, notes });
  const { classes } = sample;
  if (classes === null || classes.length < 2)
    return none(['The pictures have no class folders, so presets are told apart by confidence.']);
  const said = (recipe.outputs.task === 'classification' ? recipe.outputs.labels : null) ?? inspection.labels;
  const present = new Set(batches.flatMap(({ labels }) => labels.filter((label) => label !== null)));
  const names = new Set(said ?? classes.map((_, index) => String(index)));
  if ([...present].some((label) => names.has(label))) return { known: true, of: (label) => label, notes: [] };
  if (said === null || said.every((label, index) => label === String(index))) {
    const place = new Map(classes.map((name, index) => [name, String(index)]));
    const notes = [
      `The model numbers its classes; they are taken for the ${classes.length} folders in alphabetical order, as torchvision's ImageFolder and Keras number them: a guess.`,
    ];
    return { known: true, of: (label) => place.get(label ?? '') ?? null, notes };
  }
  return none([`No folder is called like one of the model's classes, so presets are told apart by confidence.`]);
}

async function score(
  candidate: PicturePreset,
  predictor: Predictor,
  batches: readonly ReadBatch[],
  labelOf: Labels['of'],
): Promise<RecipeCandidate> {
  const tally = new Tally();
  for (const { batch, columnOf, labels } of batches) {
    const columns = predictor.wants.map((want) => columnOf.get(JSON.stringify(want))!);
    tally.add(await predictor.predict({ ...batch, columns }), labels, labelOf);
  }
  return { ...candidate, ...tally.result() };
}

/** A prediction as a label would be written. */
function textOf(column: Prediction['columns'][number] | undefined, row: number): string {
  if (column?.type === 'boolean') return column.values[row] === 1 ? 'true' : 'false';
  return column?.type === 'string' || column?.type === 'int64' ? String(column.values[row]) : '';
}

class Tally {
  #scored = 0;
  #failed = 0;
  #labelled = 0;
  #right = 0;
  #confidence = 0;
  #confident = 0;
  #problem: string | null = null;
  readonly #classes = new Set<string>();

  add({ columns, errors }: Prediction, labels: readonly (string | null)[], labelOf: Labels['of']): void {
    const predicted = columns.find(({ name }) => name === 'prediction');
    const confidence = columns.find(({ name }) => name === 'confidence');
    for (const [row, error] of errors.entries()) {
      if (error !== null) {
        this.#failed += 1;
        this.#problem ??= error;
        continue;
      }
      this.#scored += 1;
      const said = textOf(predicted, row);
      this.#classes.add(said);
      const label = labelOf(labels[row] ?? null);
      if (label !== null) this.#labelled += 1;
      if (label === said) this.#right += 1;
      if (confidence?.type !== 'float32' && confidence?.type !== 'float64') continue;
      this.#confidence += confidence.values[row]!;
      this.#confident += 1;
    }
  }

  result(): Omit<RecipeCandidate, keyof PicturePreset> {
    return {
      accuracy: this.#labelled === 0 ? null : this.#right / this.#labelled,
      confidence: this.#confident === 0 ? null : this.#confidence / this.#confident,
      scored: this.#scored,
      failed: this.#failed,
      classes: this.#classes.size,
      problem: this.#problem,
    };
  }
}
