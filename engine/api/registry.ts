import type { DataReaderRouter } from '../data/child.ts';
import { startChild, type Child } from '../processes/index.ts';
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
  list: os.models.list.handler(({ input, context: { engine } }) => engine.registry.models.list(input)),
  versions: os.models.versions.handler(({ input: { model, ...page }, context: { engine } }) =>
    engine.registry.models.versions(model, page),
  ),
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
  list: os.aliases.list.handler(({ input, context: { engine } }) => engine.registry.models.aliases(input)),
  history: os.aliases.history.handler(({ input: { model, ...page }, context: { engine } }) =>
    engine.registry.models.aliasHistory(model, page),
  ),
};

export const dataApi = {
  preview: os.data.preview.handler(async ({ input, context: { engine }, signal }) => {
    const paths = input.data.map((grant) => engine.registry.grants.path(grant, 'input'));
    const resolved = input.model ? await engine.registry.resolve(input.model, {}, signal) : null;
    const version = resolved && { recipe: resolved.version.recipe, inspection: resolved.version.inspection };
    const rolesOf = (fingerprint: string) => engine.registry.rolesFor(fingerprint, input.roles);
    return engine.runs.preview({ paths, version, reading: input.reading }, rolesOf, signal);
  }),
  look: os.data.look.handler(({ input, context: { engine }, signal }) => {
    const paths = input.data.map((grant) => engine.registry.grants.path(grant, 'input'));
    return withReader((client) => client.look({ paths }), signal);
  }),
  datasets: os.data.datasets.handler(({ input, context: { engine } }) => engine.registry.datasets.list(input)),
};

/** One question to a data reader of its own, which ends with the call. */
async function withReader<T>(
  ask: (client: Child<DataReaderRouter>['client']) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const reader = startChild<DataReaderRouter>('data-reader', { memoryBytes: 2 * 2 ** 30 });
  const kill = (): void => reader.kill();
  signal?.addEventListener('abort', kill, { once: true });
  try {
    return await reader.call(ask);
  } finally {
    signal?.removeEventListener('abort', kill);
    reader.kill();
  }
}
