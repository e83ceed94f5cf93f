import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** A suite is a folder of tests; `--project NAME` runs one. */
function suite(
  name: string,
  include: string[],
  settings: {
    testTimeout?: number;
    hookTimeout?: number;
    maxConcurrency?: number;
    maxWorkers?: number;
    exclude?: string[];
    globalSetup?: string[];
  } = {},
) {
  return { extends: true as const, test: { name, include, ...settings } };
}

/** Attacks on the page itself need what tests of the window need. */
const inBrowser = ['tests/security/page*.test.ts'];

export default defineConfig({
  test: {
    // Native modules and child processes: a crash must cost one file, not the run.
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    passWithNoTests: true,
    // Tests start hundreds of processes of the same program: each is compiled once.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, '.cache/compile') },
    projects: [
      // Two at once also on two cores: most of the time is spent waiting for children to start.
      suite('unit', ['tests/unit/**/*.test.ts'], { maxWorkers: 2 }),
      suite('contract', ['tests/contract/**/*.test.ts'], { maxWorkers: 2 }),
      suite('e2e', ['tests/e2e/**/*.test.ts'], { hookTimeout: 240_000, maxConcurrency: 3, maxWorkers: 2 }),
      suite('crash', ['tests/crash/**/*.test.ts'], { exclude: ['**/*.long.test.ts'] }),
      suite('crash-long', ['tests/crash/**/*.long.test.ts'], { testTimeout: 3_600_000 }),
      suite('security', ['tests/security/**/*.test.ts'], { exclude: inBrowser, maxWorkers: 2 }),
      // A browser, an engine and its children each: more at once would only wait for each other.
      suite('window', ['tests/window/**/*.test.ts', ...inBrowser], {
        globalSetup: ['tests/window/setup.ts'],
        testTimeout: 120_000,
        hookTimeout: 120_000,
        maxWorkers: 2,
      }),
      // A screen, an Electron with its processes, an engine and its children each.
      suite('electron', ['tests/electron/**/*.test.ts'], {
        globalSetup: ['tests/electron/setup.ts'],
        testTimeout: 120_000,
        hookTimeout: 180_000,
        maxWorkers: 1,
      }),
      suite('real-models', ['tests/real-models/**/*.test.ts'], { testTimeout: 600_000, hookTimeout: 1_800_000 }),
      // Packages are built once a file; a program of each is started.
      suite('packaging', ['tests/packaging/**/*.test.ts'], {
        globalSetup: ['tests/electron/setup.ts'],
        testTimeout: 600_000,
        hookTimeout: 1_200_000,
        maxWorkers: 1,
      }),
    ],
  },
});
