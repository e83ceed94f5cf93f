import { onnxRuntime } from './onnxruntime.ts';
import type { Runtime } from './runtime.ts';

/** Every runtime by its name; the first is the one that is used unless another is named. */
export const runtimes: ReadonlyMap<string, Runtime> = new Map([[onnxRuntime.name, onnxRuntime]]);
