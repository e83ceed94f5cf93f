/** Tables kept at most; a folder of pictures of a few sizes needs a handful. */
const mostKept = 128;

/** Coefficient tables by what decides them. Pictures of one size share theirs; the least recently used goes first. */
export class TableCache<Table> {
  readonly #tables = new Map<string, Table>();

  get(key: string, make: () => Table): Table {
    const known = this.#tables.get(key);
    const table = known ?? make();
    if (known !== undefined) this.#tables.delete(key);
    this.#tables.set(key, table);
    if (this.#tables.size > mostKept) {
      const [oldest] = this.#tables.keys();
      if (oldest !== undefined) this.#tables.delete(oldest);
    }
    return table;
  }
}
