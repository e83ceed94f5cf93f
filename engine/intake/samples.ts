import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { problem, type Sample } from '../contract/index.ts';
import type { Registry } from '../registry/index.ts';

/** What of the samples' manifest.json is needed here. */
interface StoredSample {
  name: string;
  title: string;
  data: { labelled: string[]; unlabelled?: string[] };
  versions: Record<string, { model: string }>;
}

/** The samples that lie in `folder`, the program's resources/samples. */
export async function listSamples(folder: string): Promise<Sample[]> {
  return (await readManifest(folder)).map(({ name, title }) => ({ sample: name, title }));
}

/** Brings a sample's versions into the registry, oldest first, and grants its labelled data. */
export async function openSample(
  registry: Registry,
  folder: string,
  name: string,
  signal?: AbortSignal,
): Promise<{ models: string[]; data: string[] }> {
  const sample = (await readManifest(folder)).find((one) => one.name === name);
  if (!sample) throw problem('NOT_FOUND', `There is no sample ${name}.`, { subject: name });
  const models: string[] = [];
  for (const { model } of Object.values(sample.versions)) {
    const { grant } = registry.grants.input(join(folder, model));
    const imported = await registry.import(grant, { name: sample.name }, signal);
    models.push(`${imported.model}@${imported.version}`);
  }
  // The same rows in several formats: one is enough.
  return {
    models,
    data: sample.data.labelled.slice(0, 1).map((path) => registry.grants.input(join(folder, path)).grant),
  };
}

async function readManifest(folder: string): Promise<StoredSample[]> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => null);
  if (text === null) {
    throw problem('FILE_MISSING', 'The samples are not part of this copy of Drydock.', { subject: folder });
  }
  return (JSON.parse(text) as { samples: StoredSample[] }).samples;
}
