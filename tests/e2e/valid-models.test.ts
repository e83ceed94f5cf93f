import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MissingRule, Recipe } from '../../engine/contract/index.ts';
import { fixtures, Terminal } from './terminal.ts';
import { column, readParquet, writeCsv } from './tables.ts';
import {
  agree,
  factsOf,
  fixturesOf,
  rowsOf,
  scoresOf,
  valueInfo,
  type ExpectedOutput,
  type Facts,
  type Fixture,
  type Tensor,
} from './valid-models.ts';

interface Imported {
  model: string;
  version: number;
  recipe: Recipe;
  notes: string[];
}

type Results = Awaited<ReturnType<typeof readParquet>>;

/** With a name that onnxruntime for Node cuts: refused, with words. */
const refused = new Map([['name_with_nul', 'MODEL_INVALID']]);
/** Not fed from columns of one table beside the others: scored by tests of their own below. */
const alone = new Set([
  'if_subgraph',
  'input_uint8_picture',
  'strange_names',
  'no_inputs',
  'output_scalar',
  'output_sequence',
]);

const valid = fixturesOf('valid');
const runnable = valid.filter(({ name }) => !refused.has(name));
const together = runnable.filter(({ name }) => !alone.has(name));

let terminal: Terminal;
let results: Results;
const imported = new Map<string, Imported>();

beforeAll(async () => {
  terminal = await Terminal.open();
  const waiting = [...runnable];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) imported.set(next.name, await bringIn(next));
  };
  await Promise.all([lane(), lane()]);
  results = await scoreTogether();
}, 240_000);
afterAll(() => terminal.close());

/** Imports with columns of its own in the common table: `softmax_0`, `softmax_1`, ... for one input. */
async function bringIn(fixture: Fixture): Promise<Imported> {
  const facts = factsOf(fixture);
  const words = ['import', join(fixtures, fixture.file), '--name', fixture.name];
  const several = facts.requiredInputs.length !== 1;
  const features =
    several || alone.has(fixture.name) ? [] : ['--features', featureNames(fixture.name, facts).join(',')];
  const first = await terminal.json<Imported>(...words, ...features);
  if (alone.has(fixture.name)) return first;
  const inputs = first.recipe.inputs.map((input) => {
    if (input.from !== 'columns' || !Array.isArray(input.columns)) return input;
    const missing = ruleFor(facts, input.input);
    return missing === null ? input : { ...input, columns: input.columns.map((feature) => ({ ...feature, missing })) };
  });
  if (inputs.every((input, index) => input === first.recipe.inputs[index])) return first;
  const path = terminal.file(`${fixture.name}.recipe.json`);
  await writeFile(path, JSON.stringify({ ...first.recipe, inputs }));
  return terminal.json<Imported>(...words, '--recipe', path);
}

/** What the recipe must say of empty cells so that NaN and the empty text of a fixture reach the model. */
function ruleFor(facts: Facts, input: string): MissingRule | null {
  const cells = facts.runs.flatMap((run) => run.inputs[input]?.data ?? []);
  if (cells.some(isNaNCell)) return { rule: 'nan' };
  return cells.includes('') ? { rule: 'value', value: '' } : null;
}

function featureNames(name: string, facts: Facts): string[] {
  const rows = rowsOf(facts.runs[0]!.inputs[facts.requiredInputs[0]!]!);
  return rows[0]!.map((_, index) => `${name}_${index}`);
}

/** Runs of the fixture whose inputs are only those that must be given: a default cannot be overridden. */
function runsOf(facts: Facts): Facts['runs'] {
  return facts.runs.filter((run) => Object.keys(run.inputs).every((input) => facts.requiredInputs.includes(input)));
}

/** The rows of all runs, one below the other, by column. */
function columnsOf(fixture: Fixture): Map<string, Tensor['data']> {
  const facts = factsOf(fixture);
  const columns = new Map<string, Tensor['data']>();
  for (const name of facts.requiredInputs) {
    const rows = runsOf(facts).flatMap((run) => rowsOf(run.inputs[name]!));
    const names = facts.requiredInputs.length > 1 ? [name] : featureNames(fixture.name, facts);
    names.forEach((title, index) =>
      columns.set(
        title,
        rows.map((row) => row[index]!),
      ),
    );
  }
  return columns;
}

/** One table for all models, one run that reads it once. Shorter models repeat their last row to the length of the longest. */
async function scoreTogether(): Promise<Results> {
  const columns = new Map(together.flatMap((fixture) => [...columnsOf(fixture)]));
  const length = Math.max(...[...columns.values()].map((values) => values.length));
  const rows = Array.from({ length }, (_, row) =>
    [...columns.values()].map((values) => cell(values[Math.min(row, values.length - 1)])),
  );
  await writeCsv(terminal.file('all.csv'), [...columns.keys()], rows);
  const models = together.map(({ name }) => `${name}@${imported.get(name)!.version}`);
  const out = terminal.file('all.parquet');
  await terminal.predict('--model', ...models, '--data', terminal.file('all.csv'), '--out', out);
  return readParquet(out);
}

