import type { IncomingMessage, ServerResponse } from 'node:http';
import { problem, type Problem, type ProblemCode, type ProblemError } from '../engine/contract/index.ts';
import { toldProblem } from '../hosting/index.ts';

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

/** Whatever went wrong, told as a problem. */
export function answerError(response: ServerResponse, error: unknown): void {
  // The other side has gone: nobody is left to be told.
  if (response.socket === null || response.socket.destroyed) return;
  const told = toldProblem(error);
  answerProblem(response, statuses[told.code] ?? 422, told);
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
