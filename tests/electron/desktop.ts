import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import * as vitest from 'vitest';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { attach, type Attachment, type EngineClient } from '../../engine/launcher.ts';
import { until } from '../crash/processes.ts';
import { openScreen, processesOf, type Screen } from './electron.ts';

export const root = join(import.meta.dirname, '../..');
export const samples = join(root, 'resources/samples');
export const mainScript = join(root, 'dist/electron/main.cjs');

const patienceMs = 45_000;
const launchMs = 35_000;

/** Tests of the desktop window; skipped where there is no Electron, in one line that tests/electron/setup.ts says. */
const { skip } = vitest.test;
export const test = inject('electron') === '' ? skip : vitest.test;

interface DesktopOptions {
  /** Words of the console that a test provokes on purpose. */
  expected?: RegExp;
}

/** The desktop window over a workspace of its own: real Electron, real engine, a screen of its own. */
export class TestDesktop {
  /** A folder of the test's own, with workspace and profile in it. */
  folder = '';
  app!: ElectronApplication;
  page!: Page;
  /** What the program itself said on its streams. */
  said = '';
  /** A packed program, in place of an Electron that is given the checkout's main script. */
  packed: { program: string; environment: Record<string, string> } | null = null;
  readonly #options: DesktopOptions;
  #screen: Screen | null = null;
  #attached: Attachment | null = null;
  #running = false;
  readonly #wrong: string[] = [];

  constructor(options: DesktopOptions) {
    this.#options = options;
  }

  get workspace(): string {
    return join(this.folder, 'workspace');
  }

  get display(): string {
    return this.#screen!.display;
  }

  async prepare(): Promise<void> {
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), 'drydock-desktop-')));
    this.#screen = await openScreen();
  }

  /** What the program is started with, before the files that are opened with it. */
  arguments(files: readonly string[] = []): string[] {
    return [
      // Chromium's own sandbox refuses to be used by root, as in a container.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--user-data-dir=${join(this.folder, 'profile')}`,
      ...(this.packed === null ? [mainScript] : []),
      `--workspace=${this.workspace}`,
      ...files,
    ];
  }

  environment(): Record<string, string> {
    const { ELECTRON_RUN_AS_NODE: _node, ...given } = process.env as Record<string, string>;
    return {
      ...given,
      ...(this.display === '' ? {} : { DISPLAY: this.display }),
      DRYDOCK_TEST: this.folder,
      ...this.packed?.environment,
    };
  }

  /** Starts the program and waits until its window can be used. */
  async start(files: readonly string[] = []): Promise<Page> {
    this.app = await this.#launch(files).catch((error: unknown) => {
      // On a busy machine Chromium now and then hangs before any code of ours runs: once more, after what is left of it.
      console.error(`Electron did not start: ${String(error).split('\n')[0]}`);
      this.#killAll();
      return this.#launch(files);
    });
    this.#running = true;
    this.said = '';
    for (const stream of [this.app.process().stdout, this.app.process().stderr])
      stream?.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
    this.page = await this.app.firstWindow();
    this.page.setDefaultTimeout(patienceMs);
    this.#listen(this.page);
    await this.page.getByText('Engine on this machine').waitFor();
    // Nothing can be dropped on a window that is not on the screen yet.
    await until('the window is seen', () =>
      this.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() === true),
    );
    return this.page;
  }

  #launch(files: readonly string[]): Promise<ElectronApplication> {
    return _electron.launch({
      executablePath: this.packed?.program ?? inject('electron'),
      args: this.arguments(files),
      chromiumSandbox: process.getuid?.() !== 0,
      env: this.environment(),
      cwd: this.folder,
      timeout: launchMs,
    });
  }

  #listen(page: Page): void {
    page.on('pageerror', (error) => this.#wrong.push(`page: ${error.stack ?? error.message}`));
    page.on('console', (message) => {
      const text = message.text();
      if (['error', 'warning'].includes(message.type()) && !this.#options.expected?.test(text))
        this.#wrong.push(`console ${message.type()}: ${text} ${message.location().url}`);
    });
  }

  /** What the console told of since the last call. */
  wrongs(): string[] {
    return this.#wrong.splice(0);
  }

  /** The engine as another host sees it. */
  async client(): Promise<EngineClient> {
    this.#attached ??= await attach(this.workspace);
    return this.#attached.client;
  }

  detach(): void {
    this.#attached?.detach();
    this.#attached = null;
  }

  engineId(): number {
    return (JSON.parse(readFileSync(join(this.workspace, 'engine.json'), 'utf8')) as { pid: number }).pid;
  }

  /** Every process of the program and its engine. */
  processes(): { pid: number; words: string }[] {
    return processesOf(this.folder);
  }

  async picture(name: string): Promise<void> {
    const path = join(root, '.cache/window-failures', `${name.replaceAll(/\W+/g, '-').slice(0, 100)}.png`);
    await this.page?.screenshot({ path, timeout: 5000 }).then(
      () => console.error(`On screen: ${path}`),
      () => {},
    );
  }

  /** What the program asked in its message boxes since its start; each is answered at once with that button. */
  async answerBoxes(response: number): Promise<void> {
    await this.app.evaluate(({ dialog }, button) => {
      const held = globalThis as { asked?: string[] };
      held.asked ??= [];
      dialog.showMessageBox = ((_window: unknown, { message }: { message: string }) => {
        held.asked!.push(message);
        return Promise.resolve({ response: button, checkboxChecked: false });
      }) as never;
    }, response);
  }

  asked(): Promise<string[]> {
    return this.app.evaluate(() => (globalThis as { asked?: string[] }).asked ?? []);
  }

  /** Asks the program to quit, as its menu does. */
  async askToQuit(): Promise<void> {
    await this.app.evaluate(({ app }) => void setImmediate(() => app.quit()));
  }

  /** Quits as a person does who confirms. */
  async quit(): Promise<void> {
    if (!this.#running) return;
    const main = this.app.process();
    await this.answerBoxes(0);
    await this.askToQuit();
    // A program that is debugged waits at its very end until the debugger has gone.
    await until(
      'the program is at its end',
      () => main.exitCode !== null || /Waiting for the debugger/.test(this.said),
    );
    await this.app.close();
    await until('the program has ended', () => main.exitCode !== null || main.signalCode !== null);
    this.#running = false;
    expect(main.exitCode, 'how the program ended').toBe(0);
  }

  #killAll(): void {
    for (const { pid } of this.folder === '' ? [] : this.processes()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    }
  }

  async close(): Promise<void> {
    this.detach();
    if (this.#running) await this.quit().catch((error: unknown) => console.error(error));
    this.#killAll();
    this.#screen?.close();
    if (this.folder !== '') rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
  }
}

/** A desktop window for the tests of a file; every test fails on a word of error in the console. */
export function useDesktop(options: DesktopOptions = {}): TestDesktop {
  const desktop = new TestDesktop(options);
  beforeAll(() => (inject('electron') === '' ? undefined : desktop.prepare()));
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      await desktop.picture(task.name);
      console.error(desktop.said);
    }
    expect(desktop.wrongs(), 'what the console said').toEqual([]);
  });
  afterAll(() => desktop.close());
  return desktop;
}
