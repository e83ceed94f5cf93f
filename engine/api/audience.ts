import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import type { Intake, Job, Problem, Run } from '../contract/index.ts';
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

/** Refusals name files from where they were dropped on; commands in them are run in that folder. */
export function intakeFor({ audience, engine }: Caller, intake: Intake): Intake {
  if (audience === 'host') return intake;
  const items = intake.items.map((item) => {
    if (item.kind !== 'refused') return item;
    return { ...item, problem: withoutFolder(item.problem, dirname(engine.registry.grants.path(item.grant, 'input'))) };
  });
  return { ...intake, items };
}

/** What a call fails with, as this caller may see it. */
export function problemFor({ audience }: Caller, problem: Problem): Problem {
  const { subject } = problem;
  return audience === 'host' || subject === null || !isAbsolute(subject)
    ? problem
    : withoutFolder(problem, dirname(subject));
}

function withoutFolder({ code, message, subject, hint }: Problem, folder: string): Problem {
  const shorten = (text: string): string => text.replaceAll(join(folder, sep), '');
  return {
    code,
    message: shorten(message),
    subject: subject && nameOnly(shorten(subject)),
    hint: hint && shorten(hint),
  };
}

function problemWithoutPath(problem: Problem | null): Problem | null {
  return problem && { ...problem, subject: nameOnly(problem.subject) };
}

function nameOnly(text: string | null): string | null {
  return text !== null && isAbsolute(text) ? basename(text) : text;
}
