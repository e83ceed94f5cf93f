import { spawn } from 'node:child_process';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { openEngine } from '../../engine/index.ts';
import { attach, type EngineClient } from '../../engine/launcher.ts';
import { entrypointPath, portOfChild } from '../../engine/processes/index.ts';

/** A connection to an engine, and how to end both. */
export interface Connection {
  client: EngineClient;
  close(): Promise<void>;
}

/** Every way in which a face can reach an engine. The behaviour must be one. */
export const transports: { name: string; open(workspace: string): Promise<Connection> }[] = [
  { name: 'in the same process', open: inProcess },
  { name: 'over the channel of a child process', open: asChild },
  { name: 'over the local socket', open: overSocket },
];

async function inProcess(workspace: string): Promise<Connection> {
  const engine = await openEngine(workspace);
  return { client: engine.client as EngineClient, close: () => engine.close() };
}

async function asChild(workspace: string): Promise<Connection> {
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
  return {
    client,
    close: async () => {
      // Without this it would wait a moment for the next one who needs it.
      child.kill('SIGTERM');
      await exit;
    },
  };
}

async function overSocket(workspace: string): Promise<Connection> {
  const attachment = await attach(workspace);
  const { pid } = await attachment.client.engine.status();
  return {
    client: attachment.client,
    close: async () => {
      process.kill(pid, 'SIGTERM');
      await attachment.lost;
    },
  };
}
