import { ORPCError } from '@orpc/client';
import { Problem } from '../../engine/contract/index.ts';
import { HostRefused } from '../host/index.ts';

/** Whatever a call threw, as a problem in words. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ORPCError) {
    const known = Problem.safeParse(error.data);
    if (known.success) return known.data;
    if (error.code === 'BAD_REQUEST') {
      return {
        code: 'INTERNAL',
        message: 'The window asked the engine for something that it does not understand.',
        subject: null,
        hint: 'This is a defect of Drydock, not of your files.',
      };
    }
  }
  if (error instanceof HostRefused) return error.problem;
  const words = error instanceof Error ? error.message : String(error);
  return {
    code: 'ENGINE_LOST',
    message: 'The engine did not answer.',
    subject: null,
    hint: words === '' ? null : words,
  };
}
