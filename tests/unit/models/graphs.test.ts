import { describe, expect, test } from 'vitest';
import { inspectModel } from '../../../engine/models/index.ts';
import {
  type Graph,
  model,
  type Model,
  node,
  refusalOf,
  temporaryFolder,
  tensor,
  value,
  write,
} from './model-builder.ts';

const folder = temporaryFolder();
const inspect = (graph: Graph, more: Partial<Model> = {}) => inspectModel(write(folder, model(graph, more)));
const refusal = (graph: Graph, more: Partial<Model> = {}) => refusalOf(inspect(graph, more));

/** An If whose branches give what they take from around them. */
function choice(name: string, captured: string, output: string) {
  const branch = (label: string) => ({
    name: label,
    g: { name: label, node: [node('Identity', [captured], [`${name}_${label}`])], output: [value(`${name}_${label}`)] },
  });
  return node('If', ['condition'], [output], { name, attribute: [branch('then_branch'), branch('else_branch')] });
}

describe('names and order', () => {
  test('a cycle is refused and its nodes are named', async () => {
    const found = await refusal({
      node: [
        node('Relu', ['x'], ['start']),
        node('Add', ['start', 'c'], ['a'], { name: 'first' }),
        node('Neg', ['a'], ['b'], { name: 'second' }),
        node('Abs', ['b'], ['c'], { name: 'third' }),
        node('Relu', ['c'], ['y']),
      ],
    });
    expect(found.code).toBe('MODEL_INVALID');
    expect(found.message).toContain('cycle of 3 nodes');
    for (const name of ['first', 'second', 'third']) expect(found.message).toContain(`"${name}"`);
  });

  test('a node that needs its own output is a cycle', async () => {
    const found = await refusal({ node: [node('Add', ['x', 'y'], ['y'])] });
    expect(found.message).toContain('the Add that makes "y" needs its own output');
  });

  test('a cycle that leads through a subgraph is found', async () => {
    const found = await refusal({
      input: [value('x'), value('condition', 9)],
      node: [
        choice('decide', 'later', 'middle'),
        node('Relu', ['middle'], ['later'], { name: 'after' }),
        node('Relu', ['x'], ['y']),
      ],
    });
    expect(found.message).toContain('cycle');
    expect(found.message).toContain('If "decide"');
  });

  test('a subgraph may use values of the graphs around it', async () => {
    const found = await inspect({ input: [value('x'), value('condition', 9)], node: [choice('decide', 'x', 'y')] });
    expect(new Map(found.operators)).toEqual(
      new Map([
        ['If', 1],
        ['Identity', 2],
      ]),
    );
    expect(found.notes).toEqual([]);
  });

  test('a value that a subgraph needs and nothing makes is refused, with its user', async () => {
    const found = await refusal({ input: [value('x'), value('condition', 9)], node: [choice('decide', 'ghost', 'y')] });
    expect(found.message).toContain('"ghost"');
    expect(found.message).toContain('Identity');
    expect(found.subject).toBe('ghost');
  });

  test('nodes in another order than they run in are noted, not refused', async () => {
    const found = await inspect({ node: [node('Relu', ['middle'], ['y']), node('Neg', ['x'], ['middle'])] });
    expect(found.notes).toHaveLength(1);
    expect(found.notes[0]).toContain('Nodes stand before nodes');
  });

  test('two definitions of one name are refused: node and input, two initialisers, two inputs', async () => {
    for (const graph of [
      { node: [node('Relu', ['x'], ['x']), node('Relu', ['x'], ['y'])] },
      { node: [node('Relu', ['x'], ['y'])], initializer: [tensor('w', [1]), tensor('w', [1])] },
      { node: [node('Relu', ['x'], ['y'])], input: [value('x'), value('x')] },
    ]) {
      const found = await refusal(graph);
      expect(found.message).toContain('twice');
    }
  });

  test('one name in two subgraphs is no conflict', async () => {
    const branch = { name: 'b', node: [node('Identity', ['x'], ['same'])], output: [value('same')] };
    const both = [
      { name: 'then_branch', g: branch },
      { name: 'else_branch', g: branch },
    ];
    const found = await inspect({
      input: [value('x'), value('condition', 9)],
      node: [node('If', ['condition'], ['y'], { attribute: both })],
    });
    expect(new Map(found.producers).get('y')).toBe('If');
  });

  test('100 subgraphs inside each other are read, 102 are not', async () => {
    const nested = (depth: number): Graph => {
      let graph: Graph = { name: 'deepest', node: [node('Identity', ['x'], ['y'])], output: [value('y')] };
      for (let level = 0; level < depth; level += 1) {
        graph = {
          name: `g${level}`,
          node: [node('Scan', ['x'], ['y'], { attribute: [{ name: 'body', g: graph }] })],
          output: [value('y')],
        };
      }
      return { ...graph, input: [value('x')] };
    };
    expect(new Map((await inspect(nested(100))).operators).get('Scan')).toBe(100);
    expect((await refusal(nested(102))).code).toBe('MODEL_LIMIT');
  });

  test('a long chain of nodes is no problem for the stack', async () => {
    const count = 20_000;
    const chain = Array.from({ length: count }, (_, index) =>
      node('Relu', [index === 0 ? 'x' : `v${index - 1}`], [index === count - 1 ? 'y' : `v${index}`]),
    );
    expect(new Map((await inspect({ node: chain })).operators).get('Relu')).toBe(count);
    const round = [...chain, node('Neg', ['y'], ['z'], { name: 'tail' })];
    const looped = await refusal({
      node: [
        node('Add', ['x', 'z'], ['w']),
        ...round.map((each, index) => (index === 0 ? node('Relu', ['w'], ['v0']) : each)),
      ],
    });
    expect(looped.message).toContain(`cycle of ${count + 2} nodes`);
  });
});