function cell(value: Tensor['data'][number] | undefined): unknown {
  return isNaNCell(value) ? null : value;
}

function isNaNCell(value: unknown): boolean {
  return Number.isNaN(Number(value)) && (typeof value === 'number' || value === 'NaN');
}

describe('a model is imported and inspected as its maker describes it', () => {
  test.concurrent.each(runnable)('$name: $what', async (fixture) => {
    const facts = factsOf(fixture);
    const { model, version } = imported.get(fixture.name)!;
    const { inspection: found } = await terminal.client.models.get({ ref: `${model}@${version}` });
    const required = facts.inputs.filter(({ name }) => facts.requiredInputs.includes(name));
    expect(found.signature).toEqual({
      inputs: required.map(({ name, type }) => ({ name, ...valueInfo(type) })),
      outputs: facts.outputs.map(({ name, type }) => ({ name, ...valueInfo(type) })),
    });
    expect(found.parameters).toBe(facts.parameters);
    expect(Object.fromEntries(found.operators)).toEqual(facts.operatorsByName);
    expect(Object.fromEntries(found.opset)).toEqual(facts.opset);
    expect(found.irVersion).toBe(facts.irVersion);
    expect(found.producer).toBe(`${facts.producer.name} ${facts.producer.version}`.trim());
  });
});

