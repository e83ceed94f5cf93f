import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { defaultWorkspace } from '../engine/launcher.ts';

/** What this start was asked for. It crosses to a program that runs already, so it is plain data. */
export interface Wanted {
  workspace: string;
  /** Absolute paths to open; whether they exist is for the engine to say. */
  files: string[];
}

/** More files than this are no handful that a person opens: they are a folder. */
const mostFiles = 1000;

/**
 * Reads the program's arguments: `[--workspace=DIR] [FILE...]`. `main` is the script that Electron was started with, null
 * in a package: everything up to it is Electron's own. Switches that are not ours are Chromium's.
 */
export function readCommandLine(argv: readonly string[], main: string | null, cwd: string): Wanted {
  const start = main === null ? 1 : Math.max(1, argv.findIndex((argument) => samePlace(argument, main, cwd)) + 1);
  let workspace = process.env.DRYDOCK_WORKSPACE || defaultWorkspace();
  const files: string[] = [];
  for (const argument of argv.slice(start)) {
    const named = /^--workspace=(.+)$/s.exec(argument)?.[1];
    if (named !== undefined) workspace = named;
    else if (!argument.startsWith('-') && argument !== '') files.push(resolve(cwd, argument));
  }
  return { workspace: resolve(cwd, workspace), files: files.slice(0, mostFiles) };
}

/** The files that another start handed over. They come from outside this process, so their shape is looked at. */
export function handedOver(data: unknown): string[] {
  const { files } = (data ?? {}) as Partial<Wanted>;
  return Array.isArray(files) ? files.filter((file) => typeof file === 'string').slice(0, mostFiles) : [];
}

function samePlace(argument: string, path: string, cwd: string): boolean {
  try {
    return realpathSync(resolve(cwd, argument)) === realpathSync(path);
  } catch {
    return false;
  }
}
