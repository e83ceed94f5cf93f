import { randomBytes } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { problem, type ExportFormat } from '../contract/index.ts';
import { hostOnly, os } from './base.ts';

const mediaTypes: Record<ExportFormat, string> = {
  parquet: 'application/vnd.apache.parquet',
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/x-ndjson; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

export const resourcesApi = {
  picture: os.resources.picture.handler(async ({ input: { of, index, size }, context: { engine } }) => {
    if ('run' in of) {
      return engine.registry.resources.picture(await engine.results.pictureOf(of.run, index), size);
    }
    const { total, pictures } = await engine.registry.resources.pictures(of, { from: index, limit: 1, size });
    const [picture] = pictures;
    if (picture) return picture;
    throw problem('NOT_FOUND', `There is no picture ${index + 1}: there are ${total}.`, { subject: String(index) });
  }),
  pictures: os.resources.pictures.handler(({ input: { of, ...some }, context: { engine } }) =>
    engine.registry.resources.pictures(of, some),
  ),
  download: os.resources.download.handler(async ({ input: { run, view, format }, context: { engine }, signal }) => {
    const folder = join(engine.workspace.folder, 'downloads', randomBytes(8).toString('hex'));
    const name = `${engine.runs.get(run).run}.${format}`;
    const path = join(folder, name);
    await mkdir(folder, { recursive: true });
    await engine.results.writeTo(path, run, view, format, signal);
    return {
      resource: engine.registry.resources.download(path, name, mediaTypes[format]),
      name,
      bytes: (await stat(path)).size,
    };
  }),
  open: os.resources.open.handler(({ input, context }) => {
    hostOnly(context);
    return context.engine.registry.resources.open(input.resource);
  }),
};
