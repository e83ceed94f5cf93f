import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Metadata, Sharp } from 'sharp';
import { problem } from '../contract/index.ts';
import type { SourceFile } from '../contract/index.ts';
import { cellInvalid } from './batch.ts';
import type { CellColumn, ColumnWant, PixelColumn, RowBatch } from './batch.ts';
import { isPicture } from './formats.ts';
import { pictureLabel } from './pictures.ts';
import { fileProblem, statInWords, throwIfCancelled, verifyUnchanged } from './source-files.ts';
import { inParallel } from './source-tree.ts';

type PixelWant = Extract<ColumnWant, { as: 'pixels' }>;
type SharpModule = (input: Buffer | string, options: Record<string, unknown>) => Sharp;

/** Pixels and bytes beyond which a picture is not decoded. */
export const maxPicturePixels = 100_000_000;
export const maxPictureFileBytes = 256 * 1024 * 1024;

/** Pictures decoded at the same time in one process; each decode uses one thread. */
const atOnce = 2;

/**
 * Pictures as rows. Wants: `image` as pixels of exactly the wanted size, `image` as text (the picture's name), `label`
 * as text. What cannot be decoded or has another size fails its row. `onDigest` is told the SHA-256 of the
 * concatenated SHA-256 digests of the files.
 */
export async function* readPictures(
  files: SourceFile[],
  rows: { from: number; to: number },
  wants: ColumnWant[],
  batchRows: number,
  options: { signal?: AbortSignal | undefined; onDigest?: (digest: string) => void } = {},
): AsyncGenerator<RowBatch> {
  const sharp = await loadSharp();
  const digests = createHash('sha256');
  for (let from = rows.from; from < rows.to; from += batchRows) {
    throwIfCancelled(options.signal);
    const indices = Array.from({ length: Math.min(batchRows, rows.to - from) }, (_, index) => from + index);
    const batch = emptyBatch(indices, files, wants);
    const fileDigests = await inParallel(indices, atOnce, async (index) => {
      const file = files[index] as SourceFile;
      await verifyUnchanged(file);
      const bytes = await readWhole(file);
      await verifyUnchanged(file);
      const error = bytes === null ? tooLarge(file) : await decodeInto(sharp, bytes, batch, index - from);
      if (error !== null) failRow(batch, index - from, error);
      return createHash('sha256')
        .update(bytes ?? String(file.bytes))
        .digest('hex');
    });
    for (const digest of fileDigests) digests.update(digest);
    if (from + batchRows >= rows.to) options.onDigest?.(digests.digest('hex'));
    yield batch;
  }
}

/** Width and height in pixels by the picture's header, or null for what is no picture. */
export async function pictureSize(path: string): Promise<{ width: number; height: number } | null> {
  const sharp = await loadSharp();
  try {
    const { width, height } = await sharp(path, { failOn: 'none' }).metadata();
    return { width, height };
  } catch {
    return null;
  }
}

/** sharp, set up for a process that decodes one picture after the other. */
export async function loadSharp(): Promise<SharpModule> {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}

function emptyBatch(indices: number[], files: SourceFile[], wants: ColumnWant[]): RowBatch {
  const rows = indices.length;
  const names = indices.map((index) => (files[index] as SourceFile).name);
  return {
    rows,
    rowNumbers: new Float64Array(rows).fill(1),
    addresses: new Float64Array(rows),
    files: Int32Array.from(indices),
    columns: wants.map((want) => columnOf(want, names)),
    rowErrors: new Map(),
  };
}

function columnOf(want: ColumnWant, names: string[]): CellColumn {
  if (want.as === 'pixels') {
    const { width, height, channels } = want;
    const values = new Uint8Array(names.length * width * height * channels);
    return { kind: 'pixels', width, height, channels, values, state: new Uint8Array(names.length), invalid: new Map() };
  }
  if (want.as === 'text' && want.column === 'label') return { kind: 'text', values: names.map(pictureLabel) };
  if (want.as === 'text' && want.column === 'image') return { kind: 'text', values: [...names] };
  throw problem('BINDING_TYPE', `Pictures have no ${want.as} column ${want.column}.`, {
    subject: want.column,
    hint: 'The columns of pictures are image (the picture) and label (the name of its class folder).',
  });
}

