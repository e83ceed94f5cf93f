import type { AttributeProto, ModelProto, NodeProto } from '../onnx-proto/onnx_pb.js';
import { bodies } from './model-walk.ts';
import { heldField, type ReadModel } from './read-model.ts';
import { elementCount } from './tensor-check.ts';
import { domainName, operatorName } from './words.ts';

const attributeFields = { floats: 7, ints: 8, strings: 9 } as const;

/** Operator to number of nodes, subgraphs and the bodies of local functions (once each) included. */
export function countOperators(proto: ModelProto): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { nodes } of bodies(proto)) {
    for (const node of nodes) {
      const name = operatorName(node.domain, node.opType);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return counts;
}

/** Elements of initialisers, stored values of sparse ones, and values of Constant nodes, everywhere in the model. */
export function countParameters(model: ReadModel): number {
  let count = 0;
  for (const { nodes, graph } of bodies(model.proto)) {
    for (const tensor of graph?.initializer ?? []) count += elementCount(tensor);
    for (const { values } of graph?.sparseInitializer ?? []) count += values === undefined ? 0 : elementCount(values);
    for (const node of nodes) if (isConstant(node)) count += constantElements(model, node);
  }
  return count;
}

export function isConstant(node: NodeProto): boolean {
  return node.opType === 'Constant' && domainName(node.domain) === 'ai.onnx';
}

function constantElements(model: ReadModel, node: NodeProto): number {
  return node.attribute.reduce((count, attribute) => count + attributeElements(model, attribute), 0);
}

function attributeElements(model: ReadModel, attribute: AttributeProto): number {
  switch (attribute.name) {
    case 'value':
      return attribute.t === undefined ? 0 : elementCount(attribute.t);
    case 'sparse_value':
      return attribute.sparseTensor?.values === undefined ? 0 : elementCount(attribute.sparseTensor.values);
    case 'value_float':
    case 'value_int':
    case 'value_string':
      // A reference to an attribute of the function around it is no value.
      return attribute.refAttrName === '' ? 1 : 0;
    case 'value_floats':
      return heldField(model, attribute, attributeFields.floats).count;
    case 'value_ints':
      return heldField(model, attribute, attributeFields.ints).count;
    case 'value_strings':
      return heldField(model, attribute, attributeFields.strings).count;
    default:
      return 0;
  }
}
