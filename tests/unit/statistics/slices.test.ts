import { describe, expect, it } from 'vitest';
import {
  benjaminiHochberg,
  categoryBins,
  mcNemarExact,
  quantileBins,
  RandomSource,
  searchSlices,
  type BinnedColumn,
  type Condition,
} from '../../../engine/statistics/index.ts';
import { cases, expectAllNear, expectNear, expectNotDefined, valueOf } from './expected.ts';

interface Binning {
  name: string;
  values: number[];
  edges: number[];
  expected: number[];
}

describe('columns as bins', () => {
  it.each(cases<Binning>('binning'))('quartiles equal NumPy, equal cuts merged: $name', (one) => {
    const { codes, bins, edges, missing } = quantileBins(one.values);
    expect([...codes]).toEqual(one.expected.map((code) => (code < 0 ? missing : code)));
    expectAllNear(edges, one.edges);
    const values = one.values.some((value) => !Number.isNaN(value)) ? edges.length + 1 : 0;
    expect(bins).toBe(values + (missing === undefined ? 0 : 1));
  });

  it('cuts many rows where sorting would', () => {
    const random = new RandomSource(12);
    const values = Float64Array.from({ length: 70_001 }, (_, row) =>
      row % 9 === 0 ? Number.NaN : Math.round((random.unit() - 0.3) * 1e4) / 10 ** random.below(5),
    );
    const known = values.filter((value) => !Number.isNaN(value)).toSorted();
    const { edges, codes } = quantileBins(values, 10);
    for (const [part, edge] of edges.entries()) {
      const place = ((known.length - 1) * (part + 1)) / 10;
      const [low, high] = [known[Math.floor(place)]!, known[Math.ceil(place)]!];
      expectNear(edge, low + (high - low) * (place % 1));
    }
    const misplaced = values.filter(
      (value, row) => !Number.isNaN(value) && edges.filter((edge) => value > edge).length !== codes[row],
    );
    expect(misplaced).toHaveLength(0);
  });

  it('keeps the most frequent categories and pools the rest', () => {
    const bins = categoryBins(Int32Array.of(4, 4, 4, 2, 2, 7, 9, -1, 2, 9), 2);
    expect(bins).toMatchObject({ kept: Int32Array.of(2, 4), rest: 2, missing: 3, bins: 4 });
    expect([...bins.codes]).toEqual([1, 1, 1, 0, 0, 2, 2, 3, 0, 2]);
    expect(categoryBins(Int32Array.of(1, 0), 2)).toMatchObject({ bins: 2, rest: undefined, missing: undefined });
  });
});

describe('the search for slices', () => {
  const random = new RandomSource(31);
  const rows = 20_003;
  const columns = [3, 5, 2, 40].map((bins) => ({ codes: codes(() => random.below(bins)), bins }));
  const bad = (row: number) => columns[0]!.codes[row] === 1 && columns[1]!.codes[row] === 4;
  const flips = Int8Array.from({ length: rows }, (_, row) => {
    const draw = random.unit();
    return draw < (bad(row) ? 0.2 : 0.02) ? -1 : draw > 0.98 ? 1 : 0;
  });

  it('finds the pair of conditions that was planted, and ranks it first', () => {
    const { slices, overallRate, leastRows } = valueOf(searchSlices(columns, flips));
    expect(slices[0]!.conditions).toEqual([
      { column: 0, bin: 1 },
      { column: 1, bin: 4 },
    ]);
    expect(slices[0]!.adjustedP).toBeLessThan(1e-20);
    expect(leastRows).toBe(201);
    expectNear(overallRate, -flips.reduce((sum, flip) => sum + flip, 0) / rows);
  });

  it('counts what counting row by row gives, for every slice with rows enough', () => {
    const found = valueOf(searchSlices(columns, flips, { limit: 10_000 }));
    const expected = everySlice(columns).filter(({ members }) => members.length >= found.leastRows);
    expect(found.tested).toBe(expected.length);
    const pValues: number[] = [];
    const byName = new Map(found.slices.map((slice) => [JSON.stringify(slice.conditions), slice]));
    for (const { conditions, members } of expected) {
      const negative = members.filter((row) => flips[row] === -1).length;
      const positive = members.filter((row) => flips[row] === 1).length;
      pValues.push(mcNemarExact(negative, positive));
      const slice = byName.get(JSON.stringify(conditions))!;
      expect(slice).toMatchObject({ rows: members.length, negative, positive, p: pValues.at(-1) });
      expect(slice.excess).toBeCloseTo(negative - positive - members.length * found.overallRate, 6);
    }
    const adjusted = benjaminiHochberg(pValues);
    expected.forEach(({ conditions }, index) => {
      expectNear(byName.get(JSON.stringify(conditions))!.adjustedP, adjusted[index]!);
    });
    const excesses = found.slices.map(({ excess }) => excess);
    expect(excesses).toEqual(excesses.toSorted((a, b) => b - a));
  });

  it('folds a slice of almost the same rows into the one ranked before it', () => {
    const copy = { bins: 3, codes: columns[0]!.codes.map((code, row) => (row % 50 === 0 ? 2 - code : code)) };
    const found = valueOf(searchSlices([columns[0]!, copy], flips));
    const folded = found.slices.flatMap((slice) => slice.folded.map((conditions) => [slice.conditions, conditions]));
    expect(folded.length).toBeGreaterThan(0);
    for (const pair of folded) {
      const [one, other] = pair.map((conditions) => membersOf([columns[0]!, copy], conditions));
      const others = new Set(other);
      const shared = one!.filter((row) => others.has(row)).length;
      expect(shared / (one!.length + other!.length - shared)).toBeGreaterThan(0.9);
    }
  });

  it('does not test a pair that is one of its conditions again, nor all rows', () => {
    const constant = { bins: 1, codes: codes(() => 0) };
    const found = valueOf(searchSlices([columns[2]!, constant], flips));
    expect(found.tested).toBe(2);
  });

  it('is not defined without rows or columns', () => {
    expectNotDefined(searchSlices([], flips));
    expectNotDefined(searchSlices([{ bins: 1, codes: new Uint8Array(0) }], new Int8Array(0)));
  });

  function codes(draw: () => number): Uint8Array {
    return Uint8Array.from({ length: rows }, draw);
  }
});

function membersOf(columns: readonly BinnedColumn[], conditions: readonly Condition[]): number[] {
  const all = Array.from(columns[0]!.codes.keys());
  return all.filter((row) => conditions.every(({ column, bin }) => columns[column]!.codes[row] === bin));
}

function everySlice(columns: readonly BinnedColumn[]): { conditions: Condition[]; members: number[] }[] {
  const singles = columns.flatMap(({ bins }, column) => Array.from({ length: bins }, (_, bin) => ({ column, bin })));
  const pairs = singles.flatMap((one) =>
    singles.filter((other) => other.column > one.column).map((other) => [one, other]),
  );
  return [...singles.map((one) => [one]), ...pairs].map((conditions) => ({
    conditions,
    members: membersOf(columns, conditions),
  }));
}
