import { Problem } from './problem.ts';

/** The one typed error of every call: a `Problem` in `data`. Anything else that arrives is a defect of the program. */
export const problemErrors = { PROBLEM: { status: 422, data: Problem } } as const;
