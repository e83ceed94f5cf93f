import { basename } from 'node:path';
import type { ColumnRoles, Imported, ImportOptions, Recipe, VersionRef } from '../contract/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import { validateRecipe } from '../recipes/index.ts';
import type { Workspace } from '../workspace/index.ts';
import { DatasetPages } from './dataset-pages.ts';
import { Datasets } from './datasets.ts';
import { Grants } from './grants.ts';
import { importModel, type ImportPayload } from './importing.ts';
import { ModelCatalog } from './models.ts';
import { WarmReader } from './reading.ts';
import { recordVersion } from './recording.ts';
import { traceRows, type TraceRequest } from './tracing.ts';
import { resolveReference, type VersionRecord } from './references.ts';
import { Resources } from './resources.ts';
import { Roots } from './roots.ts';

/** What the workspace knows: models, versions, aliases, datasets, grants. Importing is here. */
export class Registry {
  readonly models: ModelCatalog;
  readonly datasets: Datasets;
  readonly grants: Grants;
  readonly roots: Roots;
  readonly resources: Resources;
  readonly #reader = new WarmReader();
  readonly datasetPages: DatasetPages;
  readonly #workspace: Workspace;
  readonly #jobs: JobQueue;

  constructor(workspace: Workspace, jobs: JobQueue) {
    this.#workspace = workspace;
    this.#jobs = jobs;
    this.models = new ModelCatalog(workspace.catalog);
    this.datasets = new Datasets(workspace.catalog);
    this.grants = new Grants(workspace.catalog, workspace.folder);
    this.roots = new Roots(this.grants, this.#reader);
    this.resources = new Resources({
      grants: this.grants,
      datasets: this.datasets,
      reader: this.#reader,
      workspace: workspace.folder,
    });
    this.datasetPages = new DatasetPages(workspace.catalog, this.datasets, this.grants);
    jobs.register<ImportPayload, Imported>({
      kind: 'import',
      atOnce: 2,
      resumable: false,
      run: (payload, context) => importModel(workspace, payload, context),
    });
  }

  /** Ends what was started for looking at files. */
  close(): void {
    this.#reader.close();
  }

  /** Imports as a job and waits for it; aborting the signal cancels the job. */
  async import(grant: string, options: ImportOptions, signal?: AbortSignal): Promise<Imported> {
    const path = this.grants.path(grant, 'input');
    const recipePath = options.recipe === undefined ? null : this.grants.path(options.recipe, 'input');
    const payload: ImportPayload = { path, recipePath, options };
    const job = this.#jobs.start({ kind: 'import', title: `Import of ${basename(path)}`, subject: path, payload });
    const cancel = (): void => {
      this.#jobs.cancel(job);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await this.#jobs.result<Imported>(job);
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** A version by its name or digest, or a file that is imported on the way. */
  async resolve(
    reference: VersionRef,
    options: ImportOptions = {},
    signal?: AbortSignal,
  ): Promise<{ version: VersionRecord; note: string | null }> {
    if ('ref' in reference) return resolveReference(this.#workspace.catalog, reference.ref);
    const imported = await this.import(reference.grant, options, signal);
    const { version } = resolveReference(this.#workspace.catalog, `${imported.model}@${imported.version}`);
    return { version, note: null };
  }

  /** What a request says of columns, with what was confirmed for the data of this fingerprint where it says nothing. */
  rolesFor(fingerprint: string, asked: ColumnRoles): { roles: ColumnRoles; notes: string[] } {
    return this.datasetPages.roles.withConfirmed(this.datasets.withFingerprint(fingerprint), asked);
  }

  /** See `traceRows`. */
  trace(request: TraceRequest, signal?: AbortSignal): ReturnType<typeof traceRows> {
    return traceRows(this.#workspace, this, request, signal);
  }

  /** The same artifact with another recipe. Throws RECIPE_INVALID or RECIPE_MISFIT when the recipe is none for it. */
  revise(ref: string, recipe: Recipe): Imported {
    const { version, note } = resolveReference(this.#workspace.catalog, ref);
    const { model, digest, inspection } = version;
    const valid = validateRecipe(recipe, inspection);
    const notes = [`The artifact of ${model}@${version.number} with another recipe.`];
    const { number, known } = recordVersion(this.#workspace, model, { digest, recipe: valid, notes });
    return {
      model,
      version: number,
      digest,
      signature: inspection.signature,
      recipe: valid,
      notes: [...(note === null ? [] : [note]), ...(known ? [] : notes)],
      known,
    };
  }
}
