/** Models, versions, aliases, datasets and grants; importing. Child processes enter by child.ts. */
export { Registry } from './registry.ts';
export { datasetFacts, fingerprintOf } from './datasets.ts';
export type { DatasetFacts } from './datasets.ts';
export { modelFile } from './model-file.ts';
export { versionById } from './references.ts';
export type { VersionRecord } from './references.ts';
