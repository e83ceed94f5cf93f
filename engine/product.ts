import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** The package.json above a module: this program's own, whether it runs from source or from a build. */
function packageAbove(start: string, name: string): { folder: string; version: string } {
  for (let folder = start; ; folder = dirname(folder)) {
    try {
      const found = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (found.name === name) return { folder, version: found.version ?? '0.0.0' };
    } catch {
      // No package.json here: look one folder up.
    }
    if (dirname(folder) === folder) throw new Error(`No package.json of ${name} above ${start}.`);
  }
}

export function programVersion(): string {
  return packageAbove(import.meta.dirname, 'drydock').version;
}

/** Where the program's own files lie (resources/samples and so on). */
export function programFolder(): string {
  return packageAbove(import.meta.dirname, 'drydock').folder;
}

/** The inference runtime that workers load, told without loading it here. */
export function runtimeVersion(): { name: string; version: string } {
  const main = require.resolve('onnxruntime-node');
  return { name: 'onnxruntime', version: packageAbove(dirname(main), 'onnxruntime-node').version };
}
