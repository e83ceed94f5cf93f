import { describe, expect, test } from 'vitest';
import { ProgressMeter } from '../../../engine/jobs/progress.ts';

const rows = (done: number, total: number | null = 100, phase = 'scoring') => ({ phase, done, total, unit: 'rows' });

describe('progress', () => {
  test('has no rate before the second report, then units a second and the time left', () => {
    const meter = new ProgressMeter();
    expect(meter.measure(rows(10), 1000)).toEqual({ ...rows(10), rate: null, secondsLeft: null });
    expect(meter.measure(rows(30), 3000)).toEqual({ ...rows(30), rate: 10, secondsLeft: 7 });
    expect(meter.measure(rows(100), 4000)).toMatchObject({ rate: 30, secondsLeft: 0 });
  });

  test('has no time left while the end is not known, and no rate while nothing moves', () => {
    const meter = new ProgressMeter();
    meter.measure(rows(0, null), 0);
    expect(meter.measure(rows(0, null), 1000)).toMatchObject({ rate: null, secondsLeft: null });
    expect(meter.measure(rows(5, null), 1000)).toMatchObject({ rate: 5, secondsLeft: null });
    expect(meter.measure(rows(7, 6), 1000)).toMatchObject({ rate: 7, secondsLeft: 0 });
  });

  test('follows a slow-down over the last ten seconds', () => {
    const meter = new ProgressMeter();
    meter.measure(rows(0, 10_000), 0);
    meter.measure(rows(1000, 10_000), 1000);
    for (let second = 2; second <= 20; second += 1) meter.measure(rows(999 + second, 10_000), second * 1000);
    expect(meter.measure(rows(1020, 10_000), 21_000)).toMatchObject({ rate: 1, secondsLeft: 8980 });
  });

  test('starts anew with a new phase', () => {
    const meter = new ProgressMeter();
    meter.measure(rows(50), 0);
    expect(meter.measure(rows(0, 10, 'writing'), 5000)).toMatchObject({ rate: null, secondsLeft: null });
    expect(meter.measure(rows(5, 10, 'writing'), 6000)).toMatchObject({ rate: 5, secondsLeft: 1 });
  });
});
