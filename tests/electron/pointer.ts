/** Keys and a pointer as a person's, on a screen of X. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A window to drag real files out of; test equipment of the machine. */
const source = join(import.meta.dirname, '../../..', 'shared/electron-rig/tools/drag-source.py');

export function pressKeys(display: string, keys: string): void {
  xdotool(display, 'search', '--onlyvisible', '--name', '^Drydock$', 'windowfocus', '--sync', 'key', keys);
}

/** Drags files from another program's window to a place of the screen. False: this machine has no such program. */
export async function dragFiles(
  display: string,
  paths: readonly string[],
  { x, y }: { x: number; y: number },
): Promise<boolean> {
  if (!existsSync(source)) return false;
  const program = spawn(source, paths, {
    env: { ...process.env, DISPLAY: display },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    await new Promise<void>((resolve, reject) => {
      program.once('exit', () => reject(new Error('The window to drag from did not open.')));
      program.stdout.once('data', () => resolve());
    });
    await sleep(300);
    const move = (atX: number, atY: number): void => xdotool(display, 'mousemove', String(atX), String(atY));
    move(60, 40);
    xdotool(display, 'mousedown', '1');
    for (let step = 1; step <= 10; step += 1) {
      move(60 + ((x - 60) * step) / 10, 40 + ((y - 40) * step) / 10);
      await sleep(60);
    }
    await sleep(300);
    move(x + 3, y + 3);
    await sleep(200);
    xdotool(display, 'mouseup', '1');
    // It ends by itself once the files were taken.
    await Promise.race([once(program, 'exit'), sleep(20_000)]);
    return true;
  } finally {
    program.kill();
  }
}

function xdotool(display: string, ...words: string[]): void {
  const rounded = words.map((word) => (/^\d+\.\d+$/.test(word) ? String(Math.round(Number(word))) : word));
  const { status, stderr } = spawnSync('xdotool', rounded, {
    encoding: 'utf8',
    timeout: 20_000,
    env: { ...process.env, DISPLAY: display },
  });
  if (status !== 0) throw new Error(`xdotool ${rounded.join(' ')}: ${stderr}`);
}
