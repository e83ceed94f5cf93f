import { ORPCError } from '@orpc/client';
import type { Job } from '../../engine/contract/index.ts';
import type { EngineClient } from '../../engine/launcher.ts';

/** The job's state after its end. */
export async function endOf(client: EngineClient, job: string): Promise<Job> {
  let last: Job | undefined;
  for await (const each of await client.jobs.watch({ job })) last = each;
  return last!;
}

/** The error of a call that is to fail. */
export async function failure(call: Promise<unknown>): Promise<ORPCError<string, unknown>> {
  const error: unknown = await call.then(
    (value) => new Error(`The call was answered: ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ORPCError)) throw error;
  return error;
}
