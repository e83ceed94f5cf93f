import type { Job } from '../../engine/contract/index.ts';
import type { Tone } from './chip.tsx';
import { count, duration } from './numbers.ts';

export function isActive(job: Job): boolean {
  return job.status === 'running' || job.status === 'queued' || job.status === 'paused';
}

/** `scoring, 12 408 of 40 000 rows, 3 100 rows/s, 9 s left`. */
export function progressWords({ status, progress }: Job): string {
  if (status === 'paused' || status === 'queued') return status;
  if (progress === null) return status;
  const { phase, done, total, unit, rate, secondsLeft } = progress;
  const parts = [phase];
  if (total !== null) parts.push(`${count(done)} of ${count(total)} ${unit}`);
  else if (done > 0) parts.push(`${count(done)} ${unit}`);
  if (rate !== null && rate >= 1) parts.push(`${count(Math.round(rate))} ${unit}/s`);
  if (secondsLeft !== null) parts.push(`${duration(secondsLeft)} left`);
  return parts.join(', ');
}

export const jobTones: Record<Job['status'], Tone> = {
  queued: 'plain',
  running: 'accent',
  paused: 'plain',
  interrupted: 'warn',
  held: 'warn',
  done: 'good',
  failed: 'bad',
  cancelled: 'plain',
};
