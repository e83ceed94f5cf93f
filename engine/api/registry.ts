import type { ProblemError } from '../contract/index.ts';
import type { DataReaderRouter } from '../data/child.ts';
import { boundRows, startChild } from '../processes/index.ts';
import { bindData } from '../recipes/index.ts';
import { hostOnly, os } from './base.ts';

export const filesApi = {
  grantInput: os.files.grantInput.handler(({ input, context }) => {
    hostOnly(context);
    return context.engine.registry.grants.input(input.path);
  }),
  grantOutput: os.files.grantOutput.handler(({ input, context }) => {
    hostOnly(context);
    return context.engine.registry.grants.output(input.path, input.overwrite);
  }),
  shareRoots: os.files.shareRoots.handler(async ({ input, context }) => {
    hostOnly(context);
    return { share: await context.engine.registry.roots.share(input.paths) };
  }),
  roots: os.files.roots.handler(({ context: { engine, share } }) => engine.registry.roots.list(share)),
  browse: os.files.browse.handler(({ input, context: { engine, share } }) =>
    engine.registry.roots.browse(share, input),
  ),
  grantFrom: os.files.grantFrom.handler(({ input, context: { engine, share } }) =>
    engine.registry.roots.grant(share, input),
  ),
};

export const modelsApi = {
  import: os.models.import.handler(({ input: { grant, ...options }, context: { engine }, signal }) =>
    engine.registry.import(grant, options, signal),
  ),
  get: os.models.get.handler(async ({ input, context: { engine }, signal }) => {
    const { version, note } = await engine.registry.resolve(input, {}, signal);
    return engine.registry.models.info(version, note);
  }),
  list: os.models.list.handler(({ context: { engine } }) => engine.registry.models.list()),
  rename: os.models.rename.handler(({ input, context: { engine } }) =>
    engine.registry.models.rename(input.model, input.to),
  ),
  delete: os.models.delete.handler(({ input, context: { engine } }) => engine.registry.models.delete(input.model)),
  revise: os.models.revise.handler(({ input, context: { engine } }) => engine.registry.revise(input.ref, input.recipe)),
  restore: os.models.restore.handler(({ input, context: { engine } }) => engine.registry.models.restore(input.model)),
};

export const aliasesApi = {
  set: os.aliases.set.handler(({ input, context: { engine } }) =>
    engine.registry.models.setAlias(input.ref, input.alias),
  ),
  delete: os.aliases.delete.handler(({ input, context: { engine } }) =>
    engine.registry.models.deleteAlias(input.model, input.alias),
  ),
  list: os.aliases.list.handler(({ context: { engine } }) => engine.registry.models.aliases()),
  history: os.aliases.history.handler(({ input, context: { engine } }) =>
    engine.registry.models.aliasHistory(input.model),
  ),
};

export const dataApi = {
  preview: os.data.preview.handler(async ({ input, context: { engine }, signal }) => {
    const paths = input.data.map((grant) => engine.registry.grants.path(grant, 'input'));
    const resolved = input.model ? await engine.registry.resolve(input.model, {}, signal) : null;
    const reader = startChild<DataReaderRouter>('data-reader', { memoryBytes: 2 * 2 ** 30 });
    const kill = (): void => reader.kill();
    signal?.addEventListener('abort', kill, { once: true });
    try {
      const description = await reader.call((client) => client.describe({ paths }));
      const { roles, notes: roleNotes } = engine.registry.rolesFor(description, input.roles);
      const binding = resolved
        ? bindData(resolved.version.recipe, resolved.version.inspection, description, roles)
        : null;
      const { format, columns, rows, sample, notes } = description;
      const shown = boundRows(sample.rows.slice(0, rowsShown));
      return {
        format,
        columns,
        rows,
        sample: { columns: sample.columns, rows: shown.rows },
        binding: binding?.lines ?? [],
        notes: [
          ...notes,
          ...(shown.cut ? ['Long cells are cut here; a run reads them whole.'] : []),
          ...roleNotes,
          ...(binding?.notes ?? []),
          ...refusalNote(binding?.refusal ?? null),
        ],
      };
    } finally {
      signal?.removeEventListener('abort', kill);
      reader.kill();
    }
  }),
  datasets: os.data.datasets.handler(({ context: { engine } }) => engine.registry.datasets.list()),
};

/** Rows of the sample that go to a face. */
const rowsShown = 20;

/** A preview says why a run would be refused; it does not fail for it. */
function refusalNote(refusal: ProblemError['problem'] | null): string[] {
  return refusal ? [[refusal.message, refusal.hint].filter(Boolean).join(' ')] : [];
}
