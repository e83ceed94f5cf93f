import { implement } from '@orpc/server';
import { contract, ProblemError, problem } from '../contract/index.ts';
import { problemFor } from './audience.ts';
import type { Caller } from './context.ts';

/** The contract with a caller, problems as its typed error. */
export const os = implement(contract)
  .$context<Caller>()
  .use(async ({ next, errors, context }) => {
    try {
      return await next();
    } catch (error) {
      if (error instanceof ProblemError) {
        throw (errors as { PROBLEM(options: { message: string; data: unknown }): Error }).PROBLEM({
          message: problemFor(context, error.problem).message,
          data: problemFor(context, error.problem),
        });
      }
      throw error;
    }
  });

/** Refuses what only a host may do. */
export function hostOnly(caller: Caller): void {
  if (caller.audience === 'host') return;
  throw problem('NOT_FOUND', 'This call is not open to pages.');
}
