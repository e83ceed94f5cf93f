import { basename, isAbsolute } from 'node:path';
import type { Job, Problem, Run } from '../contract/index.ts';
import type { Caller } from './context.ts';

/** A run as this caller may see it: pages are shown names of files, hosts where they lie. */
export function runFor({ audience }: Caller, run: Run): Run {
  if (audience === 'host') return run;
  return { ...run, output: nameOnly(run.output), problem: problemWithoutPath(run.problem) };
}

export function jobFor({ audience }: Caller, job: Job): Job {
  if (audience === 'host') return job;
  return { ...job, subject: nameOnly(job.subject), problem: problemWithoutPath(job.problem) };
}

/** A problem that is part of an answer. */
export function problemFor({ audience }: Caller, problem: Problem): Problem {
  return audience === 'host' ? problem : { ...problem, subject: nameOnly(problem.subject) };
}

function problemWithoutPath(problem: Problem | null): Problem | null {
  return problem && { ...problem, subject: nameOnly(problem.subject) };
}

function nameOnly(text: string | null): string | null {
  return text !== null && isAbsolute(text) ? basename(text) : text;
}
