import { z } from 'zod';

/** Element types of tensors, in the words of docs and command line. `bfloat16` and `complex` are parsed, not run. */
export const elementTypes = [
  'bool',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'float16',
  'float32',
  'float64',
  'string',
] as const;
export type ElementType = (typeof elementTypes)[number];

/**
 * One input or output of a model. `type` is an element type, or for values that are no tensors `map<K,V>`,
 * `sequence<...>`, `optional<...>`; types that we do not run keep their ONNX name in lower case (`bfloat16`).
 * `shape` is null when the model does not say; a dynamic dimension is its name, or null when it has none.
 */
export const ValueInfo = z.object({
  name: z.string(),
  type: z.string(),
  shape: z.array(z.union([z.number().int(), z.string(), z.null()])).nullable(),
});
export type ValueInfo = z.infer<typeof ValueInfo>;

export const Signature = z.object({ inputs: z.array(ValueInfo), outputs: z.array(ValueInfo) });
export type Signature = z.infer<typeof Signature>;

/**
 * An output that is a sequence of maps made by ZipMap (as skl2onnx writes probabilities). ONNX Runtime for Node cannot
 * return it, so the tensor that feeds the ZipMap node is fetched in its place: `tensor` is that value's name.
 * Or one output per class (skl2onnx's zipmap='columns'): `columns` names them in the order of the labels, and `output`
 * is the tensor that they are cut out of.
 */
export const ZippedOutput = z.object({
  output: z.string(),
  tensor: z.string(),
  labels: z.array(z.string()),
  keyType: z.enum(['string', 'int64']),
  columns: z.array(z.string()).optional(),
});
export type ZippedOutput = z.infer<typeof ZippedOutput>;

/**
 * A table whose keys are whatever a model says, as pairs in the model's order: on its way a record would lose the key
 * `__proto__`, which zod and oRPC drop from objects.
 */
const pairs = <Value extends z.ZodType>(value: Value) => z.array(z.tuple([z.string(), value]));

/** What is known of a model without running it. Counts include subgraphs (If, Loop, Scan bodies) and local functions. */
export const Inspection = z.object({
  /** Domain and version. */
  opset: pairs(z.number().int()),
  irVersion: z.number().int(),
  producer: z.string(),
  /** Elements of initialisers, sparse initialisers (stored values) and Constant nodes, subgraphs included. */
  parameters: z.number(),
  /** Operator type to count; `domain.Type` for domains other than ai.onnx. */
  operators: pairs(z.number().int()),
  signature: Signature,
  metadata: pairs(z.string()),
  /** Inputs that have a default value (an initialiser of the same name) and need not be given. */
  optionalInputs: z.array(z.string()),
  zipped: z.array(ZippedOutput),
  /** Class labels found in the graph (ZipMap, classlabels_* of classifiers, a constant label list), or null. */
  labels: z.array(z.string()).nullable(),
  /** For every output, the operator that makes it (`Softmax`, `Gemm`, ...); null for an output that is an input or initialiser. */
  producers: pairs(z.string().nullable()),
  /** Files with external tensor data, relative to the model's folder. */
  externalFiles: z.array(z.string()),
  /** Whatever is peculiar and not refused, as sentences. */
  notes: z.array(z.string()),
});
export type Inspection = z.infer<typeof Inspection>;
