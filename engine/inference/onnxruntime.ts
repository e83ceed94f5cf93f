import { createRequire } from 'node:module';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Feed, FeedData, OutputTensor } from '../recipes/index.ts';
import type { Runtime, Session, SessionOptions, SessionValue } from './runtime.ts';
import { openProblem } from './session-errors.ts';

const packageFile = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };

/** 4 is fatal: what goes wrong comes back as an error and is put into words, nothing is printed. */
const quiet = 4;

/** ONNX Runtime on the processor. The native library is loaded with the first model, not with this module. */
export const onnxRuntime: Runtime = {
  name: 'onnxruntime',
  version: packageFile.version,
  executionProvider: 'cpu',
  async open(modelPath, options) {
    const { InferenceSession } = await import('onnxruntime-node');
    let session: InferenceSession;
    try {
      session = await InferenceSession.create(modelPath, sessionOptions(options));
    } catch (error) {
      throw openProblem(error, packageFile.version);
    }
    return wrap(session);
  },
};

function sessionOptions(options: SessionOptions): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    executionMode: 'sequential',
    interOpNumThreads: 1,
    intraOpNumThreads: options.threads,
    graphOptimizationLevel: options.optimisation === 'all' ? 'all' : 'disabled',
    logSeverityLevel: quiet,
    // Idle threads that spin take the processor from the lanes beside them.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}

function wrap(session: InferenceSession): Session {
  return {
    inputs: session.inputMetadata.map(sessionValue),
    outputs: session.outputMetadata.map(sessionValue),
    async run(feeds, fetches) {
      const tensors = await tensorsOf(feeds);
      const results = await session.run(tensors, [...fetches], { logSeverityLevel: quiet });
      return new Map(fetches.map((name) => [name, outputTensor(results[name]!)]));
    },
    close: () => session.release(),
  };
}

function sessionValue(value: InferenceSession.ValueMetadata): SessionValue {
  return value.isTensor
    ? { name: value.name, type: value.type, shape: [...value.shape] }
    : { name: value.name, type: null, shape: null };
}

/** Feeds by name on an object without a prototype: a name is whatever the model says. */
async function tensorsOf(feeds: readonly Feed[]): Promise<Record<string, Tensor>> {
  const { Tensor } = await import('onnxruntime-node');
  const tensors = Object.create(null) as Record<string, Tensor>;
  for (const feed of feeds) {
    tensors[feed.name] =
      feed.type === 'float16'
        ? halfTensor(feed)
        : new Tensor(feed.type as 'float32', feed.data as Float32Array, feed.dims);
  }
  return tensors;
}

/**
 * onnxruntime-node 1.30 reads a Float16Array as empty ("not enough space: expected 4, got 0"), and its Tensor makes one
 * of everything that is said to be float16. The binding itself takes the bits as a Uint16Array on a plain object.
 */
function halfTensor(feed: Feed): Tensor {
  const data = feed.data as Exclude<FeedData, string[]>;
  const bits = new Uint16Array(data.buffer, data.byteOffset, data.length);
  return { type: 'float16', data: bits, dims: feed.dims, location: 'cpu' } as unknown as Tensor;
}

function outputTensor(tensor: Tensor): OutputTensor {
  return { type: tensor.type, dims: tensor.dims, data: tensor.data };
}
