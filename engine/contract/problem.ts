import { z } from 'zod';

/**
 * Every way in which the program says no. A code is part of the command line's contract (`error.code` under `--json`):
 * add codes, never rename one.
 */
export const problemCodes = [
  // the request itself
  'USAGE',
  'NOT_FOUND',
  'AMBIGUOUS',
  'ALREADY_EXISTS',
  'NOT_ALLOWED_NOW',
  'CANCELLED',
  // files
  'FILE_MISSING',
  'FILE_UNREADABLE',
  'FILE_EMPTY',
  'FILE_CHANGED',
  'FORMAT_UNKNOWN',
  'FORMAT_NOT_SUPPORTED',
  'OUTPUT_EXISTS',
  'OUTPUT_UNWRITABLE',
  'DISK_FULL',
  // models
  'MODEL_INVALID',
  'MODEL_EXTERNAL_DATA',
  'MODEL_NOT_RUNNABLE',
  'MODEL_LIMIT',
  'MODEL_CRASHED',
  // recipes, binding, data
  'RECIPE_INVALID',
  'RECIPE_MISFIT',
  'BINDING_MISSING_COLUMN',
  'BINDING_AMBIGUOUS',
  'BINDING_TYPE',
  'DATA_INVALID',
  'ALL_ROWS_FAILED',
  // workspace and engine
  'WORKSPACE_NEWER',
  'WORKSPACE_DAMAGED',
  'WORKSPACE_HELD',
  'WORKSPACE_UNUSABLE',
  'ENGINE_LOST',
  'WORKER_DIED',
  'INTERNAL',
] as const;

export const ProblemCode = z.enum(problemCodes);
export type ProblemCode = z.infer<typeof ProblemCode>;

/** A refusal or failure in words: what is wrong (`message`), with which thing (`subject`), and what to do (`hint`). */
export const Problem = z.object({
  code: ProblemCode,
  /** One or more whole sentences for a person. Never a stack trace. */
  message: z.string(),
  /** The thing that was wrong: a path, column, row, node or id. Hostile text: escape it in every sink. */
  subject: z.string().nullable(),
  /** The next step, as a sentence or a command ready to copy. */
  hint: z.string().nullable(),
});
export type Problem = z.infer<typeof Problem>;

/** A `Problem` on its way up the stack. The only error class the engine throws on purpose. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.message, options);
    this.problem = problem;
  }
}

/** Builds a `ProblemError`; `subject` and `hint` default to null. */
export function problem(
  code: ProblemCode,
  message: string,
  details: { subject?: string | null; hint?: string | null; cause?: unknown } = {},
): ProblemError {
  return new ProblemError(
    { code, message, subject: details.subject ?? null, hint: details.hint ?? null },
    details.cause === undefined ? undefined : { cause: details.cause },
  );
}
