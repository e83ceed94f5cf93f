/// <reference lib="es2025.float16" />

/** A double as people read it: at most 6 significant digits, enough to see what a step did. */
export function numberInWords(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : String(value);
}

/** An element of a tensor as the shortest text that gives it back in its type. */
export function elementInWords(element: number | bigint | string, type: string): string {
  if (typeof element !== 'number') return String(element);
  if (type === 'bool') return element === 0 ? 'false' : 'true';
  const rounded = type === 'float32' ? Math.fround : type === 'float16' ? Math.f16round : null;
  if (rounded === null || !Number.isFinite(element)) return String(element);
  for (let digits = 1; digits < 9; digits += 1) {
    const text = element.toPrecision(digits);
    if (rounded(Number(text)) === element) return String(Number(text));
  }
  return String(Number(element.toPrecision(9)));
}

/** What one traced row may take of an answer, which holds at most five. */
export class TraceBudget {
  /** Values that are listed of an input or an output. */
  readonly mostValues = 200;
  #characters = 40_000;

  take(part: unknown): boolean {
    this.#characters -= JSON.stringify(part).length;
    return this.#characters > 0;
  }
}
