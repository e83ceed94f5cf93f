import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { samples, Terminal } from './terminal.ts';
import { column, largestGap, numbers, readCsv, text, writeParquet, type Table } from './tables.ts';

let terminal: Terminal;

beforeAll(async () => {
  terminal = await Terminal.open();
  for (const name of ['income', 'bikes', 'digits']) {
    for (const version of ['v1', 'v2']) {
      await terminal.json('import', join(samples, name, version, 'model.onnx'), '--name', name);
    }
  }
  for (const name of ['income', 'bikes']) {
    const csv = join(samples, name, 'data/test.csv');
    await writeParquet(terminal.file(`${name}.parquet`), `SELECT * FROM read_csv(${text(csv)})`);
  }
});
afterAll(() => terminal.close());

/** Both versions over one file, as a table; every sample has its predictions in one run. */
async function scored(sample: string, data: string, ...flags: string[]): Promise<Table> {
  const out = terminal.file(`out ${sample} ${Math.random().toString(36).slice(2)}.csv`);
  const result = await terminal.predict(
    '--model',
    `${sample}@1`,
    `${sample}@2`,
    '--data',
    data,
    '--out',
    out,
    ...flags,
  );
  expect(result.status).toBe('done');
  expect(result.rows.failed).toBe(0);
  return readCsv(out);
}

async function expected(sample: string, version: string, file: 'golden' | 'onnxruntime'): Promise<Table> {
  return readCsv(join(samples, sample, version, `${file}.csv`));
}

const incomeData = [
  ['CSV', () => join(samples, 'income/data/test.csv')],
  ['JSON Lines', () => join(samples, 'income/data/test.jsonl')],
  ['Parquet', () => terminal.file('income.parquet')],
] as const;

describe('the income classifiers give what scikit-learn and onnxruntime gave', () => {
  test.each(incomeData)('from %s', async (_format, path) => {
    const found = await scored('income', path(), '--id', 'person_id', '--label', 'over_50k');
    expect(found.columns.slice(0, 5)).toEqual([
      'person_id',
      'income@1.prediction',
      'income@1.confidence',
      'income@1.probability_no',
      'income@1.probability_yes',
    ]);
    for (const [version, name, label, no, yes] of [
      ['v1', 'income@1', 'out:output_label', 'out:output_probability[no]', 'out:output_probability[yes]'],
      ['v2', 'income@2', 'out:label', 'out:probabilities[0]', 'out:probabilities[1]'],
    ] as const) {
      for (const [file, tolerance] of [
        ['golden', 1e-5],
        ['onnxruntime', 1e-6],
      ] as const) {
        const truth = await expected('income', version, file);
        expect(column(found, 'person_id')).toEqual(column(truth, 'person_id'));
        expect(column(found, `${name}.prediction`)).toEqual(column(truth, label));
        expect(largestGap(numbers(found, `${name}.probability_no`), numbers(truth, no))).toBeLessThanOrEqual(tolerance);
        expect(largestGap(numbers(found, `${name}.probability_yes`), numbers(truth, yes))).toBeLessThanOrEqual(
          tolerance,
        );
      }
      const larger = numbers(found, `${name}.probability_no`).map((value) => Math.max(value, 1 - value));
      expect(largestGap(numbers(found, `${name}.confidence`), larger)).toBeLessThan(1e-6);
    }
  });

  test('unlabelled rows with missing cells and shuffled columns score alike from CSV and Parquet', async () => {
    const csv = await scored('income', join(samples, 'income/data/unlabelled.csv'), '--id', 'person_id');
    const parquet = await scored('income', join(samples, 'income/data/unlabelled.parquet'), '--id', 'person_id');
    expect(csv.rows).toHaveLength(600);
    expect(parquet).toEqual(csv);
  });
});

const bikesData = [
  ['CSV', () => join(samples, 'bikes/data/test.csv')],
  ['Parquet', () => terminal.file('bikes.parquet')],
] as const;

describe('the bicycle regressions give what scikit-learn and onnxruntime gave', () => {
  test.each(bikesData)('from %s, with the scaler of version 1 in its recipe', async (_format, path) => {
    const found = await scored('bikes', path(), '--id', 'hour_id', '--label', 'bikers');
    expect(found.columns).toEqual([
      'hour_id',
      'bikes@1.prediction',
      'bikes@2.prediction',
      'bikers',
      'bikes@1.error',
      'bikes@2.error',
    ]);
    for (const version of ['1', '2']) {
      const golden = await expected('bikes', `v${version}`, 'golden');
      const runtime = await expected('bikes', `v${version}`, 'onnxruntime');
      const values = numbers(found, `bikes@${version}.prediction`);
      expect(column(found, 'hour_id')).toEqual(column(golden, 'hour_id'));
      // Of the largest prediction: the models compute in float32, which holds hundreds of bicycles to some 1e-5 only.
      const truth = numbers(golden, 'out:variable');
      const scale = Math.max(...truth.map(Math.abs));
      const parts = (list: readonly number[]): number[] => list.map((value) => value / scale);
      expect(largestGap(parts(values), parts(truth))).toBeLessThanOrEqual(1e-5);
      expect(largestGap(parts(values), parts(numbers(runtime, 'out:variable')))).toBeLessThanOrEqual(1e-6);
    }
  });
});

describe('the digit classifiers give what the training code and onnxruntime gave', () => {
  test('from class folders of pictures, with softmax over the logits of version 1', async () => {
    const found = await scored('digits', join(samples, 'digits/data/test'), '--label', 'label');
    const file = column(found, 'file');
    expect(column(found, 'label')).toEqual(file.map((name) => String(name).split('/')[0]));
    for (const [version, output] of [
      ['1', 'logits'],
      ['2', 'probabilities'],
    ] as const) {
      for (const [source, tolerance] of [
        ['golden', 1e-5],
        ['onnxruntime', 1e-6],
      ] as const) {
        const truth = await byFile(`v${version}`, output, source);
        const wanted = file.map((name) =>
          output === 'logits' ? softmax(truth.get(String(name))!) : truth.get(String(name))!,
        );
        expect(truth.size).toBe(file.length);
        const decisions = wanted.map((scores) => String(scores.indexOf(Math.max(...scores))));
        expect(column(found, `digits@${version}.prediction`)).toEqual(decisions);
        for (let label = 0; label < 10; label += 1) {
          const values = numbers(found, `digits@${version}.probability_${label}`);
          expect(
            largestGap(
              values,
              wanted.map((scores) => scores[label]!),
            ),
          ).toBeLessThanOrEqual(tolerance);
        }
      }
    }
  });
});

async function byFile(
  version: string,
  output: string,
  source: 'golden' | 'onnxruntime',
): Promise<Map<string, number[]>> {
  const truth = await expected('digits', version, source);
  const outputs = Array.from({ length: 10 }, (_, label) => numbers(truth, `out:${output}[${label}]`));
  return new Map(column(truth, 'in:image').map((name, row) => [String(name), outputs.map((values) => values[row]!)]));
}

function softmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
