import { join } from 'node:path';
import { ensureView, type ArtifactFile, type Workspace } from '../workspace/index.ts';
import type { VersionRecord } from './references.ts';

/** The file of a version that a runtime opens, in the folder that holds all files of its artifact under their names. */
export async function modelFile(workspace: Workspace, version: VersionRecord): Promise<string> {
  const files = workspace.catalog.all<ArtifactFile & Record<string, unknown>>(
    'SELECT path, sha256, bytes FROM artifact_files WHERE artifact = ?',
    version.digest,
  );
  const view = await ensureView(workspace.folder, version.digest, files);
  return join(view, ...version.mainFile.split('/'));
}
