import type { Progress } from '../contract/index.ts';

/** What a job reports; rate and time left are worked out here. */
export interface ProgressReport {
  phase: string;
  done: number;
  total: number | null;
  unit: string;
}

interface Mark {
  at: number;
  done: number;
}

/** The rate is taken over this many milliseconds: long enough to be calm, short enough to follow a slow-down. */
const windowMs = 10_000;

/** Turns counts into a rate and the time left. A new phase or unit starts anew. */
export class ProgressMeter {
  #marks: Mark[] = [];
  #phase = '';

  measure(report: ProgressReport, now = performance.now()): Progress {
    if (report.phase !== this.#phase) {
      this.#phase = report.phase;
      this.#marks = [];
    }
    this.#marks.push({ at: now, done: report.done });
    while (this.#marks.length > 2 && now - this.#marks[0]!.at > windowMs) this.#marks.shift();
    const first = this.#marks[0]!;
    const elapsed = (now - first.at) / 1000;
    const rate = elapsed > 0 && report.done > first.done ? (report.done - first.done) / elapsed : null;
    const left = report.total === null || rate === null ? null : Math.max(0, report.total - report.done) / rate;
    return { ...report, rate, secondsLeft: left };
  }
}
