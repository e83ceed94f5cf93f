import { closeSync, ftruncateSync, mkdirSync, openSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { collectModelFiles, inspectModel } from '../../../engine/models/index.ts';
import { TensorProto_DataLocation } from '../../../engine/models/onnx-proto/onnx_pb.js';
import {
  type Graph,
  model,
  type Model,
  node,
  refusalOf,
  temporaryFolder,
  tensor,
  type Tensor,
  value,
  write,
} from './model-builder.ts';

const folder = temporaryFolder();
const through = [node('Relu', ['x'], ['y'])];
const inspect = (graph: Graph, more: Partial<Model> = {}) =>
  inspectModel(write(folder, model({ node: through, ...graph }, more)));
const refusal = (graph: Graph) => refusalOf(inspect(graph));

/** Bytes of a field of wire type 2 up to its content, which is `length` bytes long. */
function fieldHead(number: number, length: number): Buffer {
  const bytes: number[] = [];
  for (let rest of [number * 8 + 2, length]) {
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
    bytes.push(rest);
  }
  return Buffer.from(bytes);
}

/** A model whose only tensor ends with `bytes` zero bytes that take no room on the disk. */
function sparseModel(path: string, tensorFields: Buffer, dataField: number, bytes: number): void {
  const rest = Buffer.from(model({ node: through }));
  const tensorHead = Buffer.concat([tensorFields, fieldHead(dataField, bytes)]);
  const inTensor = tensorHead.length + bytes;
  const graphHead = fieldHead(5, inTensor);
  const head = Buffer.concat([rest, fieldHead(7, graphHead.length + inTensor), graphHead, tensorHead]);
  const handle = openSync(path, 'w');
  writeSync(handle, head);
  ftruncateSync(handle, head.length + bytes);
  closeSync(handle);
}

describe('tensors', () => {
  test('a tensor of 300 MB costs no memory to describe', async () => {
    const path = join(folder, 'large.onnx');
    const bytes = 300_000_000;
    // dims 75,000,000; data_type float32; name w
    sparseModel(path, Buffer.from([0x08, 0xc0, 0xd1, 0xe1, 0x23, 0x10, 0x01, 0x42, 0x01, 0x77]), 9, bytes);
    const before = process.memoryUsage();
    const found = await inspectModel(path);
    const after = process.memoryUsage();
    expect(found.parameters).toBe(75_000_000);
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(16_000_000);
    expect(after.rss - before.rss).toBeLessThan(120_000_000);
  });

  test('a tensor of 100,000,000 int64 values one byte each costs no memory either', async () => {
    const path = join(folder, 'varints.onnx');
    // dims 100,000,000; data_type int64; name w
    sparseModel(path, Buffer.from([0x08, 0x80, 0xc2, 0xd7, 0x2f, 0x10, 0x07, 0x42, 0x01, 0x77]), 7, 100_000_000);
    const before = process.memoryUsage().arrayBuffers;
    expect((await inspectModel(path)).parameters).toBe(100_000_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16_000_000);
  });

  test('data that disagrees with the shape is refused with both sizes', async () => {
    const found = await refusal({ initializer: [tensor('w', [3], { rawData: new Uint8Array(8) })] });
    expect(found.code).toBe('MODEL_INVALID');
    expect(found.message).toBe(
      'The initialiser "w" has the shape [3] of float32, which is 12 bytes in size, and holds 8.',
    );
  });

  test.each<[string, Tensor]>([
    ['negative', tensor('w', [1], { dims: [-2n, -2n] })],
    ['absurd', tensor('w', [1], { dims: [2n ** 40n, 2n ** 40n] })],
    ['overflowing to nothing', tensor('w', [1], { dims: [2n ** 32n, 2n ** 32n], rawData: new Uint8Array(0) })],
    ['infinite and then nothing', tensor('w', [1], { dims: [...Array.from({ length: 30 }, () => 2n ** 62n), 0n] })],
    ['in too many dimensions', tensor('w', [1], { dims: Array.from({ length: 65 }, () => 1n) })],
  ])('a size that is %s is refused', async (_, initialiser) => {
    expect((await refusal({ initializer: [initialiser] })).code).toBe('MODEL_INVALID');
  });

  test.each<[string, Tensor, number]>([
    ['float_data', tensor('w', [2], { rawData: new Uint8Array(0), floatData: [1, 2] }), 2],
    ['packed int4', tensor('w', [3], { dataType: 22, rawData: new Uint8Array(2) }), 3],
    ['int4 in int32_data', tensor('w', [3], { dataType: 22, rawData: new Uint8Array(0), int32Data: [1, 2] }), 3],
    [
      'complex64 in float_data',
      tensor('w', [2], { dataType: 14, rawData: new Uint8Array(0), floatData: [1, 2, 3, 4] }),
      2,
    ],
    ['uint32 in uint64_data', tensor('w', [2], { dataType: 12, rawData: new Uint8Array(0), uint64Data: [1n, 2n] }), 2],
    [
      'texts',
      tensor('w', [2], { dataType: 8, rawData: new Uint8Array(0), stringData: [Buffer.from('a'), Buffer.from('')] }),
      2,
    ],
    ['nothing at all', tensor('w', [0]), 0],
    ['a scalar', tensor('w', []), 1],
  ])('%s holds what its shape says', async (_, initialiser, count) => {
    expect((await inspect({ initializer: [initialiser] })).parameters).toBe(count);
  });

  test('parameters are counted in constants, sparse tensors, subgraphs and functions', async () => {
    const constant = (name: string, attribute: object) =>
      node('Constant', [], [name], { attribute: [{ name: 'value', ...attribute }] });
    const sparse = {
      dims: [10n],
      values: tensor('s', [3]),
      indices: tensor('', [3], { dataType: 7, rawData: new Uint8Array(24) }),
    };
    const found = await inspect(
      {
        initializer: [tensor('w', [5, 5])],
        sparseInitializer: [sparse],
        node: [
          ...through,
          constant('a', { t: tensor('', [7]) }),
          constant('b', { name: 'value_floats', floats: [1, 2, 3, 4] }),
          constant('c', { name: 'value_ints', ints: Array.from({ length: 300_000 }, () => 1n) }),
          constant('d', { name: 'value_strings', strings: [Buffer.from('p'), Buffer.from('q')] }),
          constant('e', { name: 'value_int', i: 4n }),
          constant('f', { name: 'sparse_value', sparseTensor: sparse }),
          node('Loop', ['', ''], ['l'], {
            attribute: [{ name: 'body', g: { name: 'g', initializer: [tensor('w2', [6])] } }],
          }),
        ],
      },
      { functions: [{ name: 'F', domain: 'mine', node: [constant('z', { t: tensor('', [8]) })] }] },
    );
    expect(found.parameters).toBe(25 + 3 + 7 + 4 + 300_000 + 2 + 1 + 3 + 6 + 8);
  });
});

describe('external data', () => {
  const outside = join(folder, 'outside.bin');
  writeFileSync(outside, new Uint8Array(64));
  const own = join(folder, 'own');
  mkdirSync(join(own, 'sub'), { recursive: true });
  writeFileSync(join(own, 'w.bin'), new Uint8Array(64));
  writeFileSync(join(own, 'sub', 'w.bin'), new Uint8Array(64));

  const external = (location: string, more: Record<string, string> = {}): Tensor =>
    tensor('w', [4], {
      rawData: new Uint8Array(0),
      dataLocation: TensorProto_DataLocation.EXTERNAL,
      externalData: Object.entries({ location, ...more }).map(([key, entry]) => ({ key, value: entry })),
    });
  const at = (...initializer: Tensor[]) =>
    write(
      own,
      model({ node: through, initializer: initializer.map((each, index) => ({ ...each, name: `w${index}` })) }),
    );

  test('files in the folder and below are listed once each, as plain relative paths', async () => {
    const path = at(external('w.bin', { offset: '48', length: '16' }), external('./w.bin'), external('sub//w.bin'));
    const found = await inspectModel(path);
    expect(found.externalFiles).toEqual(['w.bin', 'sub/w.bin']);
    expect(found.parameters).toBe(12);
    const collected = await collectModelFiles(path);
    expect(collected.files.map(({ path: name, bytes }) => [name, bytes]).slice(1)).toEqual([
      ['w.bin', 64],
      ['sub/w.bin', 64],
    ]);
  });

  test('a link that leads out of the folder is refused, one that stays inside is not', async () => {
    symlinkSync(outside, join(own, 'out.bin'));
    symlinkSync(join(own, 'w.bin'), join(own, 'in.bin'));
    symlinkSync(folder, join(own, 'up'));
    expect((await inspectModel(at(external('in.bin')))).externalFiles).toEqual(['in.bin']);
    for (const location of ['out.bin', 'up/outside.bin']) {
      const found = await refusalOf(inspectModel(at(external(location))));
      expect(found.code).toBe('MODEL_EXTERNAL_DATA');
      expect(found.message).toContain('leads out of the model');
    }
  });

  test.each([
    '*/_ORT_MEM_ADDR_/*',
    '/etc/passwd',
    'C:\\w.bin',
    '\\\\host\\w.bin',
    'sub\\..\\..\\outside.bin',
    '../outside.bin',
    'file:///etc/passwd',
    'w.bin\0',
    'sub',
    '',
  ])('the place %j is refused', async (location) => {
    mkdirSync(join(own, '*', '_ORT_MEM_ADDR_'), { recursive: true });
    writeFileSync(join(own, '*', '_ORT_MEM_ADDR_', '*'), new Uint8Array(64));
    expect((await refusalOf(inspectModel(at(external(location))))).code).toBe('MODEL_EXTERNAL_DATA');
  });

  test.each([
    { offset: '49' },
    { length: '15' },
    { offset: '-1' },
    { offset: '1e3' },
    { offset: ' 1' },
    { offset: '9'.repeat(30) },
  ])('the range %j of a file of 64 bytes is refused for 16 bytes', async (range) => {
    expect((await refusalOf(inspectModel(at(external('w.bin', range))))).code).toBe('MODEL_EXTERNAL_DATA');
  });

  test('external data of a tensor in a subgraph is checked as well', async () => {
    const body = {
      name: 'b',
      initializer: [external('../outside.bin')],
      node: [node('Relu', ['x'], ['z'])],
      output: [value('z')],
    };
    const path = write(own, model({ node: [node('Scan', ['x'], ['y'], { attribute: [{ name: 'body', g: body }] })] }));
    expect((await refusalOf(inspectModel(path))).code).toBe('MODEL_EXTERNAL_DATA');
  });
});
