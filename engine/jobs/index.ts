/** Long work: queue, progress, pause, cancel, resume. Knows no domain: kinds of work register themselves. */
export { JobQueue, newId } from './queue.ts';
export type { JobContext, JobKind, JobsSeen } from './queue.ts';
