/**
 * Rows by bin of every column and by pair of bins of every two columns. Columns of few bins are packed several to a
 * code, so that one pass over the rows counts all pairs of two packs: a fourth of the passes for quartiles.
 */
import type { BinnedColumn } from './bins.ts';

export interface PairCounts {
  /** By column, rows by bin. */
  readonly singles: readonly Uint32Array[];
  /** In the order of `pairNumber`: first < second; `counts[bin of first * bins of second + bin of second]`. */
  readonly pairs: readonly { readonly first: number; readonly second: number; readonly counts: Uint32Array }[];
}

/** Where the pair of columns first < second is in `PairCounts.pairs`. */
export function pairNumber(first: number, second: number): number {
  return (second * (second - 1)) / 2 + first;
}

/** A pack's codes stay below this, so that the table of two packs (16 KB) stays in the nearest cache. */
const mostCodes = 64;
/** Rows whose codes are read pack by pack while they are in the cache. */
const block = 16_384;

interface Pack {
  readonly columns: readonly number[];
  /** A column's bin counts this much in the code. */
  readonly strides: readonly number[];
  readonly codes: number;
}

/** Counts over all rows, or over those named. */
export function countPairs(columns: readonly BinnedColumn[], rows?: Uint32Array): PairCounts {
  const packs = packed(columns);
  const ones = packs.map(({ codes }) => new Uint32Array(codes));
  const twos = packs.map((second, at) =>
    packs.slice(0, at).map((first) => new Uint32Array(first.codes * second.codes)),
  );
  const parts = packs.map(() => new Uint8Array(block));
  const count = rows ? rows.length : (columns[0]?.codes.length ?? 0);
  for (let start = 0; start < count; start += block) {
    const length = Math.min(block, count - start);
    packs.forEach((pack, at) => {
      fillPart(parts[at]!, columns, pack, { start, length, ...(rows ? { rows } : {}) });
      addCounts(parts[at]!, length, ones[at]!);
    });
    twos.forEach((tables, second) => {
      tables.forEach((table, first) => {
        addPairCounts({ first: parts[first]!, second: parts[second]!, length, width: packs[second]!.codes }, table);
      });
    });
  }
  return unpacked(columns, packs, ones, twos);
}

/** Columns from few bins to many, as many to a pack as go. */
function packed(columns: readonly BinnedColumn[]): Pack[] {
  const packs: { columns: number[]; strides: number[]; codes: number }[] = [];
  const byBins = Array.from(columns.keys()).toSorted((a, b) => columns[a]!.bins - columns[b]!.bins || a - b);
  for (const column of byBins) {
    const { bins } = columns[column]!;
    const last = packs.at(-1);
    if (last && last.codes * bins <= mostCodes) {
      last.columns.push(column);
      last.strides.push(last.codes);
      last.codes *= bins;
    } else packs.push({ columns: [column], strides: [1], codes: bins });
  }
  return packs;
}

interface Rows {
  readonly start: number;
  readonly length: number;
  readonly rows?: Uint32Array;
}

function fillPart(part: Uint8Array, columns: readonly BinnedColumn[], pack: Pack, rows: Rows): void {
  part.fill(0);
  pack.columns.forEach((column, place) => {
    const { codes } = columns[column]!;
    const stride = pack.strides[place]!;
    if (rows.rows) addNamed(part, codes, stride, rows.rows.subarray(rows.start, rows.start + rows.length));
    else addCodes(part, codes.subarray(rows.start, rows.start + rows.length), stride);
  });
}

function addCodes(part: Uint8Array, codes: Uint8Array, stride: number): void {
  const length = codes.length;
  for (let row = 0; row < length; row += 1) part[row]! += codes[row]! * stride;
}

function addNamed(part: Uint8Array, codes: Uint8Array, stride: number, rows: Uint32Array): void {
  const length = rows.length;
  for (let index = 0; index < length; index += 1) part[index]! += codes[rows[index]!]! * stride;
}

function addCounts(codes: Uint8Array, length: number, counts: Uint32Array): void {
  for (let row = 0; row < length; row += 1) counts[codes[row]!]! += 1;
}

interface TwoParts {
  readonly first: Uint8Array;
  readonly second: Uint8Array;
  readonly length: number;
  /** Codes of the second. */
  readonly width: number;
}

/** Four rows a turn: several times faster than one, as the turn itself costs more than its work. */
function addPairCounts({ first, second, length, width }: TwoParts, counts: Uint32Array): void {
  const whole = length - (length % 4);
  for (let row = 0; row < whole; row += 4) {
    counts[first[row]! * width + second[row]!]! += 1;
    counts[first[row + 1]! * width + second[row + 1]!]! += 1;
    counts[first[row + 2]! * width + second[row + 2]!]! += 1;
    counts[first[row + 3]! * width + second[row + 3]!]! += 1;
  }
  for (let row = whole; row < length; row += 1) counts[first[row]! * width + second[row]!]! += 1;
}

/** Sums the tables of packs into those of their columns. */
function unpacked(
  columns: readonly BinnedColumn[],
  packs: readonly Pack[],
  ones: readonly Uint32Array[],
  twos: readonly (readonly Uint32Array[])[],
): PairCounts {
  const singles = columns.map(({ bins }) => new Uint32Array(bins));
  const pairs = columns.flatMap(({ bins: width }, second) =>
    columns.slice(0, second).map(({ bins }, first) => ({ first, second, counts: new Uint32Array(bins * width) })),
  );
  const add = (one: number, bin: number, other: number, otherBin: number, rows: number) => {
    const [first, second] = one < other ? [one, other] : [other, one];
    const [binOfFirst, binOfSecond] = one < other ? [bin, otherBin] : [otherBin, bin];
    pairs[pairNumber(first, second)]!.counts[binOfFirst * columns[second]!.bins + binOfSecond]! += rows;
  };
  const bins = packs.map((pack) => binsByCode(columns, pack));
  packs.forEach((pack, at) => {
    ones[at]!.forEach((rows, code) => {
      if (rows === 0) return;
      const of = bins[at]![code]!;
      pack.columns.forEach((column, place) => {
        singles[column]![of[place]!]! += rows;
        for (let next = 0; next < place; next += 1) add(pack.columns[next]!, of[next]!, column, of[place]!, rows);
      });
    });
    twos[at]!.forEach((table, before) => {
      table.forEach((rows, cell) => {
        if (rows === 0) return;
        const ofFirst = bins[before]![Math.floor(cell / pack.codes)]!;
        const ofSecond = bins[at]![cell % pack.codes]!;
        packs[before]!.columns.forEach((one, place) => {
          pack.columns.forEach((other, next) => add(one, ofFirst[place]!, other, ofSecond[next]!, rows));
        });
      });
    });
  });
  return { singles, pairs };
}

/** By code of a pack, the bins of its columns. */
function binsByCode(columns: readonly BinnedColumn[], pack: Pack): readonly (readonly number[])[] {
  return Array.from({ length: pack.codes }, (_, code) =>
    pack.columns.map((column, place) => Math.floor(code / pack.strides[place]!) % columns[column]!.bins),
  );
}
