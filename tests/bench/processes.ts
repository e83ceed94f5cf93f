import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface Measured {
  seconds: number;
  /** Peak of the proportional set sizes of all processes of the command, in bytes; null where the system does not tell. */
  peakBytes: number | null;
  stdout: string;
}

/** Reading a large process's maps costs some ten milliseconds: seldom enough not to disturb what is measured. */
const sampleMs = 500;

/** Runs a command and everything it starts (told by an environment variable they inherit), and samples their memory. */
export function measure(command: string, args: string[], environment: NodeJS.ProcessEnv): Promise<Measured> {
  const mark = `DRYDOCK_BENCH=${process.pid}-${Date.now()}`;
  const [name, value] = mark.split('=') as [string, string];
  const begun = performance.now();
  const child = spawn(command, args, {
    env: { ...process.env, ...environment, [name]: value },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, proportionalBytes(mark));
  }, sampleMs);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      clearInterval(timer);
      if (code === 0) resolve({ seconds: (performance.now() - begun) / 1000, peakBytes: peak || null, stdout });
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}: ${stdout}`));
    });
  });
}

function proportionalBytes(mark: string): number {
  if (process.platform !== 'linux') return 0;
  let sum = 0;
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark)) continue;
      const line = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'));
      sum += Number(line?.[1] ?? 0) * 1024;
    } catch {
      // The process ended while it was looked at.
    }
  }
  return sum;
}
