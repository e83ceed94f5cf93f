import type { Job } from '../../engine/contract/index.ts';
import { count, duration } from './terminal.ts';

/** A bar on stderr, drawn over itself; nothing where stderr is no terminal. */
export class ProgressBar {
  readonly #on: boolean;
  #drawn = false;

  constructor(quiet: boolean) {
    this.#on = !quiet && process.stderr.isTTY;
  }

  draw(job: Job): void {
    if (!this.#on || !job.progress) return;
    const { phase, done, total, unit, rate, secondsLeft } = job.progress;
    const share = total ? Math.min(1, done / total) : null;
    const parts = [share === null ? phase : `${phase} ${bar(share)} ${Math.floor(share * 100)} %`];
    if (total !== null && done > 0) parts.push(`${count(done)} of ${count(total)} ${unit}`);
    if (rate !== null) parts.push(`${count(rate)} ${unit}/s`);
    if (secondsLeft !== null) parts.push(`${duration(secondsLeft)} left`);
    this.#write(parts.join('  '));
  }

  clear(): void {
    if (this.#drawn) process.stderr.write('\r\u001b[K');
    this.#drawn = false;
  }

  #write(text: string): void {
    process.stderr.write(`\r\u001b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
    this.#drawn = true;
  }
}

const cells = 20;

function bar(share: number): string {
  const full = Math.round(share * cells);
  return '█'.repeat(full) + '░'.repeat(cells - full);
}
