import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import {
  type AttributeProtoSchema,
  type GraphProtoSchema,
  ModelProtoSchema,
  type NodeProtoSchema,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from '../../../engine/models/onnx-proto/onnx_pb.js';

export { problemOf as refusalOf } from '../../problem-of.ts';
export { randomNumbers } from '../../random.ts';

export type Model = MessageInitShape<typeof ModelProtoSchema>;
export type Graph = MessageInitShape<typeof GraphProtoSchema>;
export type Node = MessageInitShape<typeof NodeProtoSchema>;
export type Tensor = MessageInitShape<typeof TensorProtoSchema>;
export type Attribute = MessageInitShape<typeof AttributeProtoSchema>;
export type Value = MessageInitShape<typeof ValueInfoProtoSchema>;

/** A folder that is gone after the file's tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'drydock-models-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A float32 value of the shape [N]; other types by their ONNX code. */
export function value(name: string, elemType = 1): Value {
  const shape = { dim: [{ value: { case: 'dimParam' as const, value: 'N' } }] };
  return { name, type: { value: { case: 'tensorType', value: { elemType, shape } } } };
}

export function node(opType: string, input: string[], output: string[], more: Partial<Node> = {}): Node {
  return { opType, input, output, ...more } as Node;
}

/** A float32 tensor of zeros. */
export function tensor(name: string, dims: number[], more: Partial<Tensor> = {}): Tensor {
  const count = dims.reduce((product, size) => product * size, 1);
  return { name, dataType: 1, dims: dims.map(BigInt), rawData: new Uint8Array(count * 4), ...more } as Tensor;
}

/** x -> y through the given graph's parts, IR 8, opset 17. */
export function model(graph: Graph, more: Partial<Model> = {}): Uint8Array {
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ domain: '', version: 17n }],
      graph: { name: 'g', input: [value('x')], output: [value('y')], ...graph },
      ...more,
    } as Model),
  );
}

let written = 0;

export function write(folder: string, bytes: Uint8Array | string, name?: string): string {
  written += 1;
  const path = join(folder, name ?? `${written}.onnx`);
  writeFileSync(path, bytes);
  return path;
}
