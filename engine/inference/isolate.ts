import type { Feed } from '../recipes/index.ts';
import { feedRows } from './feed-rows.ts';
import { GatheredOutputs } from './gathered-outputs.ts';
import type { Session } from './runtime.ts';
import { runErrorInWords } from './session-errors.ts';

export interface Ran {
  outputs: GatheredOutputs;
  /** Position among the rows that were to be run, to the reason why it failed. */
  errors: Map<number, string>;
}

/** What is being run and how far it has come. */
interface Work {
  session: Session;
  feeds: readonly Feed[];
  fetches: readonly string[];
  total: number;
  fixedBatch: number | null;
  ran: Ran;
}

/**
 * Runs `total` rows: at once, or `fixedBatch` at a time with the last call padded. Rows of a call that fails are halved
 * until the rows at fault stand alone, so that a bad row costs that row.
 */
export async function runIsolated(
  session: Session,
  feeds: readonly Feed[],
  fetches: readonly string[],
  total: number,
  fixedBatch: number | null,
): Promise<Ran> {
  const work: Work = {
    session,
    feeds,
    fetches,
    total,
    fixedBatch,
    ran: { outputs: new GatheredOutputs(total), errors: new Map() },
  };
  const step = fixedBatch ?? total;
  const open: [start: number, count: number][] = [];
  for (let start = 0; start < total; start += step) open.push([start, Math.min(step, total - start)]);
  open.reverse();
  await settle(work, open);
  return work.ran;
}

/** Takes ranges from the end of `open`, which lists them backwards, so that rows succeed in their order. */
async function settle(work: Work, open: [start: number, count: number][]): Promise<void> {
  for (let range = open.pop(); range !== undefined; range = open.pop()) {
    const [start, count] = range;
    const failure = await tryRows(work, start, count);
    if (failure === null) continue;
    if (count > 1) {
      const half = Math.ceil(count / 2);
      open.push([start + half, count - half], [start, half]);
      continue;
    }
    work.ran.errors.set(start, failure);
  }
}

/** Runs some rows and keeps their outputs. Answers null, or why they failed. */
async function tryRows(work: Work, start: number, count: number): Promise<string | null> {
  const ran = work.fixedBatch ?? count;
  try {
    const results = await work.session.run(feedRows(work.feeds, work.total, start, count, ran), work.fetches);
    return work.ran.outputs.add(results, start, count, ran);
  } catch (error) {
    return runErrorInWords(error);
  }
}
