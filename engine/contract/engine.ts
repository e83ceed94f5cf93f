import { oc } from '@orpc/contract';
import { z } from 'zod';
import { problemErrors } from './errors.ts';

export const EngineStatus = z.object({
  version: z.string(),
  node: z.string(),
  runtime: z.string(),
  pid: z.number().int(),
  /** Grows by one each time an engine opens the workspace; every commit checks it. */
  epoch: z.number().int(),
  workspace: z.string(),
  startedAt: z.string(),
  /** Connections over the local socket. */
  attached: z.number().int(),
  activeJobs: z.number().int(),
  notes: z.array(z.string()),
});
export type EngineStatus = z.infer<typeof EngineStatus>;

export const FsckReport = z.object({
  checked: z.object({ objects: z.number(), shards: z.number(), manifests: z.number() }),
  damage: z.array(z.object({ what: z.string(), subject: z.string(), hint: z.string() })),
  notes: z.array(z.string()),
});
export type FsckReport = z.infer<typeof FsckReport>;

export const GcReport = z.object({
  freedBytes: z.number(),
  objects: z.number(),
  shards: z.number(),
  views: z.number(),
  models: z.number(),
  uploads: z.number(),
  temporary: z.number(),
});
export type GcReport = z.infer<typeof GcReport>;

/** Bytes on disk by what they are for. */
export const WorkspaceUsage = z.object({
  objects: z.number(),
  runs: z.number(),
  uploads: z.number(),
  other: z.number(),
  free: z.number(),
});
export type WorkspaceUsage = z.infer<typeof WorkspaceUsage>;

export const engineContract = {
  status: oc.errors(problemErrors).output(EngineStatus),
};

export const workspaceContract = {
  fsck: oc.errors(problemErrors).output(FsckReport),
  gc: oc.errors(problemErrors).output(GcReport),
  usage: oc.errors(problemErrors).output(WorkspaceUsage),
};
