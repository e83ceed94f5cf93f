import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import * as ort from 'onnxruntime-node';
import { graphOutputSuffix, inspectModel, zippedOutputSuffix } from '../../../engine/models/index.ts';
import { ModelProtoSchema } from '../../../engine/models/onnx-proto/onnx_pb.js';
import {
  type Attribute,
  type Graph,
  model,
  type Model,
  node,
  temporaryFolder,
  tensor,
  type Tensor,
  value,
  write,
} from './model-builder.ts';

const folder = temporaryFolder();
const fixtures = join(import.meta.dirname, '../../fixtures/models/valid');
const through = [node('Relu', ['x'], ['y'])];
const inspect = (graph: Graph, more: Partial<Model> = {}) =>
  inspectModel(write(folder, model({ node: through, ...graph }, more)));
const texts = (...labels: string[]) => labels.map((label) => Buffer.from(label));
const ml = { domain: 'ai.onnx.ml' };

describe('signature', () => {
  test('dimensions are numbers, names or null; a missing shape is null; a missing type is unknown and noted', async () => {
    const dim = (dims: object[]) => ({
      value: { case: 'tensorType' as const, value: { elemType: 11, shape: { dim: dims } } },
    });
    const found = await inspect({
      input: [
        {
          name: 'x',
          type: dim([
            { value: { case: 'dimValue', value: 3n } },
            { value: { case: 'dimParam', value: 'width' } },
            {},
            { value: { case: 'dimValue', value: -1n } },
          ]),
        },
        { name: 'scalar', type: dim([]) },
        { name: 'shapeless', type: { value: { case: 'tensorType', value: { elemType: 16 } } } },
      ],
      output: [{ name: 'y' }],
    });
    expect(found.signature.inputs).toEqual([
      { name: 'x', type: 'float64', shape: [3, 'width', null, null] },
      { name: 'scalar', type: 'float64', shape: [] },
      { name: 'shapeless', type: 'bfloat16', shape: null },
    ]);
    expect(found.signature.outputs).toEqual([{ name: 'y', type: 'unknown', shape: null }]);
    expect(found.notes).toEqual(['The model does not say what type "y" has.']);
  });

  test('an initialiser with the name of an input is a default from IR 4 on and a constant before', async () => {
    const graph = {
      input: [value('x'), value('k')],
      initializer: [tensor('k', [1])],
      node: [node('Mul', ['x', 'k'], ['y'])],
    };
    const modern = await inspect(graph, { irVersion: 4n });
    expect(modern.signature.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(modern.optionalInputs).toEqual(['k']);
    const old = await inspect(graph, { irVersion: 3n });
    expect(old.signature.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(old.optionalInputs).toEqual([]);
  });

  test('the maker of every output is named, and none for an input that is handed on', async () => {
    const found = await inspect({ output: [value('y'), value('x')], node: [node('Softmax', ['x'], ['y'])] });
    expect(Object.fromEntries(found.producers)).toEqual({ y: 'Softmax', x: null });
  });

  test('metadata that is too long to show is left out and noted', async () => {
    const found = await inspect(
      {},
      {
        metadataProps: [
          { key: 'short', value: 'kept' },
          { key: 'long', value: 'x'.repeat(100_000) },
        ],
      },
    );
    expect(found.metadata).toEqual([['short', 'kept']]);
    expect(found.notes[0]).toContain('"long" is 100000 bytes long');
  });
});

describe('labels', () => {
  const classes = (more: Partial<Tensor>): Tensor => tensor('classes', [1, 3], { rawData: new Uint8Array(0), ...more });
  const extracted = (initialiser: Tensor): Graph => ({
    initializer: [initialiser],
    node: [
      node('ArgMax', ['x'], ['best']),
      node('ArrayFeatureExtractor', ['classes', 'best'], ['raw'], ml),
      node('Cast', ['raw'], ['cast']),
      node('Reshape', ['cast', 'classes'], ['y']),
    ],
  });

  test.each<[string, Tensor, string[]]>([
    ['texts', classes({ dataType: 8, stringData: texts('a', 'ä', '') }), ['a', 'ä', '']],
    [
      'int32 raw',
      classes({ dataType: 6, rawData: new Uint8Array(new Int32Array([7, -1, 9]).buffer) }),
      ['7', '-1', '9'],
    ],
    [
      'int64 raw',
      classes({ dataType: 7, rawData: new Uint8Array(new BigInt64Array([1n, 2n ** 60n, 3n]).buffer) }),
      ['1', String(2n ** 60n), '3'],
    ],
    ['int64 data', classes({ dataType: 7, int64Data: [4n, 5n, 6n] }), ['4', '5', '6']],
  ])('a constant list of %s before the label output gives them', async (_, initialiser, labels) => {
    expect((await inspect(extracted(initialiser))).labels).toEqual(labels);
  });

  test('a list of 1,000 class numbers is kept, a table of numbers is none', async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => BigInt(index * 2));
    const list = tensor('classes', [1_000], { dataType: 7, rawData: new Uint8Array(new BigInt64Array(many).buffer) });
    expect((await inspect(extracted(list))).labels).toEqual(many.map(String));
    expect((await inspect(extracted(tensor('classes', [3])))).labels).toBeNull();
  });

  test.each<[string, Attribute]>([
    ['TreeEnsembleClassifier', { name: 'classlabels_strings', strings: texts('no', 'yes') }],
    ['LinearClassifier', { name: 'classlabels_strings', strings: texts('no', 'yes') }],
    ['SVMClassifier', { name: 'classlabels_strings', strings: texts('no', 'yes') }],
  ] as [string, Attribute][])('%s gives its class labels', async (operator, attribute) => {
    const made = node(operator, ['x'], ['label', 'scores'], { ...ml, attribute: [attribute] });
    const found = await inspect({ node: [made, node('Cast', ['label'], ['y'])] });
    expect(found.labels).toEqual(['no', 'yes']);
  });

  test('a LabelEncoder before the output gives its texts in the order of its numbers, one at the inputs does not', async () => {
    const attribute = [
      { name: 'keys_int64s', ints: [2n, 0n, 1n] },
      { name: 'values_strings', strings: texts('two', 'zero', 'one') },
    ];
    const encoder = (from: string, to: string) => node('LabelEncoder', [from], [to], { ...ml, attribute });
    expect((await inspect({ node: [node('ArgMax', ['x'], ['best']), encoder('best', 'y')] })).labels).toEqual([
      'zero',
      'one',
      'two',
    ]);
    expect((await inspect({ node: [encoder('x', 'codes'), node('Gemm', ['codes'], ['y'])] })).labels).toBeNull();
  });

  test('several classifiers inside say nothing of the labels of the whole', async () => {
    const inner = (to: string) =>
      node('LinearClassifier', ['x'], [`${to}l`, to], {
        ...ml,
        attribute: [{ name: 'classlabels_ints', ints: [0n, 1n] }],
      });
    expect((await inspect({ node: [inner('a'), inner('b'), node('Concat', ['a', 'b'], ['y'])] })).labels).toBeNull();
    expect((await inspect({ node: [inner('a'), node('Gemm', ['a'], ['y'])] })).labels).toEqual(['0', '1']);
  });

  test.each<[string, string, string[] | null]>([
    ['names', "{0: 'person', 1: \"bi'cycle\", 2: 'c\\'ar'}", ['person', "bi'cycle", "c'ar"]],
    ['names', "{1: 'b', 0: 'a'}", ['a', 'b']],
    ['labels', '["a", "b"]', ['a', 'b']],
    ['labels', "('a', 'b',)", ['a', 'b']],
    ['classes', '[0, 1, 2]', ['0', '1', '2']],
    ['id2label', '{"0": "NEG", "1": "POS"}', ['NEG', 'POS']],
    ['classes', '{"cat": 0, "dog": 1}', ['cat', 'dog']],
    ['names', '{"a": "\\u00e4"}', null],
    ['names', "{0: 'a', 5: 'b'}", null],
    ['names', "__import__('os').system('true')", null],
    ['names', "['a', ['b']]", null],
    ['names', "['a'", null],
    ['names', '['.repeat(5_000), null],
    ['names', '', null],
    ['author', '["a", "b"]', null],
  ])('metadata %s = %s is read without being evaluated', async (key, text, labels) => {
    expect((await inspect({}, { metadataProps: [{ key, value: text }] })).labels).toEqual(labels);
  });
});

