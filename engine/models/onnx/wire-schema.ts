/** How elements stand in a data field, which decides how they are counted. */
export type DataKind = 'bytes' | 'fixed32' | 'fixed64' | 'varint' | 'entry';

export type FieldRule =
  /** Copied as it is: a number or a short text. `wire` is the only wire type accepted. */
  | { rule: 'copy'; wire: 0 | 2 | 5; packable?: boolean }
  /** Entered. `once`: a second one would be merged into the first by protobuf, which no writer of models means. */
  | { rule: 'message'; message: MessageName; once?: boolean }
  /** Counted, and copied while one message holds no more than `keep` bytes of it. */
  | { rule: 'data'; kind: DataKind; keep: number };

export interface MessageRule {
  /** What a person would call it. */
  words: string;
  /** Messages with data fields get a number, under which the counts of their data fields are kept. */
  counted: boolean;
  fields: ReadonlyMap<number, FieldRule>;
}

export type MessageName =
  | 'model'
  | 'graph'
  | 'function'
  | 'node'
  | 'attribute'
  | 'tensor'
  | 'sparseTensor'
  | 'value'
  | 'type'
  | 'tensorType'
  | 'elementType'
  | 'mapType'
  | 'opaqueType'
  | 'shape'
  | 'dimension'
  | 'opset'
  | 'entry';

const text: FieldRule = { rule: 'copy', wire: 2 };
const number: FieldRule = { rule: 'copy', wire: 0 };
const numbers: FieldRule = { rule: 'copy', wire: 0, packable: true };
const float: FieldRule = { rule: 'copy', wire: 5 };
const message = (name: MessageName): FieldRule => ({ rule: 'message', message: name });
const oneMessage = (name: MessageName): FieldRule => ({ rule: 'message', message: name, once: true });
const data = (kind: DataKind, keep: number): FieldRule => ({ rule: 'data', kind, keep });

const kilobyte = 1024;
/** Enough for the class labels of the largest classifiers; vocabularies beyond it are only counted. */
const keepTexts = 4 * 1024 * kilobyte;
const keepIntegers = 512 * kilobyte;
/** Weights are only counted. What is kept of raw bytes can hold a list of class numbers. */
export const keepRaw = kilobyte;
/** For raw bytes of tensors that say that they hold int32 or int64 before they come to their bytes. */
export const keepRawIntegers = 64 * kilobyte;
/** The longest metadata value that is shown. */
export const keepMetadata = 64 * kilobyte;

function rule(words: string, fields: Record<number, FieldRule>, counted = false): MessageRule {
  return { words, counted, fields: new Map(Object.entries(fields).map(([key, value]) => [Number(key), value])) };
}

/**
 * The fields of onnx.proto that an inspection needs; every other field (documentation texts, training graphs,
 * quantisation and device annotations, metadata of nodes and tensors) is checked for its length and skipped.
 */
export const messageRules: Readonly<Record<MessageName, MessageRule>> = {
  model: rule('model', {
    1: number,
    2: text,
    3: text,
    7: message('graph'),
    8: message('opset'),
    14: message('entry'),
    25: message('function'),
  }),
  graph: rule('graph', {
    1: message('node'),
    2: text,
    5: message('tensor'),
    11: message('value'),
    12: message('value'),
    15: message('sparseTensor'),
  }),
  function: rule('function', {
    1: text,
    4: text,
    5: text,
    6: text,
    7: message('node'),
    9: message('opset'),
    10: text,
    11: message('attribute'),
    13: text,
  }),
  node: rule('node', { 1: text, 2: text, 3: text, 4: text, 5: message('attribute'), 7: text, 8: text }),
  attribute: rule(
    'attribute',
    {
      1: text,
      2: float,
      3: number,
      4: data('bytes', kilobyte),
      5: oneMessage('tensor'),
      6: oneMessage('graph'),
      7: data('fixed32', 0),
      8: data('varint', keepIntegers),
      9: data('entry', keepTexts),
      10: message('tensor'),
      11: message('graph'),
      20: number,
      21: text,
      22: oneMessage('sparseTensor'),
      23: message('sparseTensor'),
    },
    true,
  ),
  tensor: rule(
    'tensor',
    {
      1: numbers,
      2: number,
      4: data('fixed32', 0),
      5: data('varint', 64 * kilobyte),
      6: data('entry', keepTexts),
      7: data('varint', 64 * kilobyte),
      8: text,
      9: data('bytes', keepRaw),
      10: data('fixed64', 0),
      11: data('varint', 0),
      13: message('entry'),
      14: number,
    },
    true,
  ),
  sparseTensor: rule('sparse tensor', { 1: oneMessage('tensor'), 2: oneMessage('tensor'), 3: numbers }),
  value: rule('value', { 1: text, 2: oneMessage('type') }),
  type: rule('type', {
    1: oneMessage('tensorType'),
    4: oneMessage('elementType'),
    5: oneMessage('mapType'),
    7: oneMessage('opaqueType'),
    8: oneMessage('tensorType'),
    9: oneMessage('elementType'),
  }),
  tensorType: rule('tensor type', { 1: number, 2: oneMessage('shape') }),
  elementType: rule('type', { 1: oneMessage('type') }),
  mapType: rule('map type', { 1: number, 2: oneMessage('type') }),
  opaqueType: rule('opaque type', { 1: text, 2: text }),
  shape: rule('shape', { 1: message('dimension') }),
  dimension: rule('dimension', { 1: number, 2: text }),
  opset: rule('opset', { 1: text, 2: number }),
  entry: rule('metadata entry', { 1: text, 2: data('bytes', keepMetadata) }, true),
};
