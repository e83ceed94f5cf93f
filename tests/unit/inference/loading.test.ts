import { readdir } from 'node:fs/promises';
import { afterAll, expect, test } from 'vitest';
import { ProblemError } from '../../../engine/contract/index.ts';
import type { Problem } from '../../../engine/contract/index.ts';
import { checkLoads, runtimes } from '../../../engine/inference/index.ts';
import { inspectModel } from '../../../engine/models/index.ts';
import { modelPath, removeCopies, withTensors } from './fixtures.ts';

afterAll(removeCopies);

async function refusalOf(name: string): Promise<Problem> {
  const runtime = runtimes.get('onnxruntime')!;
  try {
    const session = await runtime.open(modelPath(name), { threads: 1, optimisation: 'off' });
    await session.close();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error(`${name} was opened.`);
}

test('every valid model opens and shows the inputs and outputs that its file declares', async () => {
  const names = (await readdir(modelPath('valid/x').replace('/x.onnx', ''))).filter((name) => name.endsWith('.onnx'));
  expect(names.length).toBeGreaterThan(20);
  for (const file of names) {
    const name = `valid/${file.replace('.onnx', '')}`;
    // The runtime cuts names at a NUL; see the next test.
    if (name === 'valid/name_with_nul') continue;
    const inspection = await inspectModel(modelPath(name));
    const check = await checkLoads(await withTensors(name, inspection), inspection);
    expect(check.runtime.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(check.outputs.length).toBe(inspection.signature.outputs.length + inspection.zipped.length);
  }
});

test('a model whose names the runtime cannot hold is refused in words', async () => {
  const inspection = await inspectModel(modelPath('valid/name_with_nul'));
  await expect(checkLoads(modelPath('valid/name_with_nul'), inspection)).rejects.toMatchObject({
    problem: { code: 'MODEL_INVALID' },
  });
});

test('a model whose declared inputs are not those of its inspection is refused', async () => {
  const inspection = await inspectModel(modelPath('valid/softmax'));
  const other = {
    ...inspection,
    signature: { ...inspection.signature, inputs: [{ name: 'y', type: 'float32', shape: [null, 4] }] },
  };
  await expect(checkLoads(modelPath('valid/softmax'), other)).rejects.toMatchObject({
    problem: { code: 'MODEL_INVALID', subject: 'x' },
  });
});

test('an operator that does not exist is named', async () => {
  const refusal = await refusalOf('hostile/unknown_operator');
  expect(refusal.code).toBe('MODEL_NOT_RUNNABLE');
  expect(refusal.message).toMatch(
    new RegExp(`^The model uses the operator ${refusal.subject}, which ONNX Runtime [\\d.]+ does not know`),
  );
});

test('an operator of another domain is named with its domain', async () => {
  const refusal = await refusalOf('hostile/custom_domain');
  expect(refusal.code).toBe('MODEL_NOT_RUNNABLE');
  expect(refusal.subject).toContain('.');
  expect(refusal.hint).toContain('no libraries of custom operators');
});

test('an opset that is too new is told with the newest that runs', async () => {
  const refusal = await refusalOf('hostile/opset_from_the_future');
  expect(refusal.code).toBe('MODEL_NOT_RUNNABLE');
  expect(refusal.message).toMatch(
    /^The model is written for opset \d+ of ai\.onnx; ONNX Runtime [\d.]+ runs up to \d+\.$/,
  );
});

test('an IR version that is too new is told with the newest that is read', async () => {
  const refusal = await refusalOf('hostile/ir_version_from_the_future');
  expect(refusal.message).toMatch(/IR version \d+; ONNX Runtime [\d.]+ reads up to \d+\.$/);
});

test('what the runtime says of a broken model holds no path, address or source line', async () => {
  for (const name of [
    'hostile/text',
    'hostile/truncated',
    'hostile/cycle',
    'hostile/wrong_types',
    'hostile/dangling_input',
    'hostile/random_bytes',
  ]) {
    const { message } = await refusalOf(name);
    expect(message).not.toMatch(/onnxruntime_src|\.cc:|\.h:|0x[0-9a-f]{6}|tests\/fixtures|\n/);
    expect(message.length).toBeLessThan(400);
    expect(message).toMatch(/[.…]$/);
  }
});
