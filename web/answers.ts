import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname, isAbsolute, sep } from 'node:path';
import { ORPCError } from '@orpc/client';
import { problem, type Problem, type ProblemCode, type ProblemError } from '../engine/contract/index.ts';
import { asProblem } from '../engine/launcher.ts';

/** The body of a small request, JSON. Larger ones are no requests that a page makes. */
const mostBytes = 64 * 1024;
/** And how long it may take to arrive. */
const longestMs = 10_000;

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(body));
}

/** A refusal in the form of the contract's problems. The connection ends with it: what was still to come is not read. */
export function answerProblem(response: ServerResponse, status: number, found: Problem): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.setHeader('Connection', 'close');
  answerJson(response, status, { error: found });
}

export function refuse(response: ServerResponse, status: number, words: string): void {
  answerProblem(response, status, problem(status === 404 ? 'NOT_FOUND' : 'USAGE', words).problem);
}

const statuses: Partial<Record<ProblemCode, number>> = {
  NOT_FOUND: 404,
  FILE_MISSING: 404,
  ALREADY_EXISTS: 409,
  NOT_ALLOWED_NOW: 409,
  DISK_FULL: 507,
  ENGINE_LOST: 503,
  INTERNAL: 500,
};

/** Whatever went wrong, told as a problem; what is no problem of the person's is written down here. */
export function answerError(response: ServerResponse, error: unknown): void {
  // The other side has gone: nobody is left to be told.
  if (response.socket === null || response.socket.destroyed) return;
  const known = knownProblem(error);
  if (!known) console.error(error);
  const told = known ?? problem('INTERNAL', 'The program itself failed.', { hint: 'This is a defect of Drydock.' });
  answerProblem(response, statuses[told.problem.code] ?? 422, withoutPlaces(told.problem));
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

/** A JSON object in a request's body. Errors: USAGE when it is none, or says to be something else. */
export async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  if (!/^application\/json(;|$)/.test(request.headers['content-type'] ?? '')) throw wrongShape();
  const chunks: Buffer[] = [];
  let bytes = 0;
  const timer = setTimeout(() => request.destroy(), longestMs);
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > mostBytes) throw wrongShape();
      chunks.push(chunk);
    }
  } finally {
    clearTimeout(timer);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw wrongShape();
}

function wrongShape(): ProblemError {
  return problem('USAGE', 'The request has the wrong shape.');
}
