import { problem } from '../contract/index.ts';
import type { Inspection, Recipe } from '../contract/index.ts';
import type { ColumnWant, RowBatch } from '../data/index.ts';
import { compileDecoder, compileEncoder } from '../recipes/index.ts';
import type { Decoder, Encoder, Feed, OutputTensor, ResultColumn, ResultColumnSpec } from '../recipes/index.ts';
import { nullColumn, spreadColumn } from './align.ts';
import { runIsolated } from './isolate.ts';
import type { Session } from './runtime.ts';
import { runtimes } from './runtimes.ts';

export interface PredictorOptions {
  /** The model as a runtime opens it; where an output is zipped, with the tensor behind it as one more graph output. */
  modelPath: string;
  inspection: Inspection;
  /** Resolved: every column concrete, as `bindData` returns it. */
  recipe: Recipe;
  /** Threads inside one operator. */
  threads: number;
  /** Rewriting of the graph; `all` unless told. */
  optimisation?: 'all' | 'off';
}

/** One entry per row of the batch: columns are null where `errors` says why the row has no prediction. */
export interface Prediction {
  columns: ResultColumn[];
  errors: (string | null)[];
}

/** A batch with what lay between its cells and its predictions: what the model was given, and what it gave. */
export interface Traced {
  prediction: Prediction;
  /** Of the rows that could be encoded alone. Their memory is used again by the next batch. */
  feeds: Feed[];
  /** Of the rows that ran; empty when none did. */
  outputs: ReadonlyMap<string, OutputTensor>;
  /** The batch's row of each row of `outputs`. */
  places: Int32Array;
}

/** A loaded model that takes batches of columns or pixels and gives columns of predictions. Knows no file. */
export interface Predictor {
  /** What to ask a reader for; a batch's columns come in this order. */
  wants: ColumnWant[];
  columns: ResultColumnSpec[];
  /** What was taken for granted about the outputs, as sentences. */
  notes: string[];
  runtime: { name: string; version: string };
  /** A row that cannot be encoded, run or decoded costs that row. Calls are answered one after the other. */
  predict(batch: RowBatch): Promise<Prediction>;
  /** The same, and `look` is shown the tensors before the next batch takes their memory. */
  trace<Seen>(batch: RowBatch, look: (traced: Traced) => Seen): Promise<Seen>;
  close(): Promise<void>;
}

/** Loads a model. Throws MODEL_NOT_RUNNABLE, MODEL_INVALID or RECIPE_MISFIT. */
export async function openPredictor(options: PredictorOptions): Promise<Predictor> {
  const [predictor] = await openPredictors({ ...options, recipes: [options.recipe] });
  return predictor!;
}

/** One model, loaded once, under several recipes. Closing one predictor closes them all. Throws as `openPredictor`. */
export async function openPredictors(
  options: Omit<PredictorOptions, 'recipe'> & { recipes: readonly Recipe[] },
): Promise<Predictor[]> {
  const { recipes, inspection, threads } = options;
  const compiled = recipes.map((recipe) => ({
    encoder: compileEncoder(recipe, inspection),
    decoder: compileDecoder(recipe, inspection),
  }));
  const runtime = [...runtimes.values()][0];
  if (runtime === undefined) throw problem('INTERNAL', 'No runtime is built in.');
  const session = await runtime.open(options.modelPath, { threads, optimisation: options.optimisation ?? 'all' });
  // The encoder's memory is used again by the next batch, so a batch waits until the one before is through.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
  return compiled.map(({ encoder, decoder }) => ({
    wants: encoder.wants,
    columns: decoder.columns,
    notes: decoder.notes,
    runtime: { name: runtime.name, version: runtime.version },
    predict: (batch) => inTurn(async () => (await traceBatch(batch, session, encoder, decoder, inspection)).prediction),
    trace: (batch, look) => inTurn(async () => look(await traceBatch(batch, session, encoder, decoder, inspection))),
    close: () => inTurn(() => session.close()),
  }));
}

async function traceBatch(
  batch: RowBatch,
  session: Session,
  encoder: Encoder,
  decoder: Decoder,
  inspection: Inspection,
): Promise<Traced> {
  const { feeds, goodRows, errors: encodeErrors } = encoder.encode(batch);
  const errors = Array.from<string | null>({ length: batch.rows }).fill(null);
  for (const [row, why] of encodeErrors) errors[row] = why;
  const without = (outputs: Traced['outputs'] = new Map(), places = new Int32Array(0)): Traced => ({
    prediction: { columns: nullColumns(decoder, batch.rows), errors },
    feeds,
    outputs,
    places,
  });
  if (goodRows.length === 0) return without();
  const fixedBatch = encoder.fixedBatch ?? decoder.fixedBatch;
  const ran = await runIsolated(session, feeds, decoder.fetches, goodRows.length, fixedBatch);
  for (const [position, why] of ran.errors) errors[goodRows[position]!] = why;
  const { outputs } = ran;
  if (outputs.rows === 0) return without();
  const places = outputs.positions.map((position) => goodRows[position]!);
  const tensors = outputs.finish();
  const broken = brokenPromise(tensors, inspection);
  if (broken !== null) {
    for (const place of places) errors[place] = broken;
    return without(tensors, places);
  }
  const decoded = decoder.decode(tensors, outputs.rows);
  for (const [index, why] of decoded.errors) errors[places[index]!] = why;
  const isComplete = outputs.rows === batch.rows;
  const columns = isComplete
    ? decoded.columns
    : decoded.columns.map((column) => spreadColumn(column, places, batch.rows));
  return { prediction: { columns, errors }, feeds, outputs: tensors, places };
}

/**
 * Says in words when an output has more or fewer values a row than the model declares: its numbers would be read as
 * something that they are not. ONNX Runtime only warns. The first dimension counts rows and may differ.
 */
function brokenPromise(tensors: ReadonlyMap<string, OutputTensor>, inspection: Inspection): string | null {
  for (const { name, shape } of inspection.signature.outputs) {
    const dims = tensors.get(name)?.dims;
    if (dims === undefined || shape === null || dims.length !== shape.length) continue;
    const differs = shape.some((size, axis) => axis > 0 && typeof size === 'number' && size !== dims[axis]);
    if (!differs) continue;
    const declared = shape.map((size) => size ?? '?').join(', ');
    return `the output ${name} has the shape [${dims.join(', ')}], the model declares [${declared}]`;
  }
  return null;
}

function nullColumns(decoder: Decoder, rows: number): ResultColumn[] {
  return decoder.columns.map((spec) => nullColumn(spec, rows));
}
