import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { openEngine } from '../../engine/index.ts';
import { attach, type EngineClient } from '../../engine/launcher.ts';
import { connect, enter, openOne } from '../security/window.ts';
import { entrypointPath, portOfChild } from '../../engine/processes/index.ts';

/** A connection to an engine of its own; `close` ends the engine and removes its workspace. */
export interface Connected {
  workspace: string;
  client: EngineClient;
  /** A host's client of the same engine, for what a page may not do: the same one where the transport is a host's. */
  host: EngineClient;
  close(): Promise<void>;
}

/** Every way in which a face can reach an engine. The behaviour must be one. */
export const transports: { name: string; audience: 'host' | 'page'; connect(): Promise<Connected> }[] = [
  { name: 'its own process', audience: 'host', connect: connectInProcess },
  { name: "a child's channel", audience: 'host', connect: connectToChild },
  { name: 'the local socket', audience: 'host', connect: connectToSocket },
  { name: 'a WebSocket of the window', audience: 'page', connect: connectToWindow },
];

export function newFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'drydock-contract-')));
}

async function connectInProcess(): Promise<Connected> {
  const workspace = newFolder();
  const engine = await openEngine(workspace);
  return connected(workspace, engine.client as EngineClient, () => engine.close());
}

async function connectToChild(): Promise<Connected> {
  const workspace = newFolder();
  const child = spawn(process.execPath, ['--no-warnings', entrypointPath('engine'), '--workspace', workspace], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const exit = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The engine ended with ${code}.`)));
  });
  const client = createORPCClient<EngineClient>(new RPCLink({ port: portOfChild(child) }));
  return connected(workspace, client, async () => {
    // Without this it would wait a moment for the next one who needs it.
    child.kill('SIGTERM');
    await exit;
  });
}

export async function connectToSocket(): Promise<Connected> {
  const workspace = newFolder();
  const attachment = await attach(workspace);
  const { pid } = await attachment.client.engine.status();
  return connected(workspace, attachment.client, async () => {
    process.kill(pid, 'SIGTERM');
    await attachment.lost;
  });
}

async function connectToWindow(): Promise<Connected> {
  const window = await openOne();
  const page = connect(window, await enter(window));
  const host = await attach(window.host.workspace);
  const { pid } = await host.client.engine.status();
  const close = async (): Promise<void> => {
    page.socket.terminate();
    host.detach();
    await window.close();
    process.kill(pid, 'SIGTERM');
  };
  return { workspace: window.host.workspace, client: page.client, host: host.client, close };
}

function connected(workspace: string, client: EngineClient, end: () => Promise<void>): Connected {
  const close = async (): Promise<void> => {
    await end();
    await rm(workspace, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  return { workspace, client, host: client, close };
}
