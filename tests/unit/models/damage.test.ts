import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../../engine/contract/index.ts';
import { collectModelFiles, inspectModel, recogniseFile } from '../../../engine/models/index.ts';
import { model, node, randomNumbers, refusalOf, temporaryFolder, tensor, value, write } from './model-builder.ts';

const folder = temporaryFolder();
const fixtures = join(import.meta.dirname, '../../fixtures/models/valid');

/** A small model with every kind of part: subgraph, function, sparse and external tensors, texts, metadata, map types. */
function varied(): Uint8Array {
  const branch = {
    name: 'b',
    node: [node('Identity', ['x'], ['t'])],
    output: [value('t')],
    initializer: [tensor('c', [2])],
  };
  return model(
    {
      input: [value('x'), value('condition', 9)],
      output: [
        value('y'),
        {
          name: 'z',
          type: {
            value: {
              case: 'sequenceType',
              value: {
                elemType: {
                  value: {
                    case: 'mapType',
                    value: { keyType: 7, valueType: { value: { case: 'tensorType', value: { elemType: 1 } } } },
                  },
                },
              },
            },
          },
        },
      ],
      initializer: [
        tensor('w', [2, 2]),
        tensor('names', [2], {
          dataType: 8,
          rawData: new Uint8Array(0),
          stringData: [Buffer.from('no'), Buffer.from('yes')],
        }),
      ],
      sparseInitializer: [
        { dims: [4n], values: tensor('s', [1]), indices: tensor('', [1], { dataType: 7, rawData: new Uint8Array(8) }) },
      ],
      node: [
        node('If', ['condition'], ['m'], {
          attribute: [
            { name: 'then_branch', g: branch },
            { name: 'else_branch', g: branch },
          ],
        }),
        node('F', ['m'], ['y'], { domain: 'mine' }),
        node('ZipMap', ['y'], ['z'], {
          domain: 'ai.onnx.ml',
          attribute: [{ name: 'classlabels_int64s', ints: [0n, 1n] }],
        }),
      ],
    },
    {
      functions: [{ name: 'F', domain: 'mine', input: ['a'], output: ['b'], node: [node('Relu', ['a'], ['b'])] }],
      metadataProps: [{ key: 'names', value: "{0: 'no', 1: 'yes'}" }],
      producerName: 'test',
    },
  );
}

/** Describes the bytes and demands that the outcome is a description or a refusal. */
async function outcome(bytes: Uint8Array, name: string): Promise<'described' | 'refused'> {
  const path = write(folder, bytes, name);
  try {
    const found = await inspectModel(path);
    structuredClone(found);
    JSON.stringify(found);
    return 'described';
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    if (!error.problem.message.endsWith('.'))
      throw new Error(`No sentence: ${error.problem.message}`, { cause: error });
    return 'refused';
  }
}

describe('damaged bytes', () => {
  test('the model that is damaged below is itself described', async () => {
    const found = await inspectModel(write(folder, varied()));
    expect(found.zipped).toEqual([{ output: 'z', tensor: 'y', labels: ['0', '1'], keyType: 'int64' }]);
    expect(found.signature.outputs[1]).toEqual({ name: 'z', type: 'sequence<map<int64,float32>>', shape: null });
  });

  test('a model cut off at any byte is described or refused in words', async () => {
    const whole = varied();
    let refused = 0;
    for (let length = 0; length < whole.length; length += 1) {
      if ((await outcome(whole.subarray(0, length), 'cut.onnx')) === 'refused') refused += 1;
    }
    expect(refused).toBeGreaterThan(whole.length * 0.7);
  });

  test('4,000 mutations of bytes are described or refused in words', async () => {
    const random = randomNumbers(20_261_123);
    const originals = [
      varied(),
      ...['logistic_zipmap_text', 'if_subgraph', 'local_functions'].map((name) =>
        readFileSync(join(fixtures, `${name}.onnx`)),
      ),
    ];
    const seen = new Set<string>();
    for (let round = 0; round < 4_000; round += 1) {
      let bytes = Uint8Array.from(originals[round % originals.length] as Uint8Array);
      const changes = 1 + Math.floor(random() * 4);
      for (let change = 0; change < changes; change += 1) {
        const at = Math.floor(random() * bytes.length);
        const kind = random();
        if (kind < 0.6) bytes[at] = Math.floor(random() * 256);
        else if (kind < 0.7) bytes[at] = 0xff;
        else if (kind < 0.85)
          bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + Math.floor(random() * 8))]);
        else
          bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - 20), at), bytes.subarray(at)]);
      }
      seen.add(await outcome(bytes, 'mutant.onnx'));
    }
    expect(seen).toEqual(new Set(['described', 'refused']));
  }, 120_000);

  test('1,000 files of random bytes are refused or recognised, never thrown over', async () => {
    const random = randomNumbers(7);
    for (let round = 0; round < 1_000; round += 1) {
      const bytes = Uint8Array.from({ length: Math.floor(random() * 300) }, () => Math.floor(random() * 256));
      const path = write(folder, bytes, 'random.bin');
      await recogniseFile(path);
      expect(await outcome(bytes, 'random.onnx')).toBe('refused');
    }
  }, 60_000);
});

describe('things that are no files of bytes', () => {
  test('an empty file, a missing one and a folder each have their own words', async () => {
    expect((await refusalOf(inspectModel(write(folder, '', 'nothing.onnx')))).code).toBe('FILE_EMPTY');
    expect((await refusalOf(collectModelFiles(join(folder, 'nothing.onnx')))).code).toBe('FILE_EMPTY');
    expect((await refusalOf(inspectModel(join(folder, 'absent.onnx')))).code).toBe('FILE_MISSING');
    expect((await refusalOf(inspectModel(fixtures))).message).toContain('is a folder');
  });

  test.skipIf(process.platform === 'win32')('a named pipe is refused without waiting for its writer', async () => {
    const pipe = join(folder, 'pipe.onnx');
    execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', pipe]);
    expect((await refusalOf(inspectModel(pipe))).code).toBe('FILE_UNREADABLE');
    expect((await refusalOf(recogniseFile(pipe))).code).toBe('FILE_UNREADABLE');
  });
});
