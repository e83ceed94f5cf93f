import type { JobQueue } from '../jobs/index.ts';
import type { Registry } from '../registry/index.ts';
import type { Results, Runs } from '../runs/index.ts';
import type { Workspace } from '../workspace/index.ts';

/** The engine's parts, as the contract's implementation sees them. */
export interface EngineParts {
  workspace: Workspace;
  jobs: JobQueue;
  registry: Registry;
  runs: Runs;
  results: Results;
  version: string;
  runtime: { name: string; version: string };
  startedAt: string;
  /** Connections over the local socket. */
  attached(): number;
}

/**
 * Who calls: a host (CLI, desktop shell, web host) acts for a person and may turn paths into grants; a page may not, and
 * is shown no paths.
 */
export interface Caller {
  engine: EngineParts;
  audience: 'host' | 'page';
  /** What names the folders that a page's host lets it browse; null without any. */
  share: string | null;
}
