import { basename, dirname, isAbsolute, sep } from 'node:path';
import type { Intake, Job, Problem, Run } from '../contract/index.ts';
import type { Caller } from './context.ts';

/** A run as this caller may see it: pages are shown names of files, hosts where they lie. */
export function runFor(caller: Caller, run: Run): Run {
  if (caller.audience === 'host') return run;
  return {
    ...run,
    output: nameOnly(run.output),
    problem: run.problem && problemForPage(caller, run.problem),
    notes: run.notes.map((note) => withoutPaths(note, foldersKnown(caller))),
  };
}

export function jobFor(caller: Caller, job: Job): Job {
  if (caller.audience === 'host') return job;
  return { ...job, subject: nameOnly(job.subject), problem: job.problem && problemForPage(caller, job.problem) };
}

export function pathFor({ audience }: Caller, path: string): string {
  return audience === 'host' ? path : basename(path);
}

/** What was dropped, with refusals that name files and not where they lie; commands in them are run in their folder. */
export function intakeFor(caller: Caller, intake: Intake): Intake {
  if (caller.audience === 'host') return intake;
  const items = intake.items.map((item) =>
    item.kind === 'refused' ? { ...item, problem: problemForPage(caller, item.problem) } : item,
  );
  return { ...intake, items };
}

/** A problem that is part of an answer. */
export function problemFor(caller: Caller, found: Problem): Problem {
  return caller.audience === 'host' ? found : problemForPage(caller, found);
}

/** A problem as a page may see it: what names a path names the file or folder alone. */
export function problemForPage(caller: Caller, found: Problem): Problem {
  const folders = foldersKnown(caller);
  if (found.subject !== null && isAbsolute(found.subject)) folders.push(...foldersOf(found.subject));
  return {
    ...found,
    message: withoutPaths(found.message, folders),
    subject: found.subject === null ? null : nameOnly(withoutPaths(found.subject, folders)),
    hint: found.hint === null ? null : withoutPaths(found.hint, folders),
  };
}

/** Folders whose place is nobody's business on a page: the workspace, and those of what was granted. */
function foldersKnown({ engine }: Caller): string[] {
  return [engine.workspace.folder, ...engine.registry.grants.newestPaths()].flatMap((path) => foldersOf(path));
}

/** A path and the folders above it, the outermost aside: `/` and `/home` say nothing and stand in too many sentences. */
function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let folder = path; dirname(dirname(folder)) !== dirname(folder); folder = dirname(folder)) folders.push(folder);
  return folders;
}

/** Takes the folders before names out of a text; a folder that is named itself keeps its last name. */
function withoutPaths(text: string, folders: readonly string[]): string {
  if (!text.includes(sep)) return text;
  let plain = text;
  for (const folder of [...new Set(folders)].toSorted((a, b) => b.length - a.length)) {
    plain = plain.replaceAll(`${folder}${sep}`, '').replaceAll(folder, basename(folder));
  }
  return plain;
}

function nameOnly(text: string): string;
function nameOnly(text: string | null): string | null;
function nameOnly(text: string | null): string | null {
  return text !== null && isAbsolute(text) ? basename(text) : text;
}
