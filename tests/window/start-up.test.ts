import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startUpScripts } from './start-up.ts';
import { root } from './window.ts';

test('the window starts with at most 400 KB of JavaScript, compressed', () => {
  const scripts = startUpScripts(join(root, 'dist/renderer'));
  expect(scripts.length).toBeGreaterThan(0);
  expect(scripts.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0)).toBeLessThanOrEqual(400_000);
});

test('what a script imports at once is counted with it, what it loads later is not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'drydock-start-up-'));
  try {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<script type="module" crossorigin src="./assets/a.js"></script>');
    writeFileSync(join(folder, 'assets/a.js'), `import{x}from"./b.js";import"./c.js";import("./later.js")`);
    writeFileSync(join(folder, 'assets/b.js'), `export*from'./c.js';`);
    writeFileSync(join(folder, 'assets/c.js'), 'import "./a.js"');
    const names = startUpScripts(folder).map(({ path }) => path.replaceAll('\\', '/'));
    expect(names.toSorted()).toEqual(['assets/a.js', 'assets/b.js', 'assets/c.js']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
