import { problem } from '../../contract/index.ts';
import type { FunctionProto, ModelProto, NodeProto } from '../onnx-proto/onnx_pb.js';
import { subgraphs } from './model-walk.ts';
import { topologicalOrder } from './topological-order.ts';
import { domainName, functionWords, sentenceStart } from './words.ts';

/** ONNX Runtime replaces every call by the function's nodes. A few functions that call each other twice make billions. */
const mostInlinedNodes = 5_000_000;

/**
 * Checks local functions: none defined twice, none that calls itself, and no more than 5,000,000 nodes once every call is
 * replaced by its body. Throws MODEL_INVALID or MODEL_LIMIT.
 */
export function checkFunctions(proto: ModelProto, path: string): void {
  const numbers = new Map<string, number>();
  proto.functions.forEach((definition, index) => {
    const key = functionKey(definition.domain, definition.name, definition.overload);
    if (numbers.has(key)) {
      throw problem('MODEL_INVALID', `The model defines ${functionWords(definition)} more than once.`, {
        subject: path,
      });
    }
    numbers.set(key, index);
  });
  if (numbers.size === 0) return;
  const callees = proto.functions.map(({ node }) => calls(node, numbers));
  const { order, cycle } = topologicalOrder(callees.map(({ called }) => called));
  if (cycle !== null) {
    const first = proto.functions[cycle[0] as number] as FunctionProto;
    throw problem(
      'MODEL_INVALID',
      `${sentenceStart(functionWords(first))} calls itself, directly or through other functions.`,
      { subject: path },
    );
  }
  const sizes: number[] = [];
  for (const index of order) sizes[index] = inlined(callees[index] as Calls, sizes);
  const total = inlined(calls(proto.graph?.node ?? [], numbers), sizes);
  if (total > mostInlinedNodes) {
    const words = mostInlinedNodes.toLocaleString('en');
    throw problem('MODEL_LIMIT', `The model's functions unfold to more than ${words} nodes.`, { subject: path });
  }
}

interface Calls {
  nodes: number;
  /** Numbers of the functions called, one for every call. */
  called: number[];
}

function calls(nodes: NodeProto[], numbers: Map<string, number>, found: Calls = { nodes: 0, called: [] }): Calls {
  for (const node of nodes) {
    const number = numbers.get(functionKey(node.domain, node.opType, node.overload));
    found.nodes += 1;
    if (number !== undefined) found.called.push(number);
    for (const graph of subgraphs(node)) calls(graph.node, numbers, found);
  }
  return found;
}

function inlined({ nodes, called }: Calls, sizes: number[]): number {
  return called.reduce((total, index) => total + (sizes[index] ?? 0), nodes);
}

function functionKey(domain: string, name: string, overload: string): string {
  return JSON.stringify([domainName(domain), name, overload]);
}
