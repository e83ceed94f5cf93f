import { join } from 'node:path';
import { app } from 'electron';
import { findOtherNode24, nodeIsMissing } from '../cli/node24.mjs';
import { problem } from '../engine/contract/index.ts';
import type { EngineProgram } from '../engine/launcher.ts';
import { programRoot } from './program-root.ts';

/**
 * The Node 24 and the program that an engine starts with: those shipped beside the app in a package, those of the
 * checkout otherwise. Never Electron's own Node. Errors: ENGINE_LOST without a Node.
 */
export function engineProgram(): EngineProgram {
  if (app.isPackaged) {
    const unpacked = join(process.resourcesPath, 'app.asar.unpacked');
    return {
      node: join(process.resourcesPath, 'node', process.platform === 'win32' ? 'node.exe' : 'node'),
      entrypoint: join(unpacked, 'dist/node/engine.mjs'),
    };
  }
  const node = findOtherNode24();
  if (node === null) throw problem('ENGINE_LOST', nodeIsMissing);
  return { node, entrypoint: join(programRoot, 'engine/entrypoints/engine.ts') };
}
