/** The engine for whoever runs it in its own process: open a workspace, get a client, close. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createRouterClient, type RouterClient } from '@orpc/server';
import { router, type Caller, type EngineParts } from './api/index.ts';
import { JobQueue } from './jobs/index.ts';
import { servePort, type Port } from './processes/index.ts';
import { programVersion, runtimeVersion } from './product.ts';
import { Registry } from './registry/index.ts';
import { Results, Runs } from './runs/index.ts';
import { Workspace } from './workspace/index.ts';

export type EngineClient = RouterClient<typeof router>;

export interface Engine {
  readonly parts: EngineParts;
  /** Calls in this process; typed like every other transport. */
  readonly client: EngineClient;
  /** Serves one more connection; a page's may use what its host shared under `share`. */
  serve(port: Port, audience: Caller['audience'], share?: string): void;
  /** Stops running work (it shows as interrupted) and gives the workspace back. */
  close(): Promise<void>;
}

/** Opens the workspace and everything over it. Errors: see `Workspace.open`. */
export async function openEngine(folder: string, attached: () => number = () => 0): Promise<Engine> {
  const workspace = await Workspace.open(folder);
  // Their ids died with the engine that gave them.
  await rm(join(workspace.folder, 'downloads'), { recursive: true, force: true });
  const jobs = new JobQueue(workspace.catalog);
  const registry = new Registry(workspace, jobs);
  const runtime = runtimeVersion();
  const runs = new Runs(workspace, jobs, registry, runtime);
  const results = new Results(workspace, jobs, registry);
  jobs.recover();
  const parts: EngineParts = {
    workspace,
    jobs,
    registry,
    runs,
    results,
    version: programVersion(),
    runtime,
    startedAt: new Date().toISOString(),
    attached,
  };
  const client: EngineClient = createRouterClient(router, {
    context: { engine: parts, audience: 'host', share: null },
  });
  return {
    parts,
    client,
    serve: (port, audience, share) =>
      servePort<Caller>(router, port, { engine: parts, audience, share: share ?? null }),
    async close() {
      await jobs.close();
      registry.close();
      await results.close();
      workspace.close();
    },
  };
}
