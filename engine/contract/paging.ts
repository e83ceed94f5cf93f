import { z } from 'zod';

/**
 * Lists come in pages that stay below what a call carries: at most `limit` items, fewer where they are large. The next page
 * is asked for with the last item's key in `after`; an empty page is the end. Without an input: the first page.
 */
export const Page = z.object({
  limit: z.number().int().min(1).max(500).default(200),
  /** Key of the last item of the page before: its id or name; of an alias `model@alias`, of a move its `move`. */
  after: z.string().optional(),
});
export type Page = z.infer<typeof Page>;

export const firstPage: Page = { limit: 200 };

/** Bulk data does not go through calls: an answer stays below this many characters of JSON, all together. */
const mostCharacters = 200_000;

/** As many of the first items as an answer may carry as JSON, at least one. No more are taken than are needed to tell. */
export function boundItems<Item>(items: Iterable<Item>, characters = mostCharacters): Item[] {
  const kept: Item[] = [];
  let left = characters;
  for (const item of items) {
    left -= JSON.stringify(item).length + 1;
    if (left < 0 && kept.length > 0) break;
    kept.push(item);
  }
  return kept;
}
