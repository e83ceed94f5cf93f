/// <reference lib="es2025.float16" />
import { problem } from '../contract/index.ts';
import type { ElementType, Inspection } from '../contract/index.ts';
import type { Feed, FeedData } from '../recipes/index.ts';
import { onnxRuntime } from './onnxruntime.ts';
import { runErrorInWords } from './session-errors.ts';

/** The type and shape of a made-up input. `type` is an element type. */
export interface TrialFeed {
  name: string;
  type: string;
  dims: readonly number[];
}

/**
 * Opens a model and runs it once on zeros (empty texts), fetching every output that can be fetched. For finding out, in a
 * child with limits, whether a model hangs or crashes.
 *
 * Throws MODEL_NOT_RUNNABLE when the model does not open or does not run on them.
 */
export async function runOnce(modelPath: string, feeds: readonly TrialFeed[], inspection: Inspection): Promise<void> {
  const session = await onnxRuntime.open(modelPath, { threads: 1, optimisation: 'off' });
  try {
    // Inputs with a default are not among the session's inputs.
    const wanted = new Set(session.inputs.map((value) => value.name));
    const optional = new Set(inspection.optionalInputs);
    const made = feeds.filter((feed) => wanted.has(feed.name) && !optional.has(feed.name)).map(zeroFeed);
    const fetches = session.outputs.filter((value) => value.type !== null).map((value) => value.name);
    if (fetches.length > 0) await session.run(made, fetches);
  } catch (error) {
    throw problem('MODEL_NOT_RUNNABLE', `On made-up inputs ${runErrorInWords(error)}`, { cause: error });
  } finally {
    await session.close();
  }
}

function zeroFeed({ name, type, dims }: TrialFeed): Feed {
  const length = dims.reduce((product, dim) => product * dim, 1);
  return { name, type: type as ElementType, dims: [...dims], data: zeros(type, length) };
}

function zeros(type: string, length: number): FeedData {
  switch (type) {
    case 'string':
      return Array.from({ length }, () => '');
    case 'int64':
      return new BigInt64Array(length);
    case 'uint64':
      return new BigUint64Array(length);
    case 'float16':
      return new Float16Array(length);
    case 'float64':
      return new Float64Array(length);
    case 'int8':
      return new Int8Array(length);
    case 'int16':
      return new Int16Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'uint16':
      return new Uint16Array(length);
    case 'uint32':
      return new Uint32Array(length);
    case 'uint8':
    case 'bool':
      return new Uint8Array(length);
    default:
      return new Float32Array(length);
  }
}
