import { implement, ORPCError } from '@orpc/server';
import { contract, ProblemError, problem } from '../contract/index.ts';
import { problemForPage } from './audience.ts';
import type { Caller } from './context.ts';

/** The contract with a caller, problems as its typed error. Pages are told no paths, and of defects that there was one. */
export const os = implement(contract)
  .$context<Caller>()
  .use(async ({ next, errors, context }) => {
    const tell = (found: ProblemError): Error =>
      (errors as { PROBLEM(options: { message: string; data: unknown }): Error }).PROBLEM(
        context.audience === 'host' ? told(found) : told(new ProblemError(problemForPage(context, found.problem))),
      );
    try {
      return await next();
    } catch (error) {
      if (error instanceof ProblemError) throw tell(error);
      if (context.audience === 'host' || error instanceof ORPCError) throw error;
      console.error(error);
      throw tell(problem('INTERNAL', 'The program itself failed.', { hint: 'This is a defect of Drydock.' }));
    }
  });

function told(found: ProblemError): { message: string; data: unknown } {
  return { message: found.message, data: found.problem };
}

/** Refuses what only a host may do. */
export function hostOnly(caller: Caller): void {
  if (caller.audience === 'host') return;
  throw problem('NOT_FOUND', 'This call is not open to pages.');
}
