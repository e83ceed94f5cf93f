import { problem, type ProblemError } from '../../contract/index.ts';
import type { GraphProto, ModelProto, NodeProto } from '../onnx-proto/onnx_pb.js';
import { subgraphs } from './model-walk.ts';
import { topologicalOrder } from './topological-order.ts';
import { functionWords, nodeWords, quoted } from './words.ts';

/** Names that a body uses and does not define, with the first user of each: a node, or the words for an output. */
type FreeNames = Map<string, NodeProto | string>;

/** A value of the body that is there before any node runs. */
const given = -1;

/**
 * Checks the names and the order of a model's graphs and functions: every value defined once, every input of a node defined
 * somewhere around it, no cycle (values that a subgraph takes from around it included).
 * Throws MODEL_INVALID naming the value or node. Returns whether nodes stand before nodes that they depend on.
 */
export function checkGraphs(proto: ModelProto, path: string): { unsorted: boolean } {
  const check = new GraphCheck(path);
  if (proto.graph !== undefined) check.closed(check.graph(proto.graph, 'the graph'));
  for (const definition of proto.functions) {
    const words = functionWords(definition);
    const defined = new Map<string, number>();
    for (const name of definition.input) check.define(defined, name, given, words);
    check.closed(check.body(definition.node, defined, definition.output, words));
  }
  return { unsorted: check.unsorted };
}

class GraphCheck {
  unsorted = false;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  graph(graph: GraphProto, words: string): FreeNames {
    const defined = new Map<string, number>();
    for (const { name } of graph.input) this.define(defined, name, given, words);
    const inputs = new Set(defined.keys());
    const initialisers = [...graph.initializer, ...graph.sparseInitializer.map(({ values }) => values)];
    for (const tensor of initialisers) {
      const name = tensor?.name ?? '';
      // An initialiser may bear the name of an input: it is that input's default.
      if (inputs.delete(name)) continue;
      this.define(defined, name, given, words);
    }
    const outputs = graph.output.map(({ name }) => name);
    const seen = new Set<string>();
    for (const name of outputs) {
      if (seen.has(name)) throw this.#invalid(`${words} gives the output ${quoted(name)} twice.`, name);
      seen.add(name);
    }
    return this.body(graph.node, defined, outputs, words);
  }

  /** Checks nodes over the values in `defined`, to which theirs are added. */
  body(nodes: NodeProto[], defined: Map<string, number>, outputs: string[], words: string): FreeNames {
    nodes.forEach((node, index) => {
      for (const name of node.output) if (name !== '') this.define(defined, name, index, words);
    });
    const free: FreeNames = new Map();
    const dependencies = nodes.map((node, index) => {
      const needed: number[] = [];
      for (const [name, user] of this.#uses(node)) {
        const maker = defined.get(name);
        if (maker === undefined) {
          if (!free.has(name)) free.set(name, user);
        } else if (maker !== given) {
          needed.push(maker);
          if (maker > index) this.unsorted = true;
        }
      }
      return needed;
    });
    const { cycle } = topologicalOrder(dependencies);
    if (cycle !== null)
      throw this.#cyclic(
        cycle.map((index) => nodes[index] as NodeProto),
        words,
      );
    for (const name of outputs) {
      if (!defined.has(name) && !free.has(name)) free.set(name, `an output of ${words}`);
    }
    return free;
  }

  /** Refuses names that nothing defines. */
  closed(free: FreeNames): void {
    for (const [name, user] of free) {
      const who = typeof user === 'string' ? user : nodeWords(user);
      throw this.#invalid(`${who} needs the value ${quoted(name)}, which nothing in the model makes.`, name);
    }
  }

  define(defined: Map<string, number>, name: string, maker: number, words: string): void {
    if (name === '') throw this.#invalid(`${words} has an input or initialiser without a name.`, null);
    if (defined.has(name)) throw this.#invalid(`${words} defines the value ${quoted(name)} twice.`, name);
    defined.set(name, maker);
  }

  /** Values that a node needs: its inputs, and what its subgraphs take from around them. */
  #uses(node: NodeProto): FreeNames {
    const uses: FreeNames = new Map();
    for (const name of node.input) if (name !== '') uses.set(name, node);
    for (const graph of subgraphs(node)) {
      for (const [name, user] of this.graph(graph, `the subgraph ${quoted(graph.name)} of ${nodeWords(node)}`)) {
        if (!uses.has(name)) uses.set(name, user);
      }
    }
    return uses;
  }

  #cyclic(nodes: NodeProto[], words: string): ProblemError {
    const shown = nodes.slice(0, 5).map(nodeWords);
    const trail =
      nodes.length === 1
        ? `${shown[0]} needs its own output`
        : `${shown.join(' feeds ')}${nodes.length > 5 ? ' …' : ''}`;
    const end = nodes.length === 1 ? '.' : `, which leads back to ${shown[0]}.`;
    return this.#invalid(
      `${words} has a cycle of ${nodes.length} node${nodes.length === 1 ? '' : 's'}: ${trail}${end}`,
      shown[0] ?? null,
    );
  }

  #invalid(message: string, subject: string | null): ProblemError {
    return problem('MODEL_INVALID', message.charAt(0).toUpperCase() + message.slice(1), {
      subject: subject ?? this.#path,
      hint: 'Export the model again, or repair it where it was made.',
    });
  }
}
