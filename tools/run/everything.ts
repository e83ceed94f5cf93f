import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import config from '../../rolldown.config.ts';
import { packagesIn } from '../notices/packages.ts';
import { buildDesktop } from './desktop.ts';
import { buildWindow } from './window.ts';

/** Builds dist/node, dist/renderer and dist/electron. Returns the folders of the packages that are in them. */
export async function buildEverything(root: string): Promise<string[]> {
  rmSync(join(root, 'dist/node'), { recursive: true, force: true });
  const bundle = await rolldown(config);
  const { output } = await bundle.write(config.output);
  await bundle.close();
  const programs = output.filter((file) => file.type === 'chunk' && file.isEntry).map((file) => file.fileName);
  console.log(`dist/node: ${programs.toSorted().join(', ')}.`);
  const ofWindow = await buildWindow(root, 'info');
  console.log('dist/renderer: the window.');
  const ofDesktop = await buildDesktop(root);
  console.log('dist/electron: the desktop host.');
  return [...new Set([...packagesIn(root, output), ...ofWindow, ...ofDesktop])];
}
