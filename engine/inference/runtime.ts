import type { Feed, OutputTensor } from '../recipes/index.ts';

/** An input or output as the runtime sees it. `type` and `shape` are null for values that are no tensors. */
export interface SessionValue {
  name: string;
  type: string | null;
  shape: (number | string)[] | null;
}

export interface SessionOptions {
  /** Threads inside one operator. */
  threads: number;
  /** Rewriting of the graph before it runs; `off` for the first opening of a model that nobody knows. */
  optimisation: 'all' | 'off';
}

/** A model, loaded. One call of `run` at a time. */
export interface Session {
  inputs: SessionValue[];
  outputs: SessionValue[];
  /** Blocks the thread while it runs. Rejects with the runtime's own error; `runErrorInWords` translates it. */
  run(feeds: readonly Feed[], fetches: readonly string[]): Promise<Map<string, OutputTensor>>;
  close(): Promise<void>;
}

/** A library that runs models, behind one adapter each. */
export interface Runtime {
  name: string;
  version: string;
  executionProvider: 'cpu';
  /** Loads a model file. Throws MODEL_NOT_RUNNABLE, or MODEL_INVALID when the file is no model. */
  open(modelPath: string, options: SessionOptions): Promise<Session>;
}
