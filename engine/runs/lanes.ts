import { availableParallelism, freemem } from 'node:os';
import type { FrozenPlan } from './plan.ts';

/** Above this size of its files a model gets one lane with all threads instead of a lane a core. */
export const bigModelBytes = 512 * 2 ** 20;
/** A lane's memory beside the model: Node, DuckDB, batches. */
const laneBytes = 200 * 2 ** 20;
/** Working memory of a session, as a multiple of the model's bytes. */
const modelFactor = 2.5;

/**
 * Workers that run at once: a core each for `threads` threads, as many as half of the free memory holds, and one for big
 * models. Lanes change how fast a run is, never its values.
 */
export function chooseLanes(plan: FrozenPlan, modelBytes: number, asked: number | null): number {
  if (asked !== null) return Math.min(asked, plan.ends.length);
  const byCores = Math.max(1, Math.floor(availableParallelism() / plan.threads));
  const byMemory = Math.max(1, Math.floor(freemem() / 2 / (modelFactor * modelBytes + laneBytes)));
  return Math.max(1, Math.min(modelBytes > bigModelBytes ? 1 : byCores, byMemory, plan.ends.length));
}
