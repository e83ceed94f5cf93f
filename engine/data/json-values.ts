import { cellMissing } from './batch.ts';
import { integerOfDouble, isInt64, parseInteger, parseNumber } from './numbers.ts';
import { putInvalid, putMissing, putText } from './sinks.ts';
import type { Sink } from './sinks.ts';

/** A number of a JSON text whose double is not what was written: an integer beyond 2^53. */
export class WrittenNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toJSON(): unknown {
    return (JSON as unknown as RawJson).rawJSON(this.text);
  }
}

interface RawJson {
  rawJSON(text: string): unknown;
}

type JsonObject = Record<string, unknown>;

// A double shows an integer exactly up to 2^53, which has 16 digits. Digits behind a point are no integer.
const manyDigits = /(?<![0-9.])[0-9]{16}/;
const bareNumbers = /-?\bInfinity\b|\bNaN\b/g;
// Whatever walks a value (JSON.stringify, a reviver) calls itself for each level.
const deepest = 500;

/**
 * One line as an object. NaN and Infinity, which Python's json module writes although JSON has no such words, are read
 * as missing and as infinities. Throws a sentence for what is not a JSON object.
 */
export function parseObjectLine(line: string): JsonObject {
  const value = parseLenient(line);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new NotAnObject(`the line is ${describeValue(value)}, a JSON object was expected`);
  }
  return value as JsonObject;
}

/** Why a line is not a row, as words for a row error. */
export class NotAnObject extends Error {}

function parseLenient(line: string): unknown {
  if (line.length > 2 * deepest && depthOf(line) > deepest) {
    throw new NotAnObject(`the line has lists and objects that are nested more than ${deepest} deep`);
  }
  try {
    return parseExact(line);
  } catch {
    const repaired = withoutBareNumbers(line);
    try {
      if (repaired !== line) return parseExact(repaired);
    } catch {
      // Said below, as for any other line.
    }
    throw new NotAnObject('the line is not valid JSON');
  }
}

/** NaN and Infinity outside of strings as what JSON can say. Strings are stepped over: a pattern overflows on long ones. */
function withoutBareNumbers(line: string): string {
  if (line.search(bareNumbers) < 0) return line;
  let repaired = '';
  for (let at = 0; at < line.length;) {
    const quote = line.indexOf('"', at);
    const end = quote < 0 ? line.length : quote;
    repaired += line.slice(at, end).replace(bareNumbers, (word) => {
      if (word === 'NaN') return 'null';
      return word.startsWith('-') ? '-1e999' : '1e999';
    });
    at = quote < 0 ? end : stringEnd(line, quote);
    repaired += line.slice(end, at);
  }
  return repaired;
}

/** How deep lists and objects stand in each other, brackets in strings aside. */
function depthOf(line: string): number {
  let depth = 0;
  let most = 0;
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 34) at = stringEnd(line, at) - 1;
    else if (code === 91 || code === 123) most = Math.max(most, ++depth);
    else if (code === 93 || code === 125) depth--;
  }
  return most;
}

/** Where the string that begins at `quote` is over; the line's end when it is not closed. */
function stringEnd(line: string, quote: number): number {
  for (let from = quote + 1; ;) {
    const close = line.indexOf('"', from);
    if (close < 0) return line.length;
    let slashes = 0;
    while (line.charCodeAt(close - 1 - slashes) === 92) slashes++;
    if (slashes % 2 === 0) return close + 1;
    from = close + 1;
  }
}

function parseExact(line: string): unknown {
  if (!manyDigits.test(line)) return JSON.parse(line);
  const keepDigits = (_key: string, value: unknown, context?: { source?: string }): unknown => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    const source = context?.source;
    return source !== undefined && /^-?[0-9]+$/.test(source) ? new WrittenNumber(source) : value;
  };
  return JSON.parse(line, keepDigits);
}

/** The member of that name, own members only: `__proto__` and `constructor` are names like any other. */
export function member(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The shortest text that reads back as the same value; null for a missing value. An empty string is a value in JSON. */
export function jsonText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (value instanceof WrittenNumber) return value.text;
  return JSON.stringify(value);
}

/** Writes a JSON value into a column. */
export function putJson(sink: Sink, row: number, value: unknown): void {
  if (value === null || value === undefined) return putMissing(sink, row);
  if (sink.kind === 'text') {
    sink.values[row] = jsonText(value);
    return;
  }
  if (typeof value === 'string') return putText(sink, row, value);
  const number = value instanceof WrittenNumber ? value.text : value;
  if (sink.kind === 'number') {
    const double = typeof number === 'string' ? parseNumber(number) : asDouble(number);
    if (double === undefined || double === null) return putInvalid(sink, row, jsonText(value) ?? '');
    sink.values[row] = double;
    return;
  }
  const integer = typeof number === 'string' ? parseInteger(number) : asInteger(number);
  if (integer === undefined || integer === null) return putInvalid(sink, row, jsonText(value) ?? '');
  sink.values[row] = integer;
}

/** Writes a double; NaN is missing. */
export function putDouble(sink: Sink, row: number, value: number): void {
  if (sink.kind === 'text') {
    sink.values[row] = Number.isNaN(value) ? null : String(value);
    return;
  }
  if (Number.isNaN(value)) {
    sink.state[row] = cellMissing;
    return;
  }
  if (sink.kind === 'number') {
    sink.values[row] = value;
    return;
  }
  const integer = integerOfDouble(value);
  if (integer === undefined) putInvalid(sink, row, String(value));
  else sink.values[row] = integer;
}

/** Writes an integer that may be beyond int64. */
export function putBigInt(sink: Sink, row: number, value: bigint): void {
  if (sink.kind === 'text') sink.values[row] = String(value);
  else if (sink.kind === 'number') sink.values[row] = Number(value);
  else if (isInt64(value)) sink.values[row] = value;
  else putInvalid(sink, row, String(value));
}

function asDouble(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'boolean' ? Number(value) : undefined;
}

function asInteger(value: unknown): bigint | undefined {
  if (typeof value === 'number') return integerOfDouble(value);
  return typeof value === 'boolean' ? BigInt(value) : undefined;
}

function describeValue(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
