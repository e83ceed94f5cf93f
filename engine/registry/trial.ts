import { elementTypes, type Inspection, type ValueInfo } from '../contract/index.ts';
import { runtimes } from '../inference/index.ts';
import { emptyData, type Feed } from '../recipes/index.ts';

/** A made-up input has at most this many elements; a model that wants more is not tried. */
const mostElements = 50_000_000;

/**
 * One run on made-up inputs (zeros, empty texts, 1 for every dynamic dimension), graph optimisation off: it finds models
 * that hang, crash or take absurd memory before a person's data meets them. That such a run is refused by the model
 * proves nothing (zeros may be no valid input), so that is no error.
 */
export async function tryModel(path: string, inspection: Inspection): Promise<void> {
  const feeds = inspection.signature.inputs.map(trialFeed);
  const runtime = [...runtimes.values()][0];
  if (!runtime || feeds.some((feed) => feed === null)) return;
  const zipped = new Map(inspection.zipped.map((output) => [output.output, output.tensor]));
  const fetches = inspection.signature.outputs
    .map((output) => zipped.get(output.name) ?? output.name)
    .filter((name) => isFetchable(name, inspection));
  if (fetches.length === 0) return;
  const session = await runtime.open(path, { threads: 1, optimisation: 'off' });
  try {
    await session.run(feeds as Feed[], fetches).catch(() => {});
  } finally {
    await session.close();
  }
}

function isFetchable(name: string, inspection: Inspection): boolean {
  if (inspection.zipped.some((output) => output.tensor === name)) return true;
  const type = inspection.signature.outputs.find((output) => output.name === name)?.type;
  return elementTypes.some((known) => known === type);
}

function trialFeed(input: ValueInfo): Feed | null {
  const type = elementTypes.find((known) => known === input.type);
  const dims = (input.shape ?? [1]).map((dimension) =>
    typeof dimension === 'number' && dimension > 0 ? dimension : 1,
  );
  const elements = dims.reduce((product, dimension) => product * dimension, 1);
  return type === undefined || elements > mostElements
    ? null
    : { name: input.name, type, dims, data: emptyData(type, elements) };
}