async function readWhole(file: SourceFile): Promise<Buffer | null> {
  const { size } = await statInWords(file.path);
  if (size > BigInt(maxPictureFileBytes)) return null;
  try {
    return await readFile(file.path);
  } catch (error) {
    throw fileProblem(error, file.path);
  }
}

function tooLarge(file: SourceFile): string {
  return `picture file has ${file.bytes} bytes, at most ${maxPictureFileBytes} are read`;
}

/** Null when all wanted pixels were written, else why not. */
async function decodeInto(sharp: SharpModule, bytes: Buffer, batch: RowBatch, row: number): Promise<string | null> {
  const columns = batch.columns.filter((column) => column.kind === 'pixels');
  if (columns.length === 0) return null;
  if (bytes.length === 0) return 'picture file is empty';
  if (!isPicture(bytes)) return 'file is not a PNG or JPEG picture';
  const options = {
    limitInputPixels: maxPicturePixels,
    failOn: 'error',
    sequentialRead: true,
    // Colours as they are stored: other libraries used in training do not apply a profile either.
    ignoreIcc: true,
  };
  try {
    const refusal = refusePicture(await sharp(bytes, options).metadata(), columns);
    if (refusal !== null) return refusal;
    const { data, info } = await sharp(bytes, options)
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    for (const column of columns) {
      const pixels = column.width * column.height;
      writePixels(data, info.channels, column, row * pixels * column.channels, pixels);
    }
    return null;
  } catch (error) {
    return decodeFailure(error);
  }
}

type PictureFacts = Pick<Metadata, 'width' | 'height' | 'depth' | 'space'>;

function refusePicture(facts: PictureFacts, wants: Pick<PixelWant, 'width' | 'height'>[]): string | null {
  const { width, height, depth, space } = facts;
  if (width * height > maxPicturePixels)
    return `picture has ${width} x ${height} pixels, at most 100 million are decoded`;
  if (space === 'cmyk') return 'picture is CMYK; grey and RGB pictures are read';
  if (depth !== 'uchar') return 'picture has 16 bits a channel; 8 bits are read';
  const other = wants.find((want) => want.width !== width || want.height !== height);
  if (other === undefined) return null;
  return `picture is ${width} x ${height}, the model takes ${other.width} x ${other.height}`;
}

function decodeFailure(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (/pixel limit/i.test(text)) return 'picture has more than 100 million pixels';
  if (/premature end|truncat|unexpected end|not enough|read error|EOF/i.test(text)) return 'picture is cut off';
  const [first = ''] = text.split('\n');
  return `picture cannot be decoded (${first.trim()})`;
}

/** Copies, repeats grey into colour, or makes ITU-R 601-2 luma with Pillow's integer weights from colour. */
function writePixels(data: Buffer, from: number, column: PixelColumn, offset: number, pixels: number): void {
  const { values, channels } = column;
  if (from === channels) {
    values.set(data.subarray(0, pixels * channels), offset);
    return;
  }
  for (let pixel = 0; pixel < pixels; pixel++) {
    if (channels === 3) values.fill(data[pixel] as number, offset + 3 * pixel, offset + 3 * pixel + 3);
    else {
      const [red, green, blue] = [data[3 * pixel], data[3 * pixel + 1], data[3 * pixel + 2]] as [
        number,
        number,
        number,
      ];
      values[offset + pixel] = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
    }
  }
}

function failRow(batch: RowBatch, row: number, why: string): void {
  batch.rowErrors.set(row, why);
  for (const column of batch.columns) {
    if (column.kind !== 'pixels') continue;
    column.state[row] = cellInvalid;
    column.invalid.set(row, why);
  }
}
