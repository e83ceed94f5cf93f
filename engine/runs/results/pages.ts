import type { DuckDBValue } from '@duckdb/node-api';
import type { ResultPage, ResultView } from '../../contract/index.ts';
import type { Asker } from './asking.ts';
import { boundedRows } from './cells.ts';
import { conditionOf, shownColumns } from './conditions.ts';
import type { Matching, Matchings } from './matching.ts';
import type { Orders } from './orders.ts';
import { Recent } from './recent.ts';
import { rowsOf, scan, shortCell } from './scan.ts';
import type { ResultTable } from './table.ts';

/** Rows of a page with the place of each: position of its file, place in the file. */
type PlacedRow = { file: number; at: number; cells: readonly DuckDBValue[] };

/** Pages of views, and the ones beside them before they are asked for. */
export class Pages {
  readonly #table: ResultTable;
  readonly #asker: Asker;
  readonly #matchings: Matchings;
  readonly #orders: Orders;
  readonly #recent = new Recent<ResultPage>(24);
  readonly #stop = new AbortController();
  #ahead: Promise<void> = Promise.resolve();
  #turn = 0;

  constructor(table: ResultTable, asker: Asker, matchings: Matchings, orders: Orders) {
    this.#table = table;
    this.#asker = asker;
    this.#matchings = matchings;
    this.#orders = orders;
  }

  async page(view: ResultView, offset: number, limit: number, signal?: AbortSignal): Promise<ResultPage> {
    const page = await this.#remembered(view, offset, limit, signal);
    if (view.sort.length > 0 || conditionOf(this.#table, view) !== null) this.#lookAhead(view, page, limit);
    return page;
  }

  close(): void {
    this.#stop.abort();
  }

  #remembered(view: ResultView, offset: number, limit: number, signal?: AbortSignal): Promise<ResultPage> {
    const name = JSON.stringify([view, offset, limit]);
    return this.#recent.get(name, () => this.#find(view, offset, limit, signal), signal);
  }

  /** The next page and the one before, then the whole order. A newer page's wishes replace those of an older one. */
  #lookAhead(view: ResultView, page: ResultPage, limit: number): void {
    const turn = (this.#turn += 1);
    const isStale = (): boolean => turn !== this.#turn || this.#stop.signal.aborted;
    const next = page.offset + page.rows.length;
    const offsets = [next < page.rowsMatching ? next : -1, page.offset > 0 ? Math.max(0, page.offset - limit) : -1];
    this.#ahead = this.#ahead.then(async () => {
      for (const offset of offsets) {
        if (offset < 0 || isStale()) continue;
        await this.#remembered(view, offset, limit, this.#stop.signal).catch(() => {});
      }
      if (view.sort.length > 0 && !isStale()) this.#orders.prepare(view, page.rowsMatching);
    });
  }

  async #find(view: ResultView, offset: number, limit: number, signal?: AbortSignal): Promise<ResultPage> {
    const columns = shownColumns(this.#table, view);
    const matching = await this.#matchings.of(view, signal);
    const found =
      view.sort.length > 0
        ? await this.#sorted(view, matching, offset, limit, signal)
        : await this.#inOrder(view, matching, offset, limit, signal);
    const { rows, cut } = boundedRows(found.map((row) => row.cells));
    const { files, revision } = this.#table;
    return {
      columns: columns.map((column) => column.column),
      indices: found.slice(0, rows.length).map((row) => files[row.file]!.start + row.at),
      rows,
      cut,
      offset,
      rowsMatching: matching.total,
      rowsTotal: rowsOf(this.#table),
      revision,
    };
  }

  /** Rows in the input's order: the counts say in which files they lie, and only those are read. */
  async #inOrder(
    view: ResultView,
    matching: Matching,
    offset: number,
    limit: number,
    signal?: AbortSignal,
  ): Promise<PlacedRow[]> {
    const condition = conditionOf(this.#table, view);
    const pieces = piecesOf(matching, offset, limit);
    if (pieces.length === 0) return [];
    if (condition === null) {
      return this.#read(
        view,
        pieces.map(({ file, from, to }) => ({ file, where: `file_row_number >= ${from} AND file_row_number < ${to}` })),
        signal,
      );
    }
    const positions = pieces.map((piece) => piece.file);
    const files = positions.map((position) => this.#table.files[position]!);
    const sql = `SELECT file_index, file_row_number, ${this.#cells(view)} FROM ${scan(files)} WHERE ${condition} LIMIT ${limit} OFFSET ${pieces[0]!.from}`;
    const rows = await this.#asker.rows(sql, signal);
    return rows.map(([file, at, ...cells]) => ({ file: positions[Number(file)]!, at: Number(at), cells }));
  }

  async #sorted(
    view: ResultView,
    matching: Matching,
    offset: number,
    limit: number,
    signal?: AbortSignal,
  ): Promise<PlacedRow[]> {
    if (offset >= matching.total) return [];
    const keys = Array.from(await this.#orders.part(view, matching.total, offset, limit, signal));
    const { stride } = this.#orders;
    const places = new Map<number, number[]>();
    for (const key of keys) {
      const file = Math.floor(key / stride);
      const inFile = places.get(file);
      if (inFile) inFile.push(key % stride);
      else places.set(file, [key % stride]);
    }
    const parts = [...places].map(([file, at]) => ({ file, where: `file_row_number IN (${at.join(', ')})` }));
    const rows = await this.#read(view, parts, signal);
    const byKey = new Map(rows.map((row) => [row.file * stride + row.at, row]));
    return keys.flatMap((key) => byKey.get(key) ?? []);
  }

  /** Rows of several files, each with its own condition on the place, so that other row groups are skipped. */
  async #read(view: ResultView, parts: { file: number; where: string }[], signal?: AbortSignal): Promise<PlacedRow[]> {
    if (parts.length === 0) return [];
    const cells = this.#cells(view);
    const selects = parts.map(
      ({ file, where }) =>
        `SELECT ${file} AS "file at", file_row_number AS "row at", ${cells} FROM ${scan([this.#table.files[file]!])} WHERE ${where}`,
    );
    const rows = await this.#asker.rows(selects.join(' UNION ALL '), signal);
    return rows.map(([file, at, ...rest]) => ({ file: Number(file), at: Number(at), cells: rest }));
  }

  #cells(view: ResultView): string {
    return shownColumns(this.#table, view).map(shortCell).join(', ');
  }
}

/** The files that hold rows `offset` to `offset + limit` of what matches, with the range of each among its matches. */
function piecesOf(matching: Matching, offset: number, limit: number): { file: number; from: number; to: number }[] {
  const pieces: { file: number; from: number; to: number }[] = [];
  let before = 0;
  for (const [file, count] of matching.perFile.entries()) {
    const from = Math.max(0, offset - before);
    const to = Math.min(count, offset + limit - before);
    if (from < to) pieces.push({ file, from, to });
    before += count;
    if (before >= offset + limit) break;
  }
  return pieces;
}
