import { problem } from '../contract/index.ts';
import type { Inspection, ValueInfo } from '../contract/index.ts';
import { onnxRuntime } from './onnxruntime.ts';
import type { SessionValue } from './runtime.ts';

/** A model that opened, as the runtime sees it. */
export interface LoadCheck {
  runtime: { name: string; version: string };
  inputs: SessionValue[];
  outputs: SessionValue[];
}

/**
 * Opens a model once, without optimising its graph, and holds the runtime's inputs and outputs against the inspection.
 * Run it in a child with limits: a hostile model can take the process with it.
 *
 * Throws MODEL_NOT_RUNNABLE or MODEL_INVALID.
 */
export async function checkLoads(modelPath: string, inspection: Inspection): Promise<LoadCheck> {
  const session = await onnxRuntime.open(modelPath, { threads: 1, optimisation: 'off' });
  try {
    const { signature, optionalInputs, zipped } = inspection;
    // The runtime lists neither inputs with a default nor tensors that stay inside; the file may expose those of a ZipMap.
    requireSame('input', session.inputs, signature.inputs, new Set(optionalInputs), new Set());
    requireSame('output', session.outputs, signature.outputs, new Set(), new Set(zipped.map((value) => value.tensor)));
    const { name, version } = onnxRuntime;
    return { runtime: { name, version }, inputs: session.inputs, outputs: session.outputs };
  } finally {
    await session.close();
  }
}

function requireSame(
  side: 'input' | 'output',
  seen: readonly SessionValue[],
  inspected: readonly ValueInfo[],
  mayLack: ReadonlySet<string>,
  mayHave: ReadonlySet<string>,
): void {
  const types = new Map(inspected.map((value) => [value.name, value.type]));
  for (const value of seen) {
    const type = types.get(value.name);
    if (type === undefined && !mayHave.has(value.name)) {
      throw differs(`ONNX Runtime sees an ${side} ${value.name} that the file does not declare.`, value.name);
    }
    if (type !== undefined && value.type !== null && value.type !== type) {
      throw differs(
        `The ${side} ${value.name} is declared as ${type}, ONNX Runtime takes it for ${value.type}.`,
        value.name,
      );
    }
  }
  const names = new Set(seen.map((value) => value.name));
  for (const value of inspected) {
    if (names.has(value.name) || mayLack.has(value.name)) continue;
    throw differs(`The file declares an ${side} ${value.name} that ONNX Runtime does not see.`, value.name);
  }
}

function differs(message: string, subject: string): Error {
  return problem('MODEL_INVALID', message, { subject, hint: 'Export the model again; its file contradicts itself.' });
}
