import type { DatasetColumnSummary, DataDescription, DatasetSummary } from '../contract/index.ts';
import { classesOf, listPictures, pictureLabel, type PicturePath } from './pictures.ts';
import { readPictureHeader } from './picture-header.ts';
import { throwIfCancelled } from './source-files.ts';
import { inParallel } from './source-tree.ts';

/** Pictures whose headers are read for their size, spread evenly over all. */
const mostSized = 1000;
const topCount = 20;
const mostClasses = 200;
const atOnce = 4;
const binCount = 20;

/**
 * Classes with their counts over all pictures (`label`), and sizes over some of them: `image` lists the most frequent
 * ones and counts as missing what is no readable picture; `width` and `height` have histograms in pixels.
 */
export async function summarisePictures(
  description: DataDescription,
  columns: readonly string[],
  signal?: AbortSignal,
): Promise<DatasetSummary> {
  const pictures = await listPictures(description.files, signal);
  const sized = evenly(pictures, mostSized);
  const headers = await inParallel(sized, atOnce, async (picture) => {
    throwIfCancelled(signal);
    return readPictureHeader(picture);
  });
  const readable = headers.flatMap((header) => ('why' in header ? [] : [header]));
  const known = readable.filter(({ width }) => width > 0);
  const labels = classesOf(pictures, description.files);
  const classes = (labels ?? []).length === 0 ? [] : pictures.map(({ name }) => pictureLabel(name) ?? '');
  const summaries = [
    {
      ...counted(
        'image',
        known.map(({ width, height }) => `${width} x ${height}`),
        topCount,
      ),
      missing: headers.length - readable.length,
    },
    ...(classes.length === 0 ? [] : [counted('label', classes, mostClasses)]),
    inPixels(
      'width',
      known.map((size) => size.width),
    ),
    inPixels(
      'height',
      known.map((size) => size.height),
    ),
  ];
  const wanted = new Set(columns);
  return {
    rows: pictures.length,
    exact: sized.length === pictures.length,
    columns: summaries.filter(({ name }) => wanted.has(name) || (wanted.has('image') && name !== 'label')),
  };
}

function evenly(pictures: readonly PicturePath[], most: number): PicturePath[] {
  const stride = Math.max(1, pictures.length / most);
  const count = Math.min(pictures.length, most);
  return Array.from({ length: count }, (_, index) => pictures[Math.floor(index * stride)]!);
}

function counted(name: string, values: readonly string[], most: number): DatasetColumnSummary {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const top = [...counts]
    .toSorted(([left, many], [right, more]) => more - many || (left < right ? -1 : 1))
    .slice(0, most)
    .map(([value, count]) => ({ value, count }));
  return { ...emptySummary, name, distinct: counts.size, top };
}

function inPixels(name: string, values: readonly number[]): DatasetColumnSummary {
  if (values.length === 0) return { ...emptySummary, name };
  const [min, max] = values.reduce(
    ([least, greatest], value) => [Math.min(least, value), Math.max(greatest, value)],
    [Infinity, -Infinity],
  );
  const width = Math.max(1, Math.ceil((max - min + 1) / binCount));
  const bins = Array.from({ length: Math.ceil((max - min + 1) / width) }, (_, bar) => ({
    from: min + bar * width,
    to: min + (bar + 1) * width,
    count: 0,
  }));
  for (const value of values) bins[Math.floor((value - min) / width)]!.count += 1;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { ...emptySummary, name, distinct: new Set(values).size, bins, min: String(min), max: String(max), mean };
}

const emptySummary = { missing: 0, distinct: null, bins: [], top: [], min: null, max: null, mean: null };
