import { createORPCClient, type ClientContext, type ClientLink } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { create } from 'zustand';
import type { Contract } from '../../engine/contract/index.ts';
import { SessionEnded, type Host, type HostConnection } from '../host/index.ts';

export type EngineClient = ContractRouterClient<Contract>;

/** `connecting` at the start, `open`, `lost` while it is tried again, `ended` when only a person can go on. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'ended';

interface Connection {
  state: ConnectionState;
  /** Grows with every connection that was opened: what listens to the engine begins anew. */
  opened: number;
  /** Whether the engine was started again since the last connection. */
  restarted: boolean;
}

export const useConnection = create<Connection>()(() => ({ state: 'connecting', opened: 0, restarted: false }));

/** Waits between attempts, in milliseconds; the last goes on for ever. */
const waits = [200, 500, 1000, 2000, 4000];

/**
 * The engine's calls over whatever connection is open now. A call made while the connection is lost waits for the next
 * one; a call that was under way when it was lost fails, and what reads is asked again.
 */
export function connectEngine(host: Host): EngineClient {
  let current: Promise<HostConnection> = open(host, 0);
  const follow = async (): Promise<void> => {
    let restarted = false;
    for (;;) {
      const connection = await current;
      useConnection.setState(({ opened }) => ({ state: 'open', opened: opened + 1, restarted }));
      const reason = await connection.lost;
      if (reason === 'session-ended') {
        useConnection.setState({ state: 'ended' });
        return;
      }
      restarted = reason === 'engine-restarted';
      useConnection.setState({ state: 'lost' });
      current = open(host, waits[0] ?? 0);
    }
  };
  void follow();
  const link: ClientLink<ClientContext> = {
    call: async (path, input, options) => (await current).link.call(path, input, options),
  };
  return createORPCClient<EngineClient>(link);
}

async function open(host: Host, firstWait: number): Promise<HostConnection> {
  await pause(firstWait);
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await host.connect();
    } catch (error) {
      if (error instanceof SessionEnded) {
        useConnection.setState({ state: 'ended' });
        return new Promise(() => {});
      }
      await pause(waits[Math.min(attempt, waits.length - 1)] ?? 4000);
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    window.setTimeout(resolve, milliseconds);
  });
}
