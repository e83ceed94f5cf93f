import type { Feed } from '../recipes/index.ts';
import { feedRows } from './feed-rows.ts';
import { GatheredOutputs } from './gathered-outputs.ts';
import type { Session } from './runtime.ts';
import { runErrorInWords } from './session-errors.ts';

/** After so many single rows without one success, and as many spread over the rest, the model is held to be at fault. */
const patience = 32;

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
  const { outputs, errors } = work.ran;
  for (let range = open.pop(); range !== undefined; range = open.pop()) {
    const [start, count] = range;
    const failure = await tryRows(work, start, count);
    if (failure === null) continue;
    if (count > 1) {
      const half = Math.ceil(count / 2);
      open.push([start + half, count - half], [start, half]);
      continue;
    }
    errors.set(start, failure);
    const isHopeless = errors.size === patience && outputs.rows === 0 && (await failsThroughout(work, start + 1));
    if (!isHopeless) continue;
    for (let row = start + 1; row < work.total; row += 1) errors.set(row, failure);
    return;
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

/** Whether single rows spread evenly over the rest all fail too. Their outputs are not kept. */
async function failsThroughout(work: Work, from: number): Promise<boolean> {
  const left = work.total - from;
  const probes = Math.min(patience, left);
  const ran = work.fixedBatch ?? 1;
  for (let probe = 0; probe < probes; probe += 1) {
    const row = from + Math.floor((probe * left) / probes);
    try {
      const results = await work.session.run(feedRows(work.feeds, work.total, row, 1, ran), work.fetches);
      if (new GatheredOutputs(1).add(results, 0, 1, ran) === null) return false;
    } catch {
      continue;
    }
  }
  return true;
}
