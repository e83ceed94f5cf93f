import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import * as vitest from 'vitest';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { attach, type Attachment, type EngineClient } from '../../engine/launcher.ts';
import { openWindow, type WindowHost } from '../../web/index.ts';

export const root = join(import.meta.dirname, '../..');
export const samples = join(root, 'resources/samples');
export const fixtures = join(root, 'tests/fixtures/models');

/** Waits in the page; generous, because a busy machine is no defect. */
const patienceMs = 45_000;

/** Tests in a browser; skipped where there is none, in one line that tests/window/setup.ts says. */
const { skip } = vitest.test;
export const test = inject('chromium') === '' ? skip : vitest.test;

interface WindowOptions {
  /** Folders that the window may browse in place. */
  roots?: readonly string[];
  /** Words of the console that a test provokes on purpose. */
  expected?: RegExp;
}

/** The window over a workspace of its own: real host, real engine, real browser; one for each file of tests. */
export class TestWindow {
  /** A folder of the test's own, with the workspace in it. */
  folder = '';
  #host: WindowHost | null = null;
  #browser: Browser | null = null;
  #attached: Attachment | null = null;
  #contexts: BrowserContext[] = [];
  /** Errors that the console or the page itself told of since the last test. */
  #wrong: string[] = [];
  readonly #options: WindowOptions;

  constructor(options: WindowOptions = {}) {
    this.#options = options;
  }

  get host(): WindowHost {
    return this.#host!;
  }

  get workspace(): string {
    return join(this.folder, 'workspace');
  }

  async start(): Promise<void> {
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), 'drydock-browser-')));
    this.#host = await openWindow({
      workspace: this.workspace,
      roots: this.#options.roots ?? [],
      port: 0,
      rendererFolder: join(root, 'dist/renderer'),
      news: { onLost: () => {}, onBack: () => {}, onStaleAddress: () => {} },
    });
    this.#browser = await launchBrowser();
  }

  /** The engine as a host sees it, for what a test prepares or compares. */
  async client(): Promise<EngineClient> {
    this.#attached ??= await attach(this.workspace);
    return this.#attached.client;
  }

  /** A new tab with a fresh address, at Home. */
  async open(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const page = await this.tab(options);
    await page.goto(this.host.newAddress({ exposed: false }));
    await page.getByText('Engine on this machine').waitFor();
    return page;
  }

  /** A new tab of a browser that knows nothing of others, at no address. */
  async tab(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context = await this.#browser!.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
      ...options,
    });
    context.setDefaultTimeout(patienceMs);
    this.#contexts.push(context);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.#wrong.push(`page: ${error.stack ?? error.message}`));
    page.on('console', (message) => {
      const text = message.text();
      if (['error', 'warning'].includes(message.type()) && !this.#options.expected?.test(text))
        this.#wrong.push(`console ${message.type()}: ${text} ${message.location().url}`);
    });
    // Dialogs are taken over from the start: a listener that comes with the key press may come too late for it.
    page.on('filechooser', () => {});
    return page;
  }

  /** Closes the tabs of a test and gives what went wrong in them. */
  async closeTabs(): Promise<string[]> {
    for (const context of this.#contexts.splice(0)) await context.close();
    return this.#wrong.splice(0);
  }

  /** What a failed test had on screen, for whoever looks into it. */
  async picture(name: string): Promise<void> {
    const path = join(root, '.cache/window-failures', `${name.replaceAll(/\W+/g, '-').slice(0, 100)}.png`);
    const [page] = this.#contexts.at(-1)?.pages() ?? [];
    await page?.screenshot({ path }).then(
      () => console.error(`On screen: ${path}`),
      () => {},
    );
  }

  /** Kills the engine as a crash would. */
  killEngine(): void {
    const { pid } = JSON.parse(readFileSync(join(this.workspace, 'engine.json'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    this.#attached = null;
  }

  async close(): Promise<void> {
    await this.closeTabs();
    await this.#browser?.close();
    this.#attached?.detach();
    await this.#host?.close();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
  }
}

export async function launchBrowser(program = inject('chromium')): Promise<Browser> {
  return chromium.launch({
    executablePath: program,
    // Chromium's own sandbox refuses to be used by root, as in a container.
    chromiumSandbox: process.getuid?.() !== 0,
  });
}

/** Opens a window for the tests of a file; every test fails on a word of error in the console. */
export function useWindow(options: WindowOptions = {}): TestWindow {
  const window = new TestWindow(options);
  beforeAll(() => (inject('chromium') === '' ? undefined : window.start()));
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await window.picture(task.name);
    expect(await window.closeTabs(), 'what the console said').toEqual([]);
  });
  afterAll(() => window.close());
  return window;
}
