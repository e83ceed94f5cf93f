import type { ColumnInfo, DataDescription, PictureLook, SourceFile } from '../contract/index.ts';
import { problem } from '../contract/index.ts';
import { pictureFormatsInWords } from './picture-formats.ts';
import { firstLook, lookAtPictures } from './picture-look.ts';
import { classesOf, listPictures, pictureLabel } from './pictures.ts';
import type { PicturePath } from './pictures.ts';
import type { Look } from './look.ts';
import { sampleOf } from './sample.ts';
import { statNow } from './source-files.ts';
import { inTurn } from './source-tree.ts';

/** Pictures, and a label where they lie in class folders of one level. */
export async function describePictures(files: SourceFile[], look: Look = {}): Promise<DataDescription> {
  const pictures = await listPictures(files, look.signal);
  const [first] = pictures;
  if (first === undefined) {
    throw problem('FORMAT_UNKNOWN', `There are no pictures in ${files[0]?.name ?? 'the folder'}.`, {
      subject: files[0]?.path ?? null,
      hint: `${pictureFormatsInWords} are read.`,
    });
  }
  const seen = await lookAtPictures(pictures, { ...firstLook, signal: look.signal });
  const names = pictures.map(({ name }) => name);
  const labels = classesOf(pictures, files);
  const columns: ColumnInfo[] = [{ name: 'image', type: 'image', missing: 0 }];
  if (labels !== null) columns.push({ name: 'label', type: 'string', missing: 0 });
  const notes: string[] = [];
  notes.push(...lookInWords(seen));
  if (labels !== null) notes.push(`The label is the name of the folder: ${classList(labels)}.`);
  else if (names.some((name) => name.includes('/'))) {
    notes.push('The pictures lie in folders of several levels, so no label is taken from the folders.');
  }
  const rows = names.slice(0, 50).map((name) => (labels === null ? [name] : [name, pictureLabel(name)]));
  return {
    format: 'images',
    files: await withSizes(files, pictures, look),
    columns,
    rows: pictures.length,
    rowsSampled: pictures.length,
    sample: sampleOf(
      columns.map(({ name }) => name),
      rows,
    ),
    notes,
    look: seen,
  };
}

function lookInWords(look: PictureLook): string[] {
  const [first] = look.examples;
  if (first === undefined) return [];
  const others = look.unreadable > 1 ? ` and ${look.unreadable - 1} more` : '';
  return [
    `Of ${look.looked} pictures looked at, ${look.unreadable} cannot be read: ${first.name} ${first.why}${others}. Each costs its own row.`,
  ];
}

/** A folder's size is that of its pictures; an archive is a file, and changes as one. */
async function withSizes(files: SourceFile[], pictures: PicturePath[], look: Look): Promise<SourceFile[]> {
  const total = pictures.length;
  const sizes = await inTurn(pictures, ({ path, entry }) => entry?.packed ?? Number(statNow(path).size), {
    signal: look.signal,
    onDone: (done) => look.onProgress?.({ phase: 'looking at the pictures', done, total, unit: 'pictures' }),
  });
  const bytesOf = new Map<string, number>();
  for (const [index, { source }] of pictures.entries())
    bytesOf.set(source, (bytesOf.get(source) ?? 0) + (sizes[index] ?? 0));
  const archives = new Set(pictures.flatMap(({ source, entry }) => (entry === undefined ? [] : [source])));
  return files.map((file) => (archives.has(file.path) ? file : { ...file, bytes: bytesOf.get(file.path) ?? 0 }));
}

function classList(labels: string[]): string {
  const classes = [...new Set(labels)];
  const shown = classes.slice(0, 10).join(', ');
  return classes.length > 10
    ? `${shown} and ${classes.length - 10} more (${classes.length} classes)`
    : `${shown} (${classes.length} classes)`;
}
