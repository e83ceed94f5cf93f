import { expect, test } from 'vitest';
import { ResultView, type ResultViewInput } from '../../../engine/contract/index.ts';
import { pandasCode, polarsCode } from '../../../engine/runs/results/python-code.ts';

const kept = { name: '', role: 'kept', version: null, label: null, stored: 'string', sortable: true } as const;
const table = {
  versions: [],
  columns: [
    { ...kept, column: 'seen', name: 'seen', type: 'timestamp', filters: ['dates'] },
    { ...kept, column: 'size', name: 'size', type: 'number', filters: ['range'] },
    { ...kept, column: 'flag', name: 'flag', type: 'boolean', filters: ['boolean'] },
    { ...kept, column: 'score', name: 'score', type: 'number', stored: 'float32', filters: ['range'] },
  ],
} as unknown as Parameters<typeof pandasCode>[0];

function codeOf(view: ResultViewInput): string[] {
  const parsed = ResultView.parse(view);
  return [pandasCode(table, parsed, 'files'), polarsCode(table, parsed, 'files')];
}

test('times of a filter and of the cells are compared in UTC, without a zone', () => {
  const [pandas, polars] = codeOf({ filters: [{ kind: 'dates', column: 'seen', from: '2026-01-02T03:00:00Z' }] });
  expect(pandas).toContain('utc=True).dt.tz_localize(None) >= pd.Timestamp("2026-01-02T03:00:00"))');
  expect(polars).toContain('pl.lit("2026-01-02T03:00:00")');
  expect(polars?.match(/time_zone="UTC", strict=False\)\.dt\.replace_time_zone\(None\)/g)).toHaveLength(2);
});

test('NaN is missing to polars too, in text and in floats', () => {
  for (const column of ['size', 'score']) {
    const [, polars] = codeOf({ filters: [{ kind: 'range', column, min: 0 }], sort: [{ column }] });
    expect(polars?.match(/\.fill_nan\(None\)/g), column).toHaveLength(2);
  }
});

test('booleans are sorted as booleans, missing ones last', () => {
  const [pandas, polars] = codeOf({ sort: [{ column: 'flag' }] });
  expect(pandas).toContain('na_position="last", key=lambda values: values.str.strip().str.lower().map(');
  expect(polars).toContain('.replace_strict({"true": 1, "false": 0}, default=None');
});
