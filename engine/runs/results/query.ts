import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { os } from '@orpc/server';
import type { ColumnSummary, ResultGroup, ResultPage, ResultView, SearchEvent } from '../../contract/index.ts';
import { openDuckDb, type DuckDb } from '../../data/index.ts';
import { wireError } from '../../processes/index.ts';
import { Asker } from './asking.ts';
import { group } from './groups.ts';
import { Matchings } from './matching.ts';
import { Orders } from './orders.ts';
import { Pages } from './pages.ts';
import { search } from './searching.ts';
import { cellPart, storedRow, type StoredRow } from './single-row.ts';
import { summarise } from './summaries.ts';
import type { ResultTable } from './table.ts';

/** Memory of DuckDB's buffers; sorting more spills into the temporary folder. */
const memoryLimit = '1GB';

export interface QuerySetup {
  folder: string;
  temporaryFolder: string;
}

interface OpenTable {
  table: ResultTable;
  asker: Asker;
  orders: Orders;
  pages: Pages;
}

interface Call {
  input: unknown;
  signal?: AbortSignal | undefined;
}

let db: DuckDb | null = null;
let open: OpenTable | null = null;

/** What a query process answers that keeps one run's results at hand: set up once, told of new shards, asked. */
export const resultsRouter = {
  setUp: os.handler(async ({ input }: Call) => {
    const { folder, temporaryFolder } = input as QuerySetup;
    await mkdir(temporaryFolder, { recursive: true });
    db = await openDuckDb({
      allowedFolders: [folder, temporaryFolder],
      memoryLimit,
      tempFolder: temporaryFolder,
      threads: Math.min(8, availableParallelism()),
      filesAreFinal: true,
    });
  }),
  use: os.handler(({ input }: Call) => use(input as ResultTable)),
  page: os.handler(({ input, signal }: Call): Promise<ResultPage> => {
    const { view, offset, limit } = input as { view: ResultView; offset: number; limit: number };
    return opened().pages.page(view, offset, limit, signal);
  }),
  summary: os.handler(async ({ input, signal }: Call): Promise<{ columns: ColumnSummary[]; revision: number }> => {
    const { view, columns, bins } = input as { view: ResultView; columns: string[]; bins: number };
    const { table, asker } = opened();
    return { columns: await summarise(table, asker, view, columns, bins, signal), revision: table.revision };
  }),
  group: os.handler(
    async ({ input, signal }: Call): Promise<{ groups: ResultGroup[]; total: number; revision: number }> => {
      const { view, by, limit } = input as { view: ResultView; by: string; limit: number };
      const { table, asker } = opened();
      return { ...(await group(table, asker, view, by, limit, signal)), revision: table.revision };
    },
  ),
  row: os.handler(({ input, signal }: Call): Promise<StoredRow> => {
    const { table, asker } = opened();
    return storedRow(table, asker, (input as { index: number }).index, signal);
  }),
  cell: os.handler(({ input, signal }: Call) => {
    const { table, asker } = opened();
    return cellPart(table, asker, input as { index: number; column: string; from: number }, signal);
  }),
  search: os.handler(async function* ({ input, signal }: Call): AsyncGenerator<SearchEvent> {
    const { view, text, most } = input as { view: ResultView; text: string; most: number };
    try {
      const { table, asker } = opened();
      yield* search(table, asker, view, text, most, signal);
    } catch (error) {
      // Interceptors do not see what is thrown inside an iterator.
      throw wireError(error);
    }
  }),
};
/** How the engine sees a query process. */
export type ResultsRouter = { results: typeof resultsRouter };

function use(table: ResultTable): void {
  if (!db) throw new Error('A query process is set up before it is told of results.');
  open?.pages.close();
  open?.orders.close();
  const asker = new Asker(db);
  const matchings = new Matchings(table, asker);
  const orders = new Orders(table, asker);
  open = { table, asker, orders, pages: new Pages(table, asker, matchings, orders) };
}

function opened(): OpenTable {
  if (!open) throw new Error('A query process is told of results before it is asked.');
  return open;
}
