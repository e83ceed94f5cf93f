import { problem } from '../contract/index.ts';
import type { ProblemError } from '../contract/index.ts';

/** A recipe that is not for this model. */
export function misfit(message: string, subject: string | null, hint: string | null = null): ProblemError {
  return problem('RECIPE_MISFIT', message, { subject, hint });
}
