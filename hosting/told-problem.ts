import { basename, dirname, isAbsolute, sep } from 'node:path';
import { ORPCError } from '@orpc/client';
import { problem, type Problem, type ProblemError } from '../engine/contract/index.ts';
import { asProblem } from '../engine/launcher.ts';

/** Whatever went wrong, as a problem that a page may be told; what is no problem of the person's is written down here. */
export function toldProblem(error: unknown): Problem {
  const known = knownProblem(error);
  if (!known) console.error(error);
  const told = known ?? problem('INTERNAL', 'The program itself failed.', { hint: 'This is a defect of Drydock.' });
  return withoutPlaces(told.problem);
}

/** The host asks the engine as a host and is told paths; the page that asked the host is not. */
function withoutPlaces(found: Problem): Problem {
  const { subject, message, hint } = found;
  if (subject === null || !isAbsolute(subject)) return found;
  const folder = dirname(subject);
  const hidden = (text: string): string => text.replaceAll(`${folder}${sep}`, '').replaceAll(folder, basename(folder));
  return { ...found, message: hidden(message), subject: basename(subject), hint: hint?.includes(sep) ? null : hint };
}

function knownProblem(error: unknown): ProblemError | null {
  const known = asProblem(error);
  if (known) return known;
  if (error instanceof ORPCError) return problem('USAGE', 'The request has the wrong shape.');
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return null;
  return problem('DISK_FULL', 'The disk is full.', { hint: 'Free space and go on: what has arrived is kept.' });
}
