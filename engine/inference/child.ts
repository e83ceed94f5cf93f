/** What a tracer answers: the child in which single rows go through a model for a person to look at. */
import { os } from '@orpc/server';
import {
  ProblemError,
  type ColumnRoles,
  type DataDescription,
  type DataReading,
  type Inspection,
  type Recipe,
  type Trace,
} from '../contract/index.ts';
import { describeData, expandPaths, findSources, noRowAt, readRows } from '../data/index.ts';
import { bindData } from '../recipes/index.ts';
import { runtimeFile } from './runtime-file.ts';
import { openTracer, type SeenPicture } from './trace.ts';

export interface TraceTask {
  paths: string[];
  modelPath: string;
  inspection: Inspection;
  /** As the version or a draft has it; it is bound to the data here. */
  recipe: Recipe;
  roles: ColumnRoles;
  /** Counted from 0 over all files. */
  from: number;
  count: number;
  reading: DataReading;
  /** Where pictures are written as the model gets them. */
  pictureFolder: string;
}

export interface Traced {
  traces: Trace[];
  /** The data's files, as sentences call them. */
  source: string;
  notes: string[];
  /** `row` counts the traces. */
  pictures: SeenPicture[];
}

export const tracerRouter = {
  trace: os.handler(async ({ input, signal }: { input: unknown; signal?: AbortSignal }): Promise<Traced> =>
    traceRows(input as TraceTask, signal),
  ),
};
export type TracerRouter = typeof tracerRouter;

async function traceRows(task: TraceTask, signal?: AbortSignal): Promise<Traced> {
  const description = await lightlyDescribed(await expandPaths(task.paths), task.reading, signal);
  const binding = bindData(task.recipe, task.inspection, description, task.roles);
  if (binding.recipe === null) throw new ProblemError(binding.refusal!);
  const { inspection } = task;
  const modelPath = await runtimeFile(task.modelPath, inspection);
  const tracer = await openTracer({ modelPath, inspection, recipe: binding.recipe, threads: 1 });
  try {
    const found = await readRows(description, tracer.wants, task.from, task.count, signal);
    if (found.length === 0) throw noRowAt(description, task.from);
    const traces: Trace[] = [];
    const pictures: SeenPicture[] = [];
    for (const rows of found) {
      const seen = await tracer.pictures(rows, task.pictureFolder);
      pictures.push(...seen.map((picture) => ({ ...picture, row: traces.length + picture.row })));
      traces.push(...(await tracer.trace(rows)));
    }
    return { traces, pictures, source: sourceOf(description), notes: [...binding.notes, ...tracer.notes] };
  } finally {
    await tracer.close();
  }
}

/** Without what a few rows do not need: how many there are, and the size of every picture. */
async function lightlyDescribed(paths: string[], reading: DataReading, signal?: AbortSignal): Promise<DataDescription> {
  const { format, files, notes } = await findSources(paths, { signal });
  if (format !== 'images') return describeData(paths, { sampleRows: 1000, counted: false, reading, signal });
  const columns = [{ name: 'image', type: 'image' as const, missing: 0 }];
  return { format, files, columns, rows: null, rowsSampled: 0, sample: { columns: ['image'], rows: [] }, notes };
}

function sourceOf({ files }: DataDescription): string {
  const [first] = files;
  return files.length > 1 ? `${first?.name} and ${files.length - 1} more` : (first?.name ?? '');
}
