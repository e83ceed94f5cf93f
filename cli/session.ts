import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Job, VersionRef } from '../engine/contract/index.ts';
import { problem } from '../engine/contract/index.ts';
import { attach, defaultWorkspace, type EngineClient } from '../engine/launcher.ts';
import type { Globals } from './globals.ts';
import { ProgressBar } from './text/progress.ts';
import { visible } from './text/terminal.ts';

/** A verb's connection to the engine, and what it says to a person meanwhile. */
export interface Session {
  client: EngineClient;
  globals: Globals;
  /** Fails with ENGINE_LOST when the engine ends under a call. */
  guard<T>(work: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Attaches to the workspace's engine, starts one, or (--detached) opens one in this process. */
export async function openSession(globals: Globals): Promise<Session> {
  const workspace = resolve(globals.workspace ?? process.env.DRYDOCK_WORKSPACE ?? defaultWorkspace());
  if (globals.detached) {
    const { openEngine } = await import('../engine/index.ts');
    const engine = await openEngine(workspace);
    return { client: engine.client, globals, guard: (work) => work, close: () => engine.close() };
  }
  const attachment = await attach(workspace);
  const lost = attachment.lost.then(() => {
    throw problem('ENGINE_LOST', 'The engine ended while it was at work. What was committed is kept.', {
      subject: attachment.workspace,
      hint: 'drydock runs shows what can be resumed.',
    });
  });
  lost.catch(() => {});
  return {
    client: attachment.client,
    globals,
    guard: (work) => Promise.race([work, lost]),
    close: async () => attachment.detach(),
  };
}

/** Opens a session, does the work, closes it whatever happened. */
export async function withSession<T>(globals: Globals, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await openSession(globals);
  try {
    return await session.guard(work(session));
  } finally {
    await session.close();
  }
}

/** `name@3`, `name@champion`, `sha256:...`, or a file or folder, which is imported on the way. A path that exists is a path. */
export async function versionRef(session: Session, text: string): Promise<VersionRef> {
  if (text === '')
    throw problem('USAGE', 'The name of a model is empty.', { hint: 'Look for a variable that is not set.' });
  if (text.startsWith('sha256:') || !existsSync(text)) return { ref: text };
  return { grant: await inputGrant(session, text) };
}

/** Leave to read a path. An empty one, as an unset variable of a script leaves it, must not mean the current folder. */
export async function inputGrant(session: Session, path: string): Promise<string> {
  if (path === '') throw problem('USAGE', 'A path is empty.', { hint: 'Look for a variable that is not set.' });
  return (await session.client.files.grantInput({ path: resolve(path) })).grant;
}

export async function inputGrants(session: Session, paths: readonly string[]): Promise<string[]> {
  const grants: string[] = [];
  for (const path of paths) grants.push(await inputGrant(session, path));
  return grants;
}

/** All items of a list that comes in pages; `keyOf` gives what the next page is asked for with. */
export async function allPages<Item>(
  page: (after: { after?: string }) => Promise<Item[]>,
  keyOf: (item: Item) => string,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let found = await page({}); found.length > 0;) {
    for (const item of found) items.push(item);
    found = await page({ after: keyOf(found.at(-1)!) });
  }
  return items;
}

/** Follows a job to its end with a progress bar. Ctrl-C cancels between batches, a second one kills, a third one leaves. */
export async function followJob(session: Session, id: string): Promise<Job> {
  const bar = new ProgressBar(session.globals.quiet === true || session.globals.json === true);
  let interrupts = 0;
  const interrupt = (): void => {
    interrupts += 1;
    if (interrupts > 2) process.exit(130);
    bar.clear();
    note(
      session.globals,
      interrupts === 1
        ? 'Cancelling after the current batches. Ctrl-C again kills the workers.'
        : 'Killing the workers.',
    );
    session.client.jobs.cancel({ job: id }).catch(() => {});
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    let last: Job | null = null;
    for await (const job of await session.client.jobs.watch({ job: id })) {
      last = job;
      bar.draw(job);
    }
    return last ?? (await session.client.jobs.get({ job: id }));
  } finally {
    bar.clear();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** One line for a person, on stderr so that stdout holds results alone. */
export function note(globals: Globals, text: string): void {
  if (!globals.quiet) process.stderr.write(`${visible(text)}\n`);
}

/** A result: one JSON document under --json, else the text. */
export function print(globals: Globals, result: unknown, text: () => string): void {
  process.stdout.write(globals.json ? `${JSON.stringify(result)}\n` : `${text()}\n`);
}