describe('its predictions are those of onnxruntime in Python', () => {
  test.each(together)('$name: $what', (fixture) => {
    const { version, recipe } = imported.get(fixture.name)!;
    const facts = factsOf(fixture);
    const prefix = `${fixture.name}@${version}.`;
    let row = 0;
    for (const run of runsOf(facts)) {
      const rows = rowsOf(run.inputs[facts.requiredInputs[0]!]!).length;
      const part = { columns: results.columns, rows: results.rows.slice(row, row + rows) };
      expect(mistakes(recipe, run.outputs, part, prefix)).toEqual([]);
      const errors =
        fixture.name === 'output_not_finite' ? [null, "the model's output is not a number (NaN)", null] : nothing(rows);
      expect(column(part, `${prefix}error`)).toEqual(errors);
      row += rows;
    }
    expect(row).toBeGreaterThan(0);
  });

  test('a graph that looks at the whole batch sees the rows of one batch, no others', async () => {
    const fixture = valid.find(({ name }) => name === 'if_subgraph')!;
    for (const [index, run] of factsOf(fixture).runs.entries()) {
      const data = terminal.file(`if ${index}.csv`);
      const out = terminal.file(`if ${index}.parquet`);
      await writeCsv(data, ['x'], rowsOf(run.inputs['x']!));
      await terminal.predict('--model', 'if_subgraph@1', '--data', data, '--out', out);
      const recipe = imported.get(fixture.name)!.recipe;
      expect(mistakes(recipe, run.outputs, await readParquet(out), '')).toEqual([]);
    }
  });

  test('names with line breaks, HTML, a prototype key or 3,000 letters carry their values', async () => {
    const fixture = valid.find(({ name }) => name === 'strange_names')!;
    const [run] = factsOf(fixture).runs;
    const entries = Object.entries(run!.inputs).map(([name, tensor]) => [name, tensor.data[0]] as const);
    const line = `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
    await writeFile(terminal.file('strange.jsonl'), `${line}\n`);
    const { recipe } = imported.get('strange_names')!;
    const out = terminal.file('strange.parquet');
    await terminal.predict('--model', 'strange_names@1', '--data', terminal.file('strange.jsonl'), '--out', out);
    expect(mistakes(recipe, run!.outputs, await readParquet(out), '')).toEqual([]);
    const shown = await terminal.run('inspect', 'strange_names@1');
    // oxlint-disable-next-line no-control-regex
    expect(shown.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
  });

  test('one value for a whole call is given for every row by itself', async () => {
    await writeCsv(terminal.file('scalar.csv'), ['x'], [[1], [2], [null], [3.5]]);
    const out = terminal.file('scalar.parquet');
    const done = await terminal.predict(
      '--model',
      'output_scalar@1',
      '--data',
      terminal.file('scalar.csv'),
      '--out',
      out,
    );
    expect(done.rows).toEqual({ read: 4, predicted: 3, failed: 1 });
    expect(column(await readParquet(out), 'prediction')).toEqual([1, 2, null, 3.5]);
  });

  test('a sequence of tensors cannot be had from ONNX Runtime for Node, and preview and run say so', async () => {
    expect(imported.get('output_sequence')!.notes.join(' ')).toContain('sequence<float32>');
    await writeCsv(terminal.file('sequence.csv'), ['a', 'b'], [[1, 2]]);
    const words = ['--model', 'output_sequence@1', '--data', terminal.file('sequence.csv')];
    const refusal = await terminal.refused('predict', ...words, '--out', terminal.file('sequence.jsonl'));
    expect(refusal).toMatchObject({ exit: 3, code: 'RECIPE_MISFIT', subject: 'parts' });
    expect(refusal.said).toMatch(/hands over tensors only.*ConcatFromSequence/);
    const { notes } = await terminal.json<{ notes: string[] }>('preview', ...words);
    expect(notes.join(' ')).toContain(refusal.message);
  });

  test('a model without inputs has nothing to say of a row, and the run says so', async () => {
    await writeCsv(terminal.file('rows.csv'), ['id'], [['a'], ['b'], ['c']]);
    const words = ['--data', terminal.file('rows.csv'), '--id', 'id', '--out', terminal.file('none.jsonl')];
    const refusal = await terminal.refused('predict', '--model', 'no_inputs@1', ...words);
    expect(refusal).toMatchObject({ exit: 3, code: 'RECIPE_MISFIT' });
    expect(refusal.message).toContain('takes no input');
  });
});

describe('a model that has nothing for a row is refused in words', () => {
  test.each([...refused])('%s: %s', async (name, code) => {
    const fixture = valid.find((candidate) => candidate.name === name)!;
    const refusal = await terminal.refused('import', join(fixtures, fixture.file));
    expect(refusal).toMatchObject({ exit: 3, code });
    expect(refusal.message).toMatch(/\.$/);
  });
});

function nothing(rows: number): null[] {
  return Array.from({ length: rows }, () => null);
}

/** What differs between a part of the results and what onnxruntime gave, as the recipe reads the outputs. */
function mistakes(
  recipe: Recipe,
  outputs: Facts['runs'][number]['outputs'],
  part: { columns: string[]; rows: unknown[][] },
  prefix: string,
): string[] {
  const wrong: string[] = [];
  const compare = (name: string, expected: unknown[]): void => {
    const found = column(part, prefix + name);
    expected.forEach((value, row) => {
      if (!agree(found[row], value)) wrong.push(`${name}, row ${row + 1}: ${String(found[row])}, not ${String(value)}`);
    });
    if (found.length !== expected.length) wrong.push(`${name}: ${found.length} rows, not ${expected.length}`);
  };
  const { outputs: meaning } = recipe;
  if (meaning.task === 'raw') {
    for (const name of meaning.outputs)
      compareLists(column(part, prefix + name), rowsOf(outputs[name] as Tensor), name, wrong);
  } else if (meaning.task === 'regression') {
    const rows = rowsOf(outputs[meaning.prediction] as Tensor);
    const width = rows[0]!.length;
    for (let index = 0; index < width; index += 1) {
      compare(
        width === 1 ? 'prediction' : `prediction_${index + 1}`,
        rows.map((row) => row[index]),
      );
    }
  } else {
    if (meaning.decision === 'label') compare('prediction', (outputs[meaning.prediction] as Tensor).data);
    if (meaning.scores !== null) {
      const scores = outputs[meaning.scores] ?? classColumns(outputs, meaning.prediction);
      compareScores(meaning, scores, compare);
    }
  }
  return wrong;
}

/** One output per class, named after the class with a letter before it, as the maps that ZipMap would make of them. */
function classColumns(outputs: Facts['runs'][number]['outputs'], label: string): ExpectedOutput {
  const columns = Object.entries(outputs).filter(([name]) => name !== label);
  const rows = (columns[0]![1] as Tensor).data.length;
  return {
    sequence: Array.from({ length: rows }, (_, row) => ({
      map: columns.map(([name, tensor]): [string, number] => [name.slice(1), Number((tensor as Tensor).data[row])]),
    })),
  };
}

function compareScores(
  meaning: Extract<Recipe['outputs'], { task: 'classification' }>,
  output: Facts['runs'][number]['outputs'][string],
  compare: (name: string, expected: unknown[]) => void,
): void {
  const given = scoresOf(output, meaning.labels);
  // One column is the probability of the second class.
  const scores = given.map((row) =>
    row.size > 1
      ? row
      : new Map([
          ['0', 1 - row.get('0')!],
          ['1', row.get('0')!],
        ]),
  );
  compare(
    'confidence',
    scores.map((row) => Math.max(...row.values())),
  );
  if (meaning.decision !== 'label')
    compare(
      'prediction',
      scores.map((row) => largest(row)),
    );
  if (scores[0]!.size > 100) return;
  for (const label of scores[0]!.keys())
    compare(
      `probability_${label}`,
      scores.map((row) => row.get(label)),
    );
}

function largest(row: ReadonlyMap<string, number>): string {
  return [...row].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}

function compareLists(found: unknown[], expected: Tensor['data'][], name: string, wrong: string[]): void {
  expected.forEach((row, index) => {
    const cells = [found[index]].flat(3);
    if (cells.length !== row.length || row.some((value, at) => !agree(cells[at], value))) {
      wrong.push(`${name}, row ${index + 1}: ${JSON.stringify(found[index])}, not ${JSON.stringify(row)}`);
    }
  });
}
