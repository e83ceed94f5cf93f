import type { SearchEvent } from '../contract/index.ts';
import { wireError } from '../processes/index.ts';
import { jobFor, problemFor } from './audience.ts';
import { os } from './base.ts';

export const resultsApi = {
  open: os.results.open.handler(({ input, context: { engine } }) => engine.results.open(input.run)),
  page: os.results.page.handler(({ input: { run, ...question }, context: { engine }, signal }) =>
    engine.results.page(run, question, signal),
  ),
  summary: os.results.summary.handler(({ input: { run, ...question }, context: { engine }, signal }) =>
    engine.results.summary(run, question, signal),
  ),
  group: os.results.group.handler(({ input: { run, ...question }, context: { engine }, signal }) =>
    engine.results.group(run, question, signal),
  ),
  row: os.results.row.handler(async ({ input, context, signal }) => {
    const row = await context.engine.results.row(input.run, input.index, signal);
    if (row.input.kind !== 'problem') return row;
    return { ...row, input: { ...row.input, problem: problemFor(context, row.input.problem) } };
  }),
  cell: os.results.cell.handler(({ input: { run, ...question }, context: { engine }, signal }) =>
    engine.results.cell(run, question, signal),
  ),
  search: os.results.search.handler(async ({ input: { run, ...question }, context: { engine }, signal }) =>
    // What cannot be searched is refused here: an error inside the stream would lose its type on the way.
    typedErrors(await engine.results.search(run, question, signal)),
  ),
  sql: os.results.sql.handler(({ input, context: { engine, audience } }) =>
    engine.results.code(input.run, input.view, audience === 'host'),
  ),
  export: os.results.export.handler(async ({ input, context }) =>
    jobFor(context, await context.engine.results.export(input.run, input.view, input.grant, input.format)),
  ),
};

async function* typedErrors(events: AsyncGenerator<SearchEvent>): AsyncGenerator<SearchEvent> {
  try {
    yield* events;
  } catch (error) {
    throw wireError(error);
  }
}
