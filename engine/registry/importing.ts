import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { problem, type Imported, type ImportOptions, type Recipe } from '../contract/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { newId } from '../jobs/index.ts';
import { startChild, type Child, type Death } from '../processes/index.ts';
import { suggestRecipe, validateRecipe } from '../recipes/index.ts';
import { adoptObject, artifactDigest, ensureView, type Workspace } from '../workspace/index.ts';
import { checkModelName, nameFromPath } from './names.ts';
import type { ModelOpenerRouter, OpenedModel } from './opening.ts';
import { recordArtifact, recordVersion, refuseNameInBin } from './recording.ts';

/** What an import job keeps of its request; grants are resolved to paths by then. */
export interface ImportPayload {
  path: string;
  recipePath: string | null;
  options: ImportOptions;
}

/** A first look takes at most this long, and longer for large models: reading is counted at 20 MB a second. */
const openMs = 30_000;
const bytesPerMs = 20_000;
/** Loading and one trial run; an endless loop in a model is found here. */
const tryMs = 20_000;
/** Memory of the opener: a floor, and a multiple of the model's bytes (the file, the session, working memory). */
const openerBytes = 1.5 * 2 ** 30;
const bytesFactor = 5;

/** Opens a model in a child of its own, copies it into the workspace, and makes it a version. */
export async function importModel(
  workspace: Workspace,
  payload: ImportPayload,
  context: JobContext,
): Promise<Imported> {
  const name = checkModelName(payload.options.name ?? nameFromPath(payload.path));
  refuseNameInBin(workspace, name);
  const folder = join(workspace.folder, 'incoming', newId('import'));
  await mkdir(folder, { recursive: true });
  const opener = startChild<ModelOpenerRouter>('model-opener', { memoryBytes: openerBytes });
  const kill = (): void => opener.kill();
  context.stop.addEventListener('abort', kill);
  try {
    context.report({ phase: 'reading the model', done: 0, total: null, unit: 'files' });
    const opened = await opener.call((client) => client.open({ path: payload.path, folder }), {
      timeoutMs: openMs + (await sizeMs(payload.path)),
      died: (death) => refusedByDeath(death, payload.path, 'was being read'),
    });
    const { recipe, notes } = await chooseRecipe(opener, opened, payload);
    context.report({ phase: 'trying the model', done: 0, total: null, unit: 'files' });
    await tryOut(folder, opened, payload.path, context.stop);
    if (context.stop.aborted) throw problem('CANCELLED', 'The import was cancelled. Nothing was imported.');
    await opener.stop();
    return await record(workspace, name, { ...opened, notes: [...opened.notes, ...notes] }, recipe, folder);
  } finally {
    context.stop.removeEventListener('abort', kill);
    opener.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A child of its own: its memory bound follows the model's size, known only now. */
async function tryOut(folder: string, opened: OpenedModel, path: string, stop: AbortSignal): Promise<void> {
  const bytes = opened.files.reduce((sum, file) => sum + file.bytes, 0);
  const trier = startChild<ModelOpenerRouter>('model-opener', { memoryBytes: openerBytes + bytesFactor * bytes });
  const kill = (): void => trier.kill();
  stop.addEventListener('abort', kill);
  try {
    await trier.call(
      (client) =>
        client.tryOut({ path: join(folder, 'files', ...opened.mainFile.split('/')), inspection: opened.inspection }),
      {
        timeoutMs: tryMs + bytes / bytesPerMs,
        died: (death) => refusedByDeath(death, path, 'was loaded and run once'),
      },
    );
  } finally {
    stop.removeEventListener('abort', kill);
    trier.kill();
  }
}

async function chooseRecipe(
  opener: Child<ModelOpenerRouter>,
  opened: OpenedModel,
  payload: ImportPayload,
): Promise<{ recipe: Recipe; notes: string[] }> {
  const { options, recipePath } = payload;
  const said = options.features ?? options.featuresFrom ?? options.prediction;
  if (said !== undefined && recipePath !== null) {
    throw problem('USAGE', 'A recipe says which columns and output to use; --features and --prediction say it again.', {
      subject: recipePath,
      hint: 'Leave out --recipe or the other flags.',
    });
  }
  // What a person says on the command line goes before a recipe that only happens to lie there.
  const beside = said === undefined ? opened.recipe : null;
  const text = recipePath === null ? beside : await opener.call((client) => client.readRecipe({ path: recipePath }));
  if (text !== null) {
    const recipe = validateRecipe(parseJson(text, recipePath ?? payload.path), opened.inspection);
    return { recipe, notes: recipePath === null ? ['The recipe that lies beside the model is used.'] : [] };
  }
  const suggestion = suggestRecipe(opened.inspection, {
    ...(options.features ? { features: options.features } : {}),
    ...(options.featuresFrom === undefined ? {} : { featuresFrom: options.featuresFrom }),
    ...(options.featuresTo === undefined ? {} : { featuresTo: options.featuresTo }),
    ...(options.prediction === undefined ? {} : { prediction: options.prediction }),
    labels: opened.labels,
  });
  const passed = opened.recipe === null ? [] : ['The recipe that lies beside the model is not used: flags were given.'];
  return { recipe: suggestion.recipe, notes: [...passed, ...suggestion.notes] };
}

async function record(
  workspace: Workspace,
  name: string,
  opened: OpenedModel,
  recipe: Recipe,
  folder: string,
): Promise<Imported> {
  const digest = artifactDigest(opened.files);
  for (const file of opened.files) {
    await adoptObject(workspace.folder, join(folder, 'files', ...file.path.split('/')), file.sha256);
  }
  await ensureView(workspace.folder, digest, opened.files);
  // Artifact, model and version in one transaction.
  const { number, known } = workspace.catalog.write(() => {
    recordArtifact(workspace, digest, opened.files, opened.mainFile, opened.inspection);
    return recordVersion(workspace, name, { digest, recipe, notes: opened.notes });
  });
  return {
    model: name,
    version: number,
    digest,
    signature: opened.inspection.signature,
    recipe,
    notes: opened.notes,
    known,
  };
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw problem('RECIPE_INVALID', `This recipe is no JSON: ${(error as Error).message}.`, {
      subject: path,
      hint: 'drydock recipe export REF FILE writes one to start from.',
    });
  }
}

function refusedByDeath(death: Death, path: string, when: string): ReturnType<typeof problem> {
  const code = death.kind === 'crash' || death.kind === 'ended' ? 'MODEL_CRASHED' : 'MODEL_LIMIT';
  return problem(
    code,
    `The model was refused: while it ${when}, its process ended, because ${death.words}. Nothing was imported.`,
    {
      subject: path,
      hint: 'Check that the file is the model you mean; export it again if it was made by a tool you trust.',
    },
  );
}

async function sizeMs(path: string): Promise<number> {
  const status = await stat(path).catch(() => null);
  return (status?.size ?? 0) / bytesPerMs;
}
