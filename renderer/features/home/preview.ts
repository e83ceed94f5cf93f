import type { BindingLine } from '../../../engine/contract/index.ts';
import { useAnswer } from '../../client/index.ts';
import { referenceOf, rolesOf, useIntake } from './intake.ts';

/** Wider data keeps its label and row names only: the row panel reads the rest again from the file. */
export const mostKept = 64;

/** What a model makes of the data, the first one where none is named. */
export function usePreview(model?: string) {
  const { models, data, label, id, reading, made } = useIntake();
  const read = model ?? models[0];
  const roles = rolesOf(label, id);
  return useAnswer(
    ['preview', data?.grants ?? [], read ?? null, roles, reading],
    (client, signal) =>
      client.data.preview(
        { data: data?.grants ?? [], reading, ...(read === undefined ? {} : { model: referenceOf(read) }), roles },
        { signal },
      ),
    { enabled: data !== null && data.grants.length > 0 && made !== null, keepPrevious: true, staleMs: 60_000 },
  );
}

/** What no run could begin with: it would be refused with the same words. */
export function isBlocking({ status }: BindingLine): boolean {
  return status === 'missing' || status === 'type' || status === 'ambiguous';
}
