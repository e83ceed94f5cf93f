import { startChild, type Child } from '../processes/index.ts';
import type { CaretakerRouter } from '../workspace/child.ts';
import { collectGarbage } from '../workspace/index.ts';
import { os } from './base.ts';

export const engineApi = {
  status: os.engine.status.handler(({ context: { engine, audience } }) => ({
    version: engine.version,
    node: process.versions.node,
    runtime: `${engine.runtime.name} ${engine.runtime.version}`,
    pid: process.pid,
    epoch: engine.workspace.catalog.epoch,
    workspace: audience === 'host' ? engine.workspace.folder : '',
    startedAt: engine.startedAt,
    attached: engine.attached(),
    activeJobs: engine.jobs.active(),
    notes: [...engine.workspace.notes],
  })),
};

export const workspaceApi = {
  fsck: os.workspace.fsck.handler(({ context: { engine } }) =>
    withCaretaker((client) => client.fsck({ folder: engine.workspace.folder })),
  ),
  usage: os.workspace.usage.handler(({ context: { engine } }) =>
    withCaretaker((client) => client.usage({ folder: engine.workspace.folder })),
  ),
  gc: os.workspace.gc.handler(({ context: { engine } }) =>
    engine.jobs.exclusively(() => collectGarbage(engine.workspace)),
  ),
};

/** Long reading over the workspace, in a process that is gone afterwards. */
async function withCaretaker<T>(action: (client: Child<CaretakerRouter>['client']) => Promise<T>): Promise<T> {
  const caretaker = startChild<CaretakerRouter>('caretaker');
  try {
    return await caretaker.call(action);
  } finally {
    caretaker.kill();
  }
}
