import type { ResultView } from '../../contract/index.ts';
import type { Asker } from './asking.ts';
import { conditionOf, orderOf } from './conditions.ts';
import { keysOf, scan, type Keys } from './scan.ts';
import type { ResultTable } from './table.ts';

/** Keys of rows in the order of a view. */
export type Order = Uint32Array | Float64Array;

/** Rows of the front that are found at once, while the whole order is still being made. */
const frontRows = 2000;
/** All orders together, and one of them at most, in bytes; a larger one is not kept, its pages are found one by one. */
const keptBytes = 192 * 2 ** 20;
const mostBytes = 128 * 2 ** 20;

interface Entry {
  front: Promise<Order>;
  whole: Promise<Order> | null;
  bytes: number;
  stop: AbortController;
}

/** Orders of the last few sorted views: the front at once, the whole as soon as somebody has time. */
export class Orders {
  readonly #table: ResultTable;
  readonly #asker: Asker;
  readonly #keys: Keys;
  readonly #entries = new Map<string, Entry>();

  constructor(table: ResultTable, asker: Asker) {
    this.#table = table;
    this.#asker = asker;
    this.#keys = keysOf(table.files);
  }

  get stride(): number {
    return this.#keys.stride;
  }

  /** The keys of rows `offset` to `offset + limit` of a view that has `total` rows. */
  async part(
    view: ResultView,
    total: number,
    offset: number,
    limit: number,
    signal?: AbortSignal,
  ): Promise<ArrayLike<number>> {
    const entry = this.#entry(view, total);
    if (offset + limit <= frontRows || total <= frontRows) {
      return (await entry.front).subarray(offset, offset + limit);
    }
    if (entry.bytes > mostBytes) {
      return this.#read(`${this.#select(view)} LIMIT ${limit} OFFSET ${offset}`, limit, signal);
    }
    return (await this.#whole(entry, view, total)).subarray(offset, offset + limit);
  }

  /** Makes the whole order now, so that it is there when a page far down is asked for. */
  prepare(view: ResultView, total: number): void {
    const entry = this.#entry(view, total);
    if (total > frontRows && entry.bytes <= mostBytes) this.#whole(entry, view, total).catch(() => {});
  }

  close(): void {
    for (const entry of this.#entries.values()) entry.stop.abort();
    this.#entries.clear();
  }

  #whole(entry: Entry, view: ResultView, total: number): Promise<Order> {
    entry.whole ??= this.#read(this.#select(view), total, entry.stop.signal);
    return entry.whole;
  }

  #entry(view: ResultView, total: number): Entry {
    const name = JSON.stringify([view.filters, view.search, view.sort]);
    let entry = this.#entries.get(name);
    if (!entry) {
      const stop = new AbortController();
      const front = this.#read(`${this.#select(view)} LIMIT ${frontRows}`, Math.min(total, frontRows), stop.signal);
      entry = { front, whole: null, bytes: total * (this.#keys.isSmall ? 4 : 8), stop };
      front.catch(() => this.#entries.delete(name));
    }
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    this.#forget();
    return entry;
  }

  /** The oldest go first; the newest stays whatever its size. */
  #forget(): void {
    let bytes = [...this.#entries.values()].reduce((sum, entry) => sum + entry.bytes, 0);
    for (const [name, entry] of this.#entries) {
      if (bytes <= keptBytes || this.#entries.size === 1) return;
      entry.stop.abort();
      this.#entries.delete(name);
      bytes -= entry.bytes;
    }
  }

  #select(view: ResultView): string {
    const condition = conditionOf(this.#table, view);
    const where = condition === null ? '' : ` WHERE ${condition}`;
    return `SELECT ${this.#keys.sql} AS key FROM ${scan(this.#table.files)}${where} ORDER BY ${orderOf(this.#table, view.sort, 'key')}`;
  }

  async #read(sql: string, most: number, signal: AbortSignal | undefined): Promise<Order> {
    const keys = this.#keys.isSmall ? new Uint32Array(most) : new Float64Array(most);
    let count = 0;
    await this.#asker.chunks(
      sql,
      (chunk) => {
        const { items } = chunk.getColumnVector(0) as unknown as { items: Order };
        keys.set(items.subarray(0, chunk.rowCount), count);
        count += chunk.rowCount;
      },
      signal,
    );
    return keys.subarray(0, count);
  }
}
