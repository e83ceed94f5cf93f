/** The folder on disk: catalog, lock, content-addressed objects, views. */
export { Workspace } from './workspace.ts';
export type { Catalog } from './catalog.ts';
export { collectGarbage } from './gc.ts';
export { committedShards } from './committed.ts';
export type { CommittedShard } from './committed.ts';
export { syncFolder, writeFileDurably, writePiecesDurably } from './durable.ts';
export { adoptObject, artifactDigest, ensureView, fileSha256 } from './objects.ts';
export type { ArtifactFile } from './objects.ts';
