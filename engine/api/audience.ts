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
    const folder = dirname(engine.registry.grants.path(item.grant, 'input'));
    const shorten = (text: string | null): string | null => text && text.replaceAll(join(folder, sep), '');
    const { code, message, subject, hint } = item.problem;
    return {
      ...item,
      problem: { code, message: shorten(message)!, subject: nameOnly(shorten(subject)), hint: shorten(hint) },
    };
  });
  return { ...intake, items };
}

function problemWithoutPath(problem: Problem | null): Problem | null {
  return problem && { ...problem, subject: nameOnly(problem.subject) };
}

function nameOnly(text: string | null): string | null {
  return text !== null && isAbsolute(text) ? basename(text) : text;
}
