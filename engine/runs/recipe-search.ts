import { totalmem } from 'node:os';
import { problem } from '../contract/index.ts';
import type { FoundRecipes, RecipeCandidate } from '../contract/index.ts';
import { startChild } from '../processes/index.ts';
import { modelFile, type VersionRecord } from '../registry/index.ts';
import type { Workspace } from '../workspace/index.ts';
import type { FinderEvent, FinderTask, recipeFinderRouter } from './recipe-finder.ts';
import { workerBytesFor } from './running.ts';

export interface RecipeSearch {
  paths: string[];
  most: number;
  /** Time for all of it, reading and loading included. */
  seconds: number;
}

/** With fewer pictures than this, one class for all of them says nothing. */
const fewPictures = 8;

/**
 * Lets a child score the presets on a version. Ends with what there is when the time is up, and at once when the signal
 * is aborted. Throws RECIPE_MISFIT, FORMAT_UNKNOWN, MODEL_LIMIT (not one preset within the time), CANCELLED.
 */
export async function searchRecipes(
  workspace: Workspace,
  version: VersionRecord,
  search: RecipeSearch,
  signal?: AbortSignal,
): Promise<FoundRecipes> {
  const child = startChild<typeof recipeFinderRouter>('recipe-finder', {
    memoryBytes: Math.min(totalmem(), workerBytesFor([version])),
  });
  const found: Progress = { started: null, candidates: [] };
  let isOver = false;
  const kill = (): void => child.kill();
  const timer = setTimeout(() => {
    isOver = true;
    child.kill();
  }, search.seconds * 1000);
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const { inspection, recipe } = version;
    const path = await modelFile(workspace, version);
    const task: FinderTask = { paths: search.paths, modelPath: path, inspection, recipe, most: search.most };
    await child.call(async (client) => {
      for await (const event of (await client.find(task)) as AsyncIterable<FinderEvent>) note(found, event);
    });
  } catch (error) {
    if (signal?.aborted === true) throw problem('CANCELLED', 'The search for a recipe was cancelled.');
    if (!isOver) throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', kill);
    child.kill();
  }
  return ranked(found, search);
}

interface Progress {
  started: Extract<FinderEvent, { type: 'started' }> | null;
  candidates: RecipeCandidate[];
}

function note(found: Progress, event: FinderEvent): void {
  if (event.type === 'started') found.started = event;
  else found.candidates.push(event.candidate);
}

function ranked({ started, candidates }: Progress, search: RecipeSearch): FoundRecipes {
  if (started === null || candidates.length === 0) {
    throw problem('MODEL_LIMIT', `Not one preset was scored within ${search.seconds} seconds.`, {
      hint: 'Give fewer pictures or more time.',
    });
  }
  const basis = started.labelled ? 'accuracy' : 'confidence';
  const isComplete = candidates.length === started.candidates;
  const late = `Only ${candidates.length} of ${started.candidates} presets were scored within ${search.seconds} seconds.`;
  return {
    candidates: candidates.toSorted((a, b) => compare(a, b, basis)),
    basis,
    guessed: true,
    pictures: started.pictures,
    complete: isComplete,
    notes: [...started.notes, ...(isComplete ? [] : [late])],
  };
}

/** Better first; what was equal stays in the order of the presets. */
function compare(a: RecipeCandidate, b: RecipeCandidate, basis: FoundRecipes['basis']): number {
  const byScored = Number(b.scored > 0) - Number(a.scored > 0);
  if (byScored !== 0) return byScored;
  if (basis === 'accuracy') {
    return (b.accuracy ?? -1) - (a.accuracy ?? -1) || (b.confidence ?? -1) - (a.confidence ?? -1);
  }
  // Values far out of a model's range drive it into one class with full confidence.
  const byCollapse = Number(isCollapsed(a)) - Number(isCollapsed(b));
  return byCollapse || (b.confidence ?? -1) - (a.confidence ?? -1);
}

function isCollapsed({ classes, scored }: RecipeCandidate): boolean {
  return classes === 1 && scored >= fewPictures;
}
