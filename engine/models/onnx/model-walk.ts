import type { GraphProto, ModelProto, NodeProto, SparseTensorProto, TensorProto } from '../onnx-proto/onnx_pb.js';
import { functionWords, nodeWords, quoted } from './words.ts';

/** A list of nodes with what stands beside it: the model's graph, a subgraph of a node, or the body of a local function. */
export interface Body {
  nodes: NodeProto[];
  /** Null for the body of a function. */
  graph: GraphProto | null;
}

/** A tensor and, for sentences, where it stands. */
export interface PlacedTensor {
  tensor: TensorProto;
  words: string;
}

/** All graphs and function bodies, subgraphs after the graph that holds them. Nesting is bounded by the reader. */
export function* bodies(proto: ModelProto): Generator<Body> {
  if (proto.graph !== undefined) yield* graphAndSubgraphs(proto.graph);
  for (const definition of proto.functions) {
    yield { nodes: definition.node, graph: null };
    for (const node of definition.node) for (const graph of subgraphs(node)) yield* graphAndSubgraphs(graph);
  }
}

/** Graphs in a node's attributes (bodies of If, Loop, Scan and their like). */
export function subgraphs(node: NodeProto): GraphProto[] {
  const graphs: GraphProto[] = [];
  for (const attribute of node.attribute) {
    if (attribute.g !== undefined) graphs.push(attribute.g);
    graphs.push(...attribute.graphs);
  }
  return graphs;
}

/** Every tensor of the model: initialisers, and tensors in attributes, dense and sparse. */
export function* tensors(proto: ModelProto): Generator<PlacedTensor> {
  for (const { nodes, graph } of bodies(proto)) {
    for (const tensor of graph?.initializer ?? []) yield { tensor, words: `the initialiser ${quoted(tensor.name)}` };
    for (const sparse of graph?.sparseInitializer ?? []) {
      yield* partsOf(sparse, `the sparse initialiser ${quoted(sparse.values?.name ?? '')}`);
    }
    for (const node of nodes) yield* attributeTensors(node.attribute, () => nodeWords(node));
  }
  for (const definition of proto.functions)
    yield* attributeTensors(definition.attributeProto, () => functionWords(definition));
}

function* graphAndSubgraphs(graph: GraphProto): Generator<Body> {
  yield { nodes: graph.node, graph };
  for (const node of graph.node) for (const subgraph of subgraphs(node)) yield* graphAndSubgraphs(subgraph);
}

function* attributeTensors(attributes: NodeProto['attribute'], owner: () => string): Generator<PlacedTensor> {
  for (const attribute of attributes) {
    if (attribute.t === undefined && attribute.tensors.length === 0 && attribute.sparseTensors.length === 0) {
      if (attribute.sparseTensor === undefined) continue;
    }
    const words = `the attribute ${quoted(attribute.name)} of ${owner()}`;
    if (attribute.t !== undefined) yield { tensor: attribute.t, words };
    for (const tensor of attribute.tensors) yield { tensor, words };
    if (attribute.sparseTensor !== undefined) yield* partsOf(attribute.sparseTensor, words);
    for (const sparse of attribute.sparseTensors) yield* partsOf(sparse, words);
  }
}

function* partsOf(sparse: SparseTensorProto, words: string): Generator<PlacedTensor> {
  if (sparse.values !== undefined) yield { tensor: sparse.values, words: `the values of ${words}` };
  if (sparse.indices !== undefined) yield { tensor: sparse.indices, words: `the indices of ${words}` };
}
