import type { GraphProto, NodeProto } from '../onnx-proto/onnx_pb.js';
import { operatorName } from './words.ts';

/** Value name to the node of the graph that makes it. */
export function makers(graph: GraphProto): Map<string, NodeProto> {
  const found = new Map<string, NodeProto>();
  for (const node of graph.node) for (const name of node.output) if (name !== '') found.set(name, node);
  return found;
}

/** For every output of the graph the operator that makes it; null for one that is an input or initialiser. */
export function outputProducers(graph: GraphProto, made: Map<string, NodeProto>): Map<string, string | null> {
  return new Map(
    graph.output.map(({ name }) => {
      const node = made.get(name);
      return [name, node === undefined ? null : operatorName(node.domain, node.opType)];
    }),
  );
}

/** The value from which Identity nodes hand `name` on. */
export function throughIdentity(name: string, made: Map<string, NodeProto>): string {
  let at = name;
  for (;;) {
    const node = made.get(at);
    const source = node?.opType === 'Identity' ? node.input[0] : undefined;
    if (source === undefined) return at;
    at = source;
  }
}
