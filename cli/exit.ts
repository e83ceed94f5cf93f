import { ORPCError } from '@orpc/client';
import { problem, ProblemError, type Problem, type ProblemCode } from '../engine/contract/index.ts';
import { asProblem } from '../engine/launcher.ts';
import { visible } from './text/terminal.ts';

/** What the program's exit says; a contract with scripts (docs/command-line.md). */
export const exitCodes = { done: 0, negative: 1, usage: 2, refused: 3, failed: 4, cancelled: 130 } as const;

const byCode: Partial<Record<ProblemCode, number>> = {
  USAGE: exitCodes.usage,
  CANCELLED: exitCodes.cancelled,
  INTERNAL: exitCodes.failed,
  ENGINE_LOST: exitCodes.failed,
  WORKER_DIED: exitCodes.failed,
};

export function exitCodeOf(found: Problem): number {
  return byCode[found.code] ?? exitCodes.refused;
}

/** Whatever went wrong, as a problem: ours, a refused argument, or a defect of the program. */
export function problemOf(error: unknown): Problem {
  const known = asProblem(error);
  if (known) return known.problem;
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST') {
    return problem('USAGE', `The engine refused an argument: ${issues(error.data)}.`).problem;
  }
  if (error instanceof ProblemError) return error.problem;
  const words = error instanceof Error ? error.message : String(error);
  return problem('INTERNAL', `The program itself failed: ${words}`, {
    hint: 'This is a defect of Drydock, not of your files.',
  }).problem;
}

/** Says a problem where it belongs and sets the exit code. The process ends by itself when all is written. */
export function fail(found: Problem, json: boolean): void {
  process.exitCode = exitCodeOf(found);
  if (json) {
    process.stdout.write(`${JSON.stringify({ error: found })}\n`);
    return;
  }
  const subject =
    found.subject === null || found.message.includes(found.subject) ? '' : `\n  ${visible(found.subject)}`;
  const hint = found.hint === null ? '' : `\n${indented(found.hint)}`;
  process.stderr.write(`${visible(found.message)}${subject}${hint}\n`);
}

/** A hint may hold a command of several lines, ready to copy: its lines stay lines. */
function indented(hint: string): string {
  return hint
    .split('\n')
    .map((line) => `  ${visible(line)}`)
    .join('\n');
}

function issues(data: unknown): string {
  const list = (data as { issues?: { message: string; path?: unknown[] }[] } | undefined)?.issues ?? [];
  return list.map((issue) => `${(issue.path ?? []).join('.')}: ${issue.message}`).join('; ');
}