describe('local functions', () => {
  const call = (name: string, input: string, output: string) => node(name, [input], [output], { domain: 'mine' });
  const definition = (name: string, body: ReturnType<typeof node>[]) => ({
    name,
    domain: 'mine',
    input: ['a'],
    output: ['b'],
    node: body,
  });

  test('functions that call each other in a circle are refused', async () => {
    const found = await refusal(
      { node: [call('F', 'x', 'y')] },
      { functions: [definition('F', [call('G', 'a', 'b')]), definition('G', [call('F', 'a', 'b')])] },
    );
    expect(found.message).toContain('calls itself');
  });

  test('functions that unfold to billions of nodes are refused', async () => {
    const functions = Array.from({ length: 40 }, (_, index) =>
      definition(
        `F${index}`,
        index === 0 ? [node('Relu', ['a'], ['b'])] : [call(`F${index - 1}`, 'a', 'm'), call(`F${index - 1}`, 'm', 'b')],
      ),
    );
    const found = await refusal({ node: [call('F39', 'x', 'y')] }, { functions });
    expect(found.code).toBe('MODEL_LIMIT');
  });

  test('a function body may not use values of the graph', async () => {
    const found = await refusal(
      { node: [call('F', 'x', 'y')] },
      { functions: [definition('F', [node('Add', ['a', 'x'], ['b'])])] },
    );
    expect(found.message).toContain('"x"');
  });

  test('operators of a function count once and its domain is no custom domain', async () => {
    const found = await inspect(
      { node: [call('F', 'x', 'm'), call('F', 'm', 'y')] },
      {
        functions: [definition('F', [node('Relu', ['a'], ['b'])])],
        opsetImport: [{ version: 17n }, { domain: 'mine', version: 1n }],
      },
    );
    expect(Object.fromEntries(found.operators)).toEqual({ 'mine.F': 2, Relu: 1 });
    expect(found.notes).toEqual(['The model has a local function.']);
  });
});

describe('notes', () => {
  test('operators of a domain that the runtime does not have are named', async () => {
    const found = await inspect({ node: [node('Magic', ['x'], ['y'], { domain: 'acme.ops' })] });
    expect(found.operators).toEqual([['acme.ops.Magic', 1]]);
    expect(found.notes[0]).toContain('"acme.ops" (Magic)');
  });

  test('an opset newer than the runtime is noted', async () => {
    const found = await inspect({ node: [node('Relu', ['x'], ['y'])] }, { opsetImport: [{ version: 99n }] });
    expect(new Map(found.opset).get('ai.onnx')).toBe(99);
    expect(found.notes[0]).toContain('Opset 99 of ai.onnx is newer than 26');
  });

  test('names out of the model are no keys of a prototype', async () => {
    const found = await inspect(
      { output: [value('__proto__')], node: [node('constructor', ['x'], ['__proto__'])] },
      { metadataProps: [{ key: '__proto__', value: 'kept' }] },
    );
    expect(found.operators).toEqual([['constructor', 1]]);
    expect(found.producers).toEqual([['__proto__', 'constructor']]);
    expect(found.metadata).toEqual([['__proto__', 'kept']]);
  });
});
