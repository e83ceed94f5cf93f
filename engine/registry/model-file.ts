import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { problem } from '../contract/index.ts';
import { ensureView, fileSha256, type ArtifactFile, type Workspace } from '../workspace/index.ts';
import type { VersionRecord } from './references.ts';

/** Files seen to be what their digest says: how each looked then. An engine reads a file's bytes once, and again when it changed. */
const verified = new WeakMap<Workspace, Map<string, string>>();

/**
 * The file of a version that a runtime opens, in the folder that holds all files of its artifact under their names.
 * Every file is still the one that was imported, byte for byte: what else would a run's record be worth?
 * Errors: WORKSPACE_DAMAGED for a file that changed or is gone.
 */
export async function modelFile(workspace: Workspace, version: VersionRecord): Promise<string> {
  const files = workspace.catalog.all<ArtifactFile & Record<string, unknown>>(
    'SELECT path, sha256, bytes FROM artifact_files WHERE artifact = ?',
    version.digest,
  );
  const view = await ensureView(workspace.folder, version.digest, files).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? damaged(version, 'is missing from the workspace', error) : error;
  });
  for (const file of files) await requireUnchanged(workspace, version, file, join(view, ...file.path.split('/')));
  return join(view, ...version.mainFile.split('/'));
}

async function requireUnchanged(
  workspace: Workspace,
  version: VersionRecord,
  file: ArtifactFile,
  path: string,
): Promise<void> {
  const seen = verified.get(workspace) ?? new Map<string, string>();
  verified.set(workspace, seen);
  const { ino, size, mtimeMs, ctimeMs } = await stat(path);
  const look = [ino, size, mtimeMs, ctimeMs].join(' ');
  if (seen.get(path) === look) return;
  if (size !== file.bytes || (await fileSha256(path)) !== file.sha256) {
    throw damaged(version, 'was changed inside the workspace after its import');
  }
  seen.set(path, look);
}

function damaged(version: VersionRecord, what: string, cause?: unknown): Error {
  return problem('WORKSPACE_DAMAGED', `A file of ${version.model} v${version.number} ${what}.`, {
    subject: version.mainFile,
    hint: 'Import the original model again: it takes the place of the damaged file.',
    cause,
  });
}
