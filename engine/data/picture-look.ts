import type { PictureLook } from '../contract/index.ts';
import { compareNames } from './paths.ts';
import { readPictureHeader } from './picture-header.ts';
import type { PictureHeader } from './picture-header.ts';
import type { PicturePath } from './pictures.ts';
import { throwIfCancelled } from './source-files.ts';
import { inParallel } from './source-tree.ts';

export interface LookBounds {
  /** Headers read at most. */
  most: number;
  /** Time after which no further header is read. */
  milliseconds: number;
  signal?: AbortSignal | undefined;
}

/** What a description looks at on its way; a few milliseconds. */
export const firstLook: LookBounds = { most: 64, milliseconds: 500 };
/** What a person waits for who asks; runs go on beside it. */
export const longLook: LookBounds = { most: 20_000, milliseconds: 5000 };

const sizesShown = 12;
const examplesShown = 8;

/** Reads headers of pictures spread evenly over the list, in an order that is even wherever the time runs out. */
export async function lookAtPictures(pictures: readonly PicturePath[], bounds: LookBounds): Promise<PictureLook> {
  const chosen = spread(pictures, bounds.most);
  const tally = new Tally();
  const end = performance.now() + bounds.milliseconds;
  await inParallel(chosen, 8, async (picture) => {
    throwIfCancelled(bounds.signal);
    if (performance.now() > end) return;
    tally.add(picture.name, await readPictureHeader(picture));
  });
  return tally.result();
}

/** Up to `most` items at even distances; halves come before the quarters between them, so every first part is spread too. */
function spread<Item>(items: readonly Item[], most: number): Item[] {
  const count = Math.min(items.length, most);
  const bits = Math.ceil(Math.log2(Math.max(2, count)));
  const chosen: Item[] = [];
  for (let turn = 0; turn < 2 ** bits; turn++) {
    let place = 0;
    for (let bit = 0; bit < bits; bit++) place |= ((turn >> bit) & 1) << (bits - 1 - bit);
    if (place < count) chosen.push(items[Math.floor((place * items.length) / count)] as Item);
  }
  return chosen;
}

class Tally {
  #looked = 0;
  #unreadable = 0;
  readonly #examples: PictureLook['examples'] = [];
  readonly #sizes = new Map<string, { width: number; height: number; count: number }>();
  readonly #formats = new Map<string, number>();

  add(name: string, header: PictureHeader): void {
    this.#looked += 1;
    if ('why' in header) {
      this.#unreadable += 1;
      if (this.#examples.length < examplesShown) this.#examples.push({ name, why: header.why });
      return;
    }
    const { format, width, height } = header;
    this.#formats.set(format, (this.#formats.get(format) ?? 0) + 1);
    if (width === 0) return;
    const key = `${width} ${height}`;
    const size = this.#sizes.get(key) ?? { width, height, count: 0 };
    size.count += 1;
    this.#sizes.set(key, size);
  }

  result(): PictureLook {
    const sizes = [...this.#sizes.values()].toSorted((a, b) => b.count - a.count || b.width - a.width);
    return {
      looked: this.#looked,
      unreadable: this.#unreadable,
      examples: this.#examples.toSorted((a, b) => compareNames(a.name, b.name)),
      sizes: sizes.slice(0, sizesShown),
      differentSizes: sizes.length,
      formats: [...this.#formats].map(([format, count]) => ({ format, count })),
    };
  }
}
