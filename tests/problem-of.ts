import { type Problem, ProblemError } from '../engine/contract/index.ts';

/** The problem that the work ends with; fails when it ends well or in any other way. */
export async function problemOf(work: Promise<unknown>): Promise<Problem> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error('A problem was expected and none was thrown.');
}
