import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { problem } from '../contract/index.ts';
import type { SourceFile } from '../contract/index.ts';
import { readEntry } from './archive-entry.ts';
import { cellInvalid } from './batch.ts';
import type { CellColumn, ColumnWant, RowBatch } from './batch.ts';
import { decodePicture, loadSharp, PictureRefusal, readFacts } from './picture-decode.ts';
import { applySteps, decodeWantOf } from './picture-steps.ts';
import { pictureLabel } from './pictures.ts';
import type { Pixels } from './resize/index.ts';
import { fileProblem, statInWords, throwIfCancelled, verifyUnchanged } from './source-files.ts';
import { inParallel } from './source-tree.ts';

type PixelWant = Extract<ColumnWant, { as: 'pixels' }>;
type Sharp = Awaited<ReturnType<typeof loadSharp>>;

/** Bytes beyond which a picture is not decoded. */
export const maxPictureFileBytes = 256 * 1024 * 1024;

/** Pictures decoded at the same time in one process; each decode uses one thread. */
const atOnce = 2;
/** Of pictures with more pixels one is decoded at a time: their buffers count in hundreds of megabytes. */
const largePixels = 24_000_000;

/**
 * Pictures as rows. Wants: `image` as pixels of exactly the wanted size, `image` as text (the picture's name), `label`
 * as text. What cannot be decoded or has another size after its steps fails its row. `onDigest` is told the SHA-256 of
 * the concatenated SHA-256 digests of the pictures' bytes.
 */
export async function* readPictures(
  files: SourceFile[],
  rows: { from: number; to: number },
  wants: ColumnWant[],
  batchRows: number,
  options: { signal?: AbortSignal | undefined; onDigest?: (digest: string) => void } = {},
): AsyncGenerator<RowBatch> {
  const decoder = new PictureDecoder(await loadSharp());
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
      const error = typeof bytes === 'string' ? bytes : await decodeInto(decoder, bytes, wants, batch, index - from);
      if (error !== null) failRow(batch, index - from, error);
      return createHash('sha256')
        .update(typeof bytes === 'string' ? String(file.bytes) : bytes)
        .digest('hex');
    });
    for (const digest of fileDigests) digests.update(digest);
    if (from + batchRows >= rows.to) options.onDigest?.(digests.digest('hex'));
    yield batch;
  }
}

function emptyBatch(indices: number[], files: SourceFile[], wants: ColumnWant[]): RowBatch {
  const rows = indices.length;
  const chosen = indices.map((index) => files[index] as SourceFile);
  const names = chosen.map((file) => file.name);
  return {
    rows,
    rowNumbers: new Float64Array(rows).fill(1),
    addresses: Float64Array.from(chosen, (file) => file.entry?.offset ?? 0),
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

/** The bytes of a picture, or in words why this one is left out. */
async function readWhole(file: SourceFile): Promise<Buffer | string> {
  const bytes = file.entry?.bytes ?? Number((await statInWords(file.path)).size);
  if (bytes > maxPictureFileBytes) return `picture file has ${bytes} bytes, at most ${maxPictureFileBytes} are read`;
  if (file.entry !== undefined) return readEntry(file.path, file.entry);
  try {
    return await readFile(file.path);
  } catch (error) {
    throw fileProblem(error, file.path);
  }
}

/** Null when all wanted pixels were written, else why not. */
async function decodeInto(
  decoder: PictureDecoder,
  bytes: Buffer,
  wants: readonly ColumnWant[],
  batch: RowBatch,
  row: number,
): Promise<string | null> {
  const pixelWants = wants.filter((want) => want.as === 'pixels');
  if (pixelWants.length === 0) return null;
  const columns = batch.columns.filter((column) => column.kind === 'pixels');
  try {
    const pictures = await decoder.decode(bytes, pixelWants);
    for (const [index, pixels] of pictures.entries()) {
      columns[index]!.values.set(pixels.data, row * pixels.data.length);
    }
    return null;
  } catch (error) {
    if (error instanceof PictureRefusal) return error.message;
    throw error;
  }
}

/** One picture at several sizes; of large pictures one at a time. */
class PictureDecoder {
  readonly #sharp: Sharp;
  #large: Promise<unknown> = Promise.resolve();

  constructor(sharp: Sharp) {
    this.#sharp = sharp;
  }

  /** Throws `PictureRefusal`. */
  async decode(bytes: Buffer, wants: readonly PixelWant[]): Promise<Pixels[]> {
    const facts = await readFacts(this.#sharp, bytes);
    const work = async (): Promise<Pixels[]> => {
      const made: Pixels[] = [];
      for (const want of wants) {
        const steps = want.steps ?? [];
        // What has another size is told before it is decoded; a TIFF may still be turned.
        if (steps.length === 0 && facts.format !== 'tiff') requireSize(facts, want, '');
        const decoded = await decodePicture(this.#sharp, bytes, facts, decodeWantOf(want.channels, steps));
        const pixels = applySteps(decoded, steps);
        requireSize(pixels, want, steps.length === 0 ? '' : ' after its steps');
        made.push(pixels);
      }
      return made;
    };
    if (facts.width * facts.height <= largePixels) return work();
    const turn = this.#large.then(work, work);
    this.#large = turn.catch(() => undefined);
    return turn;
  }
}

function requireSize(size: { width: number; height: number }, want: PixelWant, when: string): void {
  if (size.width === want.width && size.height === want.height) return;
  throw new PictureRefusal(
    `picture is ${size.width} x ${size.height}${when}, the model takes ${want.width} x ${want.height}`,
  );
}

function failRow(batch: RowBatch, row: number, why: string): void {
  batch.rowErrors.set(row, why);
  for (const column of batch.columns) {
    if (column.kind !== 'pixels') continue;
    column.state[row] = cellInvalid;
    column.invalid.set(row, why);
  }
}
