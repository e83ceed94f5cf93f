/** A value of JSON or of a Python literal. Keys of dicts keep their order; numbers that are keys become text. */
export type Literal = string | number | boolean | null | Literal[] | Map<string, Literal>;

const mostDepth = 20;

/**
 * Reads JSON, or a Python dict, list or tuple of texts, numbers, True, False and None, as exporters write them into
 * metadata (`{0: 'cat', 1: 'dog'}`). Nothing is evaluated. Undefined when the text is anything else.
 */
export function parseLiteral(text: string): Literal | undefined {
  const reader = new LiteralReader(text);
  const value = reader.value(0);
  return value !== undefined && reader.atEnd() ? value : undefined;
}

const words: ReadonlyMap<string, Literal> = new Map<string, Literal>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['null', null],
  ['None', null],
]);

const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
]);

const hexDigits: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

const closers: ReadonlyMap<string, string> = new Map([
  ['[', ']'],
  ['(', ')'],
]);

class LiteralReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  atEnd(): boolean {
    this.#skipSpace();
    return this.#at === this.#text.length;
  }

  value(depth: number): Literal | undefined {
    if (depth > mostDepth) return undefined;
    this.#skipSpace();
    const first = this.#text.charAt(this.#at);
    const closer = closers.get(first);
    if (closer !== undefined) return this.#list(closer, depth);
    if (first === '{') return this.#dict(depth);
    if (first === '"' || first === "'") return this.#string(first);
    return this.#wordOrNumber();
  }

  #list(closer: string, depth: number): Literal[] | undefined {
    const items: Literal[] = [];
    this.#at += 1;
    while (!this.#take(closer)) {
      const item = this.value(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
      if (!this.#take(',') && !this.#next(closer)) return undefined;
    }
    return items;
  }

  #dict(depth: number): Map<string, Literal> | undefined {
    const entries = new Map<string, Literal>();
    this.#at += 1;
    while (!this.#take('}')) {
      const key = this.value(depth + 1);
      if ((typeof key !== 'string' && typeof key !== 'number') || !this.#take(':')) return undefined;
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      entries.set(String(key), value);
      if (!this.#take(',') && !this.#next('}')) return undefined;
    }
    return entries;
  }

  #string(quote: string): string | undefined {
    let content = '';
    for (this.#at += 1; this.#at < this.#text.length; this.#at += 1) {
      const character = this.#text.charAt(this.#at);
      if (character === quote) {
        this.#at += 1;
        return content;
      }
      if (character !== '\\') content += character;
      else {
        const escaped = this.#escape();
        if (escaped === undefined) return undefined;
        content += escaped;
      }
    }
    return undefined;
  }

  /** What follows a backslash; stands on its last character afterwards. */
  #escape(): string | undefined {
    this.#at += 1;
    const letter = this.#text.charAt(this.#at);
    const digits = hexDigits.get(letter);
    if (digits === undefined) return escapes.get(letter) ?? letter;
    const hex = this.#text.slice(this.#at + 1, this.#at + 1 + digits);
    const code = Number.parseInt(hex, 16);
    if (!/^[0-9a-fA-F]+$/.test(hex) || hex.length !== digits || code > 0x10ffff) return undefined;
    this.#at += digits;
    return letter === 'u' ? String.fromCharCode(code) : String.fromCodePoint(code);
  }

  #wordOrNumber(): Literal | undefined {
    const pattern = /[A-Za-z0-9+\-._]+/y;
    pattern.lastIndex = this.#at;
    const token = pattern.exec(this.#text)?.[0];
    if (token === undefined) return undefined;
    this.#at += token.length;
    const word = words.get(token);
    if (word !== undefined) return word;
    return /^-?\d+(\.\d*)?([eE][+-]?\d+)?$/.test(token) ? Number(token) : undefined;
  }

  #take(character: string): boolean {
    if (!this.#next(character)) return false;
    this.#at += 1;
    return true;
  }

  #next(character: string): boolean {
    this.#skipSpace();
    return this.#text.charAt(this.#at) === character;
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at += 1;
  }
}
