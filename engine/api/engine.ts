import { startChild } from '../processes/index.ts';
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
  fsck: os.workspace.fsck.handler(async ({ context: { engine } }) => {
    const caretaker = startChild<CaretakerRouter>('caretaker');
    try {
      return await caretaker.call((client) => client.fsck({ folder: engine.workspace.folder }));
    } finally {
      caretaker.kill();
    }
  }),
  gc: os.workspace.gc.handler(({ context: { engine } }) =>
    engine.jobs.exclusively(() => collectGarbage(engine.workspace)),
  ),
};
