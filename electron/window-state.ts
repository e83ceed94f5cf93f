import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, screen, type BrowserWindow, type Rectangle } from 'electron';
import { z } from 'zod';

const State = z.object({
  bounds: z.object({ x: z.number().int(), y: z.number().int(), width: z.number().int(), height: z.number().int() }),
  maximised: z.boolean(),
});
type State = z.infer<typeof State>;

export const smallest = { width: 800, height: 560 };
const first = { width: 1280, height: 860 };
/** This much of a window must lie on a screen, or it opens where the system puts it. */
const grip = 100;

/** Where the window was at its last end, if that place is still on a screen. */
export function rememberedState(): { bounds: Partial<Rectangle>; maximised: boolean } {
  const state = read();
  if (state === null) return { bounds: first, maximised: false };
  const { x, y, width, height } = state.bounds;
  const size = { width: Math.max(width, smallest.width), height: Math.max(height, smallest.height) };
  return { bounds: isOnScreen(state.bounds) ? { x, y, ...size } : size, maximised: state.maximised };
}

/** Writes the window's place down when it closes. */
export function rememberState(window: BrowserWindow): void {
  window.on('close', () => {
    const state: State = { bounds: window.getNormalBounds(), maximised: window.isMaximized() };
    try {
      writeFileSync(stateFile(), `${JSON.stringify(state)}\n`);
    } catch (error) {
      // The next window opens at its first place: no reason to hold this one open.
      console.error(error);
    }
  });
}

function read(): State | null {
  try {
    return State.parse(JSON.parse(readFileSync(stateFile(), 'utf8')));
  } catch {
    return null;
  }
}

function stateFile(): string {
  return join(app.getPath('userData'), 'window.json');
}

function isOnScreen({ x, y, width, height }: Rectangle): boolean {
  return screen.getAllDisplays().some(({ workArea: area }) => {
    const seenX = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
    const seenY = Math.min(y + height, area.y + area.height) - Math.max(y, area.y);
    return seenX >= grip && seenY >= grip;
  });
}
