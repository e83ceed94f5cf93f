import { basename } from 'node:path';
import { problem, type ProblemError } from '../../contract/index.ts';
import type { FileWindow } from './file-window.ts';
import { SkeletonWriter } from './skeleton-writer.ts';
import { type FieldRule, keepRawIntegers, type MessageName, messageRules } from './wire-schema.ts';

/** Subgraphs inside subgraphs; the deepest exports known have fewer than 10. */
const mostNestedGraphs = 100;
/** A graph in a node's attribute is three messages deeper than the graph around it. */
export const mostMessageDepth = 4 * mostNestedGraphs + 40;
const mostNodes = 500_000;
/** Fields that are kept, elements of packed lists included: what the decoded model's memory is made of. */
const mostFields = 8_000_000;
/** A decoded message costs about as much memory as this many of its fields. */
const messageCost = 8;
const mostKeptData = 64 * 1024 * 1024;
/** Texts that are names: of nodes, values, operators. */
const mostNameBytes = 64 * 1024;

/** Carries a message's number into the decoded model. No field of onnx.proto has it, and unknown fields are never copied. */
export const numberField = 500_000;

/** One data field of one message: `count` elements (bytes for raw data), and whether the skeleton holds all of them. */
export interface HeldField {
  count: number;
  complete: boolean;
  keptBytes: number;
}
/** By field number. */
export type HeldData = Map<number, HeldField>;

export interface Skeleton {
  /** An encoded ModelProto without tensor data. */
  bytes: Uint8Array;
  /** By the number under `numberField` of the message. */
  held: HeldData[];
}

interface Place {
  message: MessageName;
  depth: number;
  graphs: number;
}

/**
 * Walks the wire format of a ModelProto and copies what an inspection needs, without bytes of tensors over 1 KB (64 KB of
 * integers, 4 MB of texts). Every length is checked against the message around it. Memory follows the number of nodes and
 * names, not the size of the tensors. Throws MODEL_INVALID with the byte at which it stopped, or MODEL_LIMIT.
 */
export function readSkeleton(file: FileWindow): Skeleton {
  const walk = new SkeletonWalk(file);
  walk.message({ message: 'model', depth: 0, graphs: 0 }, 0, file.size);
  return { bytes: walk.writer.bytes(), held: walk.held };
}

class SkeletonWalk {
  readonly writer = new SkeletonWriter();
  readonly held: HeldData[] = [];
  readonly #file: FileWindow;
  #nodes = 0;
  #fields = 0;
  #keptData = 0;
  /** Whether something was met that only a model has: a graph or an opset. */
  #likeOnnx = false;

  constructor(file: FileWindow) {
    this.#file = file;
  }

  message(place: Place, from: number, to: number): void {
    const { fields, words, counted } = messageRules[place.message];
    const held: HeldData | null = counted ? new Map() : null;
    const seenOnce = new Set<number>();
    let elementType = 0;
    let at = from;
    while (at < to) {
      const start = at;
      const { number, wire, valueFrom, valueTo } = this.#field(at, to, words);
      at = valueTo;
      const rule = fields.get(number);
      if (rule === undefined) continue;
      if (rule.rule === 'message') {
        if (wire !== 2) continue;
        if (rule.once === true && seenOnce.has(number)) {
          throw this.#invalid(`a ${words} holds two ${messageRules[rule.message].words}s where one belongs`, start);
        }
        if (rule.once === true) seenOnce.add(number);
        this.#nested(place, number, rule.message, valueFrom, valueTo);
      } else if (rule.rule === 'copy') {
        if (wire !== rule.wire && !(wire === 2 && rule.packable === true)) continue;
        if (place.message === 'tensor' && number === 2) elementType = this.#file.varint(valueFrom, to)?.value ?? 0;
        this.#copy(rule, start, valueFrom, valueTo, words);
      } else if (held !== null) {
        const keep = place.message === 'tensor' && number === 9 && isInteger(elementType) ? keepRawIntegers : rule.keep;
        this.#data({ ...rule, keep }, number, wire, { start, valueFrom, valueTo }, held, words);
      }
    }
    if (held !== null && held.size > 0) {
      this.writer.fixed32(numberField, this.held.length);
      this.held.push(held);
    }
  }

