import type { ExpectedOutput, Tensor } from '../fixtures/models.ts';

export { factsOf, fixturesOf, type ExpectedOutput, type Facts, type Fixture, type Tensor } from '../fixtures/models.ts';

const elementTypes: Record<string, string> = { float: 'float32', double: 'float64' };

/** `float[?,4]` in the command line's words: `{ type: 'float32', shape: [null, 4] }`; maps and sequences have no shape. */
export function valueInfo(declared: string): { type: string; shape: (number | string | null)[] | null } {
  const sequence = /^seq\((.*)\)$/.exec(declared);
  if (sequence) return { type: `sequence<${valueInfo(sequence[1]!).type}>`, shape: null };
  const map = /^map\((\w+),(\w+)\[.*\]\)$/.exec(declared);
  if (map) return { type: `map<${map[1]},${elementTypes[map[2]!] ?? map[2]}>`, shape: null };
  const [, element = '', dimensions = ''] = /^(\w+)\[(.*)\]$/.exec(declared)!;
  return {
    type: elementTypes[element] ?? element,
    shape: dimensions === '' ? [] : dimensions.split(',').map(dimension),
  };
}

function dimension(text: string): number | string | null {
  if (text === '?') return null;
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** The rows that a tensor's first axis counts, each with its values. */
export function rowsOf(tensor: Tensor): Tensor['data'][] {
  const rows = tensor.shape[0] ?? 1;
  const width = tensor.data.length / rows;
  return Array.from({ length: rows }, (_, row) => tensor.data.slice(row * width, (row + 1) * width));
}

/** Scores by label for each row, whether they came as maps or as a tensor in the order of the labels. */
export function scoresOf(output: ExpectedOutput, labels: readonly string[] | null): Map<string, number>[] {
  if ('sequence' in output) {
    return output.sequence.map(({ map }) => new Map(map.map(([label, score]) => [String(label), score])));
  }
  return rowsOf(output).map(
    (row) => new Map(row.map((score, index) => [labels?.[index] ?? String(index), Number(score)])),
  );
}

/** Whether numbers agree within 1e-6, relative above 1. Infinities are written as text in a fixture, NaN too. */
export function agree(found: unknown, expected: unknown): boolean {
  if (expected === 'NaN') return found === null;
  if (typeof expected !== 'number') return String(found) === String(expected);
  const value = Number(found);
  return found !== null && Math.abs(value - expected) <= 1e-6 * Math.max(1, Math.abs(expected));
}
