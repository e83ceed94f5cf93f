import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { builtinModules } from 'node:module';
import type { OutputOptions, RolldownOptions } from 'rolldown';

/**
 * Programs that a process or a thread starts with, each a file of its own in dist/node: engine/processes finds them by
 * their names, `.ts` in its folder in a checkout, `.mjs` beside itself in a build.
 */
const programs = [...globSync('engine/entrypoints/*.ts'), 'engine/processes/watchdog.ts'];

const output: OutputOptions = {
  dir: 'dist/node',
  format: 'esm',
  // Flat, so that a module's neighbours are the same whichever chunk it ends up in.
  entryFileNames: '[name].mjs',
  chunkFileNames: 'part-[name]-[hash].mjs',
};

/** Native modules stay packages: their binaries are found beside their own files. */
const native = [/^@duckdb\//, 'onnxruntime-node', 'sharp'];

/** The desktop host, as Electron loads it: main, and the preload, which is sandboxed and so must be one file. */
export const desktop = ['preload', 'main'].map((name) => ({
  input: { [name]: `electron/${name}.ts` },
  platform: 'node',
  external: [/^node:/, ...builtinModules, 'electron', ...native],
  transform: { target: 'node16' },
  output: { dir: 'dist/electron', format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
})) satisfies (RolldownOptions & { output: OutputOptions })[];

export default {
  input: Object.fromEntries([...programs.map((path) => [basename(path, '.ts'), path]), ['cli', 'cli/main.ts']]),
  platform: 'node',
  // Two optional accelerators of ws are not among the dependencies: it goes without them.
  external: [/^node:/, ...builtinModules, ...native, 'bufferutil', 'utf-8-validate'],
  transform: { target: 'node24' },
  output,
} satisfies RolldownOptions;