  #field(
    at: number,
    limit: number,
    words: string,
  ): { number: number; wire: number; valueFrom: number; valueTo: number } {
    const tag = this.#file.varint(at, limit);
    if (tag === null) throw this.#cut(words, at);
    const number = Math.floor(tag.value / 8);
    const wire = tag.value % 8;
    if (number === 0 || number > 536_870_911)
      throw this.#invalid(`a ${words} holds a field with the number ${number}`, at);
    if (words === messageRules.model.words && wire === 2 && (number === 7 || number === 8)) this.#likeOnnx = true;
    let valueFrom = tag.next;
    let valueTo: number;
    if (wire === 0) {
      const value = this.#file.varint(tag.next, limit);
      if (value === null) throw this.#cut(words, at);
      valueTo = value.next;
    } else if (wire === 1) valueTo = tag.next + 8;
    else if (wire === 5) valueTo = tag.next + 4;
    else if (wire === 2) {
      const length = this.#file.varint(tag.next, limit);
      if (length === null) throw this.#cut(words, at);
      valueFrom = length.next;
      valueTo = length.next + length.value;
    } else throw this.#invalid(`a ${words} holds a field of an unknown kind`, at);
    if (valueTo > limit) throw this.#cut(words, at, valueTo - valueFrom, limit - valueFrom);
    return { number, wire, valueFrom, valueTo };
  }

  #nested(place: Place, field: number, message: MessageName, from: number, to: number): void {
    const graphs = place.graphs + (message === 'graph' ? 1 : 0);
    const depth = place.depth + 1;
    if (graphs > mostNestedGraphs + 1) {
      throw problem('MODEL_LIMIT', `Subgraphs are nested too deep: more than ${mostNestedGraphs} inside each other.`, {
        subject: this.#file.path,
      });
    }
    if (depth > mostMessageDepth) {
      throw problem('MODEL_LIMIT', `A type is nested too deep: more than ${mostNestedGraphs} levels.`, {
        subject: this.#file.path,
      });
    }
    if (message === 'node') this.#nodes += 1;
    if (this.#nodes > mostNodes) {
      throw problem('MODEL_LIMIT', `The model has more than ${mostNodes.toLocaleString('en')} nodes.`, {
        subject: this.#file.path,
      });
    }
    this.#spend(messageCost);
    const mark = this.writer.begin(field);
    this.message({ message, depth, graphs }, from, to);
    this.writer.end(mark);
  }

  #copy(rule: FieldRule & { rule: 'copy' }, start: number, from: number, to: number, words: string): void {
    if (rule.wire === 2 && to - from > mostNameBytes) {
      throw problem('MODEL_LIMIT', `A name in a ${words} is ${to - from} bytes long; ${mostNameBytes} are allowed.`, {
        subject: this.#file.path,
      });
    }
    this.#spend(rule.packable === true ? to - from : 1);
    this.writer.copy(this.#file, start, to);
  }

  #data(
    rule: FieldRule & { rule: 'data' },
    number: number,
    wire: number,
    span: { start: number; valueFrom: number; valueTo: number },
    held: HeldData,
    words: string,
  ): void {
    const { start, valueFrom, valueTo } = span;
    const count = this.#elements(rule, wire, valueFrom, valueTo, words);
    if (count === null) return;
    let field = held.get(number);
    if (field === undefined) held.set(number, (field = { count: 0, complete: true, keptBytes: 0 }));
    field.count = rule.kind === 'bytes' ? count : field.count + count;
    const bytes = valueTo - (rule.kind === 'bytes' ? valueFrom : start);
    const fits = field.complete && field.keptBytes + bytes <= rule.keep && this.#keptData + bytes <= mostKeptData;
    if (!fits) {
      field.complete = field.count === 0;
      return;
    }
    field.keptBytes += bytes;
    this.#keptData += bytes;
    this.#spend(rule.kind === 'bytes' || rule.kind === 'entry' ? 1 : count);
    this.writer.copy(this.#file, start, valueTo);
  }

  /** Elements of one occurrence of a data field, packed or not; null when the wire type is not one of the field's. */
  #elements(rule: FieldRule & { rule: 'data' }, wire: number, from: number, to: number, words: string): number | null {
    if (rule.kind === 'bytes') return wire === 2 ? to - from : null;
    if (rule.kind === 'entry') return wire === 2 ? 1 : null;
    if (rule.kind === 'varint') {
      if (wire === 0) return 1;
      if (wire !== 2) return null;
      const count = this.#file.countVarints(from, to);
      if (count === null) throw this.#invalid(`the last number of a list in a ${words} does not end`, from);
      return count;
    }
    const width = rule.kind === 'fixed32' ? 4 : 8;
    if (wire === (width === 4 ? 5 : 1)) return 1;
    if (wire !== 2) return null;
    if ((to - from) % width !== 0) {
      throw this.#invalid(`a list in a ${words} has ${to - from} bytes, which is no multiple of ${width}`, from);
    }
    return (to - from) / width;
  }

  #spend(fields: number): void {
    this.#fields += fields;
    if (this.#fields > mostFields) {
      throw problem(
        'MODEL_LIMIT',
        'The graph has more parts than Drydock reads: over 8,000,000 names, numbers and lists.',
        {
          subject: this.#file.path,
        },
      );
    }
  }

  #cut(words: string, at: number, needs?: number, left?: number): ProblemError {
    const sizes = needs === undefined ? 'ends in the middle of a field' : `says that ${needs} bytes follow, ${left} do`;
    return this.#invalid(`a ${words} ${sizes}`, at);
  }

  #invalid(what: string, at: number): ProblemError {
    return problem(
      'MODEL_INVALID',
      `${basename(this.#file.path)} is damaged or ${this.#likeOnnx ? 'cut off' : 'not an ONNX model'}: at byte ${at} ${what}.`,
      {
        subject: this.#file.path,
        hint: 'Copy or download the file again, or export the model again.',
      },
    );
  }
}

/** TensorProto.DataType INT32 and INT64. */
function isInteger(elementType: number): boolean {
  return elementType === 6 || elementType === 7;
}
