import type { FunctionProto, NodeProto } from '../onnx-proto/onnx_pb.js';

const longestName = 120;

/** A name out of a model in quotes, shortened. Still hostile text for its sink to escape. */
export function quoted(name: string): string {
  if (name.length <= longestName) return `"${name}"`;
  // A character of two units is not cut in two.
  const cut = /[\ud800-\udbff]/.test(name.charAt(longestName - 1)) ? longestName - 1 : longestName;
  return `"${name.slice(0, cut)}…"`;
}

/** `Conv "stem/conv"`, or by its first output when the node has no name. */
export function nodeWords(node: NodeProto): string {
  const operator = operatorName(node.domain, node.opType);
  if (node.name !== '') return `${operator} ${quoted(node.name)}`;
  const output = node.output.find((name) => name !== '');
  return output === undefined ? `a nameless ${operator}` : `the ${operator} that makes ${quoted(output)}`;
}

export function functionWords(definition: FunctionProto): string {
  return `the function ${quoted(operatorName(definition.domain, definition.name))}`;
}

/** With a capital, for words that begin a sentence. */
export function sentenceStart(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `Gemm`, `ai.onnx.ml.ZipMap`, `com.microsoft.Gelu`: the domain is left out for ai.onnx alone. */
export function operatorName(domain: string, type: string): string {
  const owner = domainName(domain);
  return owner === 'ai.onnx' ? type : `${owner}.${type}`;
}

/** The empty domain is another spelling of ai.onnx. */
export function domainName(domain: string): string {
  return domain === '' ? 'ai.onnx' : domain;
}
