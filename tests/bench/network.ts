import { writeFile } from 'node:fs/promises';
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import {
  ModelProtoSchema,
  type NodeProtoSchema,
  type TensorProtoSchema,
} from '../../engine/models/onnx-proto/onnx_pb.js';
import { randomNumbers } from '../random.ts';
import { features } from './table.ts';

type Node = MessageInitShape<typeof NodeProtoSchema>;
type Tensor = MessageInitShape<typeof TensorProtoSchema>;

const layers = [features, 256, 128, 10];
const float = 1;

/** A multi-layer perceptron 64-256-128-10 with softmax and seeded weights, written as ONNX. */
export async function writeNetwork(path: string): Promise<void> {
  const random = randomNumbers(7);
  const node: Node[] = [];
  const initializer: Tensor[] = [];
  let from = 'x';
  for (let layer = 0; layer + 1 < layers.length; layer += 1) {
    const [width, height] = [layers[layer]!, layers[layer + 1]!];
    initializer.push(tensor(`w${layer}`, [width, height], random), tensor(`b${layer}`, [height], random));
    const last = layer + 2 === layers.length;
    node.push({ opType: 'Gemm', input: [from, `w${layer}`, `b${layer}`], output: [`g${layer}`] });
    node.push({
      opType: last ? 'Softmax' : 'Relu',
      input: [`g${layer}`],
      output: [last ? 'probabilities' : `r${layer}`],
    });
    from = `r${layer}`;
  }
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: 17n }],
    graph: { name: 'mlp', node, initializer, input: [value('x', features)], output: [value('probabilities', 10)] },
  });
  await writeFile(path, toBinary(ModelProtoSchema, model));
}

function value(name: string, width: number) {
  const dim = [
    { value: { case: 'dimParam' as const, value: 'N' } },
    { value: { case: 'dimValue' as const, value: BigInt(width) } },
  ];
  return { name, type: { value: { case: 'tensorType' as const, value: { elemType: float, shape: { dim } } } } };
}

function tensor(name: string, dims: number[], random: () => number): Tensor {
  const count = dims.reduce((product, size) => product * size, 1);
  const values = Float32Array.from({ length: count }, () => (random() - 0.5) * (2 / Math.sqrt(dims[0]!)));
  return { name, dataType: float, dims: dims.map(BigInt), rawData: new Uint8Array(values.buffer) };
}
