import type { ResultView } from '../../contract/index.ts';
import type { Asker } from './asking.ts';
import { conditionOf } from './conditions.ts';
import { Recent } from './recent.ts';
import { scan } from './scan.ts';
import type { ResultTable } from './table.ts';

/** How many rows of every file match a condition: enough to find any page without a list of rows. */
export interface Matching {
  perFile: number[];
  total: number;
}

/** Counts of the last few conditions. */
export class Matchings {
  readonly #table: ResultTable;
  readonly #asker: Asker;
  readonly #known = new Recent<Matching>(16);

  constructor(table: ResultTable, asker: Asker) {
    this.#table = table;
    this.#asker = asker;
  }

  of(view: Pick<ResultView, 'filters' | 'search'>, signal?: AbortSignal): Promise<Matching> {
    const condition = conditionOf(this.#table, view);
    return this.#known.get(condition ?? '', () => this.#count(condition, signal), signal);
  }

  async #count(condition: string | null, signal: AbortSignal | undefined): Promise<Matching> {
    const { files } = this.#table;
    const perFile = files.map((file) => (condition === null ? file.rows : 0));
    if (condition !== null && files.length > 0) {
      const sql = `SELECT file_index, count(*) FROM ${scan(files)} WHERE ${condition} GROUP BY file_index`;
      for (const [file, count] of await this.#asker.rows(sql, signal)) perFile[Number(file)] = Number(count);
    }
    return { perFile, total: perFile.reduce((sum, count) => sum + count, 0) };
  }
}
