import { totalmem } from 'node:os';
import {
  problem,
  readingOf,
  type ColumnRoles,
  type DataReading,
  type Recipe,
  type Trace,
  type VersionRef,
} from '../contract/index.ts';
import type { TracerRouter } from '../inference/child.ts';
import { startChild } from '../processes/index.ts';
import { validateRecipe } from '../recipes/index.ts';
import type { Workspace } from '../workspace/index.ts';
import type { DatasetPages } from './dataset-pages.ts';
import type { Datasets } from './datasets.ts';
import type { Grants } from './grants.ts';
import { modelFile } from './model-file.ts';
import type { VersionRecord } from './references.ts';
import type { Resources } from './resources.ts';

export interface TraceRequest {
  model: VersionRef;
  recipe?: Recipe | undefined;
  data?: string[] | undefined;
  dataset?: string | undefined;
  reading?: DataReading | undefined;
  from: number;
  count: number;
}

/** What a registry has that says which version and which rows are meant. */
export interface TraceSources {
  grants: Grants;
  datasets: Datasets;
  datasetPages: DatasetPages;
  resources: Resources;
  resolve(
    reference: VersionRef,
    options: object,
    signal?: AbortSignal,
  ): Promise<{ version: VersionRecord; note: string | null }>;
}

/** A tracer may take this much beside its model, and a multiple of its bytes, before it ends itself. */
const tracerFloor = 1.5 * 2 ** 30;
const tracerFactor = 5;
/** Loading and a handful of rows; longer for large models. */
const traceMs = 60_000;
const loadBytesPerMs = 20_000;

/** Single rows through every step of a version's recipe, or of a draft in its place, in a child. */
export async function traceRows(
  workspace: Workspace,
  registry: TraceSources,
  request: TraceRequest,
  signal?: AbortSignal,
): Promise<{ traces: Trace[]; source: string; notes: string[] }> {
  const { version, note } = await registry.resolve(request.model, {}, signal);
  const recipe = validateRecipe(request.recipe ?? version.recipe, version.inspection);
  const data = await dataOf(workspace, registry, request, version);
  const task = {
    paths: data.paths,
    roles: data.roles,
    reading: data.reading,
    modelPath: await modelFile(workspace, version),
    inspection: version.inspection,
    recipe,
    from: request.from,
    count: request.count,
    pictureFolder: registry.resources.pictureFolder,
  };
  const memoryBytes = Math.min(totalmem(), tracerFloor + tracerFactor * version.bytes);
  const tracer = startChild<TracerRouter>('tracer', { memoryBytes });
  const kill = (): void => tracer.kill();
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const timeoutMs = traceMs + version.bytes / loadBytesPerMs;
    const traced = await tracer.call((client) => client.trace(task), { timeoutMs });
    const { traces, pictures, source } = traced;
    for (const { row, input, path } of pictures) {
      const picture = traces[row]?.inputs.find((one) => one.input === input)?.picture;
      if (picture) picture.resource = registry.resources.seen(path);
    }
    return { traces, source, notes: [...(note === null ? [] : [note]), ...traced.notes] };
  } finally {
    signal?.removeEventListener('abort', kill);
    tracer.kill();
  }
}

interface TracedData {
  paths: string[];
  roles: ColumnRoles;
  reading: DataReading;
}

async function dataOf(
  workspace: Workspace,
  registry: TraceSources,
  request: TraceRequest,
  version: VersionRecord,
): Promise<TracedData> {
  if (request.data !== undefined && request.data.length > 0) {
    return {
      paths: request.data.map((grant) => registry.grants.path(grant, 'input')),
      roles: {},
      reading: request.reading ?? {},
    };
  }
  const dataset = request.dataset ?? newestDataset(workspace, version);
  const { description } = await registry.datasets.unchanged(dataset);
  const { roles } = registry.datasetPages.roles.withConfirmed(dataset, {});
  return { paths: description.files.map((file) => file.path), roles, reading: readingOf(description.files) };
}

/** What a run of this version read last; of a version that is new, what one of its model did. */
function newestDataset({ catalog }: Workspace, version: VersionRecord): string {
  const found = catalog.get<{ dataset: string }>(
    `SELECT runs.dataset FROM runs JOIN run_versions ON run_versions.run = runs.id
       JOIN versions ON versions.id = run_versions.version
     WHERE versions.model = (SELECT model FROM versions WHERE id = ?1) AND runs.dataset IS NOT NULL
     ORDER BY versions.id = ?1 DESC, runs.created_at DESC, runs.rowid DESC LIMIT 1`,
    version.id,
  );
  if (found !== undefined) return found.dataset;
  throw problem('NOT_FOUND', `No run of ${version.model} has read any data yet.`, {
    subject: `${version.model}@${version.number}`,
    hint: 'Choose data whose rows go through the recipe.',
  });
}