describe('the tensor that feeds a ZipMap', () => {
  test.each([
    ['logistic_zipmap_text', 'output_label', ['setosa', 'versicolor', 'virginica'], 'string'],
    ['logistic_zipmap_int', 'output_label', ['0', '1', '2'], 'int64'],
  ])('%s: the suffixed file returns it beside the label', async (name, label, labels, keyType) => {
    const path = join(fixtures, `${name}.onnx`);
    const found = await inspectModel(path);
    expect(found.zipped).toEqual([{ output: 'output_probability', tensor: 'probabilities', labels, keyType }]);
    const suffix = zippedOutputSuffix(found);
    const suffixed = write(folder, Buffer.concat([readFileSync(path), suffix ?? Buffer.alloc(0)]));
    const session = await ort.InferenceSession.create(suffixed);
    const input = new ort.Tensor('float32', new Float32Array([5.1, 3.5, 1.4, 0.2, 6.7, 3, 5.2, 2.3]), [2, 4]);
    const results = await session.run({ [found.signature.inputs[0]?.name ?? '']: input }, ['probabilities', label]);
    await session.release();
    const probabilities = results['probabilities'];
    expect(probabilities?.dims).toEqual([2, 3]);
    const rows = Array.from(probabilities?.data as Float32Array);
    expect((rows[0] ?? 0) + (rows[1] ?? 0) + (rows[2] ?? 0)).toBeCloseTo(1, 5);
    const best = [rows.indexOf(Math.max(...rows.slice(0, 3))), rows.indexOf(Math.max(...rows.slice(3)), 3) - 3];
    expect(Array.from(results[label]?.data as Iterable<unknown>).map(String)).toEqual(
      best.map((index) => labels[index]),
    );
    const again = await inspectModel(suffixed);
    expect(again.signature.outputs.map((output) => output.name)).toEqual([
      'output_label',
      'output_probability',
      'probabilities',
    ]);
    expect(zippedOutputSuffix(again)).toBeNull();
  });

  test('outputs that are cut out of one tensor, one for every label, are found to belong together', async () => {
    const found = await inspectModel(join(fixtures, 'logistic_zipmap_columns.onnx'));
    const labels = ['setosa', 'versicolor', 'virginica'];
    const columns = labels.map((label) => `s${label}`);
    const together = { output: 'probabilities', tensor: 'probabilities', labels, keyType: 'string', columns };
    expect(found.zipped).toEqual([together]);
    const fewer = fromBinary(ModelProtoSchema, readFileSync(join(fixtures, 'logistic_zipmap_columns.onnx')));
    fewer.graph!.output = fewer.graph!.output.filter(({ name }) => name !== 'sversicolor');
    const path = write(folder, Buffer.from(toBinary(ModelProtoSchema, fewer)));
    expect((await inspectModel(path)).zipped).toEqual([]);
  });

  test('an inner value can be made an output of its own type', async () => {
    const bytes = model({ node: [node('Neg', ['x'], ['inner']), node('Relu', ['inner'], ['y'])] });
    const path = write(folder, Buffer.concat([bytes, graphOutputSuffix([{ name: 'inner' }])]));
    const session = await ort.InferenceSession.create(path);
    const results = await session.run({ x: new ort.Tensor('float32', new Float32Array([1, -2]), [2]) }, ['inner']);
    await session.release();
    expect(Array.from(results['inner']?.data as Float32Array)).toEqual([-1, 2]);
  });
});

describe('what the notes say of the runtime is so', () => {
  const identity = (more: Partial<Model>) => write(folder, model({ node: [node('Identity', ['x'], ['y'])] }, more));
  test.each<[string, Partial<Model>, Partial<Model>]>([
    ['opset of ai.onnx', { opsetImport: [{ version: 26n }] }, { opsetImport: [{ version: 27n }] }],
    [
      'opset of ai.onnx.ml',
      { opsetImport: [{ version: 17n }, { domain: 'ai.onnx.ml', version: 5n }] },
      { opsetImport: [{ version: 17n }, { domain: 'ai.onnx.ml', version: 6n }] },
    ],
    ['IR version', { irVersion: 13n }, { irVersion: 14n }],
  ])('the newest %s loads without a note, the next does not load and is noted', async (_, newest, next) => {
    expect((await inspectModel(identity(newest))).notes).toEqual([]);
    await (await ort.InferenceSession.create(identity(newest))).release();
    expect((await inspectModel(identity(next))).notes[0]).toContain('newer than');
    await expect(ort.InferenceSession.create(identity(next), { logSeverityLevel: 4 })).rejects.toThrow(
      /opset|IR version/,
    );
  });
});
