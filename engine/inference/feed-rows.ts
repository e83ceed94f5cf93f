import type { Feed, FeedData } from '../recipes/index.ts';

/** Rows [start, start + count) of feeds that hold `total` rows, the last one repeated until there are `padTo`. */
export function feedRows(feeds: readonly Feed[], total: number, start: number, count: number, padTo: number): Feed[] {
  if (start === 0 && count === total && padTo === count) return [...feeds];
  return feeds.map((feed) => {
    const width = feed.data.length / total;
    const rows = sliceRows(feed.data, start * width, (start + count) * width);
    const data = padTo === count ? rows : repeatLast(rows, width, count, padTo);
    return { ...feed, dims: feed.dims.length === 0 ? [] : [padTo, ...feed.dims.slice(1)], data };
  });
}

function sliceRows(data: FeedData, from: number, to: number): FeedData {
  return Array.isArray(data) ? data.slice(from, to) : data.subarray(from, to);
}

function repeatLast(data: FeedData, width: number, count: number, padTo: number): FeedData {
  if (Array.isArray(data)) {
    const last = data.slice((count - 1) * width);
    return [...data, ...Array.from({ length: padTo - count }, () => last).flat()];
  }
  const Kind = data.constructor as new (length: number) => Exclude<FeedData, string[]>;
  const padded = new Kind(padTo * width);
  padded.set(data as never);
  for (let row = count; row < padTo; row += 1) padded.copyWithin(row * width, (count - 1) * width, count * width);
  return padded;
}
