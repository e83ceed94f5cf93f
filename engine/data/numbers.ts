/**
 * Numbers as they are written in tables. A cell is a number when, without surrounding blanks, it is an optional sign,
 * decimal digits with at most one point, and an optional exponent; `inf` and `infinity` in any case are infinities.
 * Hexadecimal, digit groups and decimal commas are not numbers.
 */
const numberPattern = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const infinityPattern = /^[+-]?inf(?:inity)?$/i;
const integerParts = /^([+-]?)([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]+))?$/;

/** What counts as missing where a number is wanted: the spellings that table readers agree on. */
const missingSpellings = new Set([
  '',
  'NA',
  'N/A',
  'n/a',
  '<NA>',
  '#NA',
  '#N/A',
  '#N/A N/A',
  'NaN',
  'nan',
  'NAN',
  '-NaN',
  '-nan',
  '+nan',
  '1.#IND',
  '-1.#IND',
  '1.#QNAN',
  '-1.#QNAN',
  'null',
  'NULL',
  'Null',
  'None',
]);

export function isMissingNumber(text: string): boolean {
  return missingSpellings.has(trimBlanks(text));
}

/** The double nearest to the text; null when missing, undefined when the text is no number. Booleans are 1 and 0. */
export function parseNumber(text: string): number | null | undefined {
  const trimmed = trimBlanks(text);
  if (numberPattern.test(trimmed)) return Number(trimmed);
  if (missingSpellings.has(trimmed)) return null;
  if (infinityPattern.test(trimmed)) return trimmed.startsWith('-') ? -Infinity : Infinity;
  const truth = parseBoolean(trimmed);
  return truth === undefined ? undefined : Number(truth);
}

/** As `parseNumber`, exact in 64 bits: `3.0` and `3e2` are integers, `3.5` and what is beyond int64 are undefined. */
export function parseInteger(text: string): bigint | null | undefined {
  const trimmed = trimBlanks(text);
  if (missingSpellings.has(trimmed)) return null;
  if (numberPattern.test(trimmed)) return exactInteger(trimmed);
  const truth = parseBoolean(trimmed);
  return truth === undefined ? undefined : BigInt(truth);
}

/** The double as an int64, or undefined when it has a fraction or is out of range. */
export function integerOfDouble(value: number): bigint | undefined {
  if (!Number.isInteger(value) || value < -(2 ** 63) || value >= 2 ** 63) return undefined;
  return BigInt(value);
}

export function isInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

/** Whether a trimmed text follows the grammar of finite numbers. */
export function isFiniteNumberText(text: string): boolean {
  return numberPattern.test(text);
}

export function isInfinityText(text: string): boolean {
  return infinityPattern.test(text);
}

export function parseBoolean(text: string): boolean | undefined {
  if (text === 'true' || text === 'True' || text === 'TRUE') return true;
  if (text === 'false' || text === 'False' || text === 'FALSE') return false;
  return undefined;
}

/** Without spaces and tabs at either end; other white space is part of a cell. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/** Receives the value of `scanNumber`; one object is reused for all cells. */
export interface ScannedNumber {
  value: number;
}

// Powers of ten that a double holds exactly.
const exactPowers = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const largestExact = 2 ** 53;

/**
 * Reads a plain number that starts at `start` and reaches to the next `delimiter` or `limit`, straight from the bytes.
 * Returns where it ended, or -1 when the cell needs the slow way (blanks, words, quotes).
 * With a mantissa below 2^53 and a power of ten up to 22 one multiplication or division of two exact doubles gives the
 * correctly rounded result (W. D. Clinger, How to read floating point numbers accurately, 1990).
 */
export function scanNumber(
  bytes: Buffer,
  start: number,
  limit: number,
  delimiter: number,
  into: ScannedNumber,
): number {
  let at = start;
  let negative = false;
  if (at < limit) {
    const sign = bytes[at] as number;
    if (sign === 45 || sign === 43) {
      negative = sign === 45;
      at++;
    }
  }
  // Nine digits at a time fit into an int32, whose arithmetic is several times faster than a double's.
  let high = 0;
  let low = 0;
  let lowDigits = 0;
  let point = -1;
  const first = at;
  while (at < limit) {
    const digit = (bytes[at] as number) - 48;
    if (digit < 0 || digit > 9) {
      if (digit !== -2 || point >= 0) break;
      point = ++at;
      continue;
    }
    low = (low * 10 + digit) | 0;
    if (++lowDigits === 9) {
      high = high * 1e9 + low;
      low = 0;
      lowDigits = 0;
    }
    at++;
  }
  const mantissa = high === 0 ? low : high * (exactPowers[lowDigits] as number) + low;
  let exponent = point < 0 ? 0 : point - at;
  if (at - first === (point < 0 ? 0 : 1)) return -1;
  if (at < limit && ((bytes[at] as number) | 32) === 101) {
    let sign = 1;
    at++;
    if (at < limit && (bytes[at] === 45 || bytes[at] === 43)) sign = bytes[at++] === 45 ? -1 : 1;
    const firstOfExponent = at;
    let written = 0;
    while (at < limit) {
      const digit = (bytes[at] as number) - 48;
      if (digit < 0 || digit > 9) break;
      if (written < 100_000) written = written * 10 + digit;
      at++;
    }
    if (at === firstOfExponent) return -1;
    exponent += sign * written;
  }
  if (at < limit && bytes[at] !== delimiter) return -1;
  const magnitude = mantissa < largestExact ? scale(mantissa, exponent) : -1;
  if (magnitude < 0) into.value = Number(bytes.toString('latin1', start, at));
  else into.value = negative ? -magnitude : magnitude;
  return at;
}

/** mantissa * 10^exponent where one operation rounds correctly, else -1. */
function scale(mantissa: number, exponent: number): number {
  if (exponent === 0 || mantissa === 0) return mantissa;
  if (exponent < 0) return exponent >= -22 ? mantissa / (exactPowers[-exponent] as number) : -1;
  return exponent <= 22 ? mantissa * (exactPowers[exponent] as number) : -1;
}

function exactInteger(text: string): bigint | undefined {
  const parts = integerParts.exec(text);
  if (parts === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = parts;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return 0n;
  // The value is `significant` * 10^power.
  const power = Number(exponentText) - fraction.length + (digits.length - significant.length);
  if (power < 0 || significant.length + power > 19) return undefined;
  const magnitude = BigInt(significant + '0'.repeat(power));
  const value = sign === '-' ? -magnitude : magnitude;
  return isInt64(value) ? value : undefined;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
