import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../../engine/contract/index.ts';
import { inspectModel } from '../../../engine/models/index.ts';

const folder = join(import.meta.dirname, '../../fixtures/models');

interface Fixture {
  name: string;
  file: string;
  kind: 'valid' | 'hostile' | 'other-format';
  what: string;
  stopAt?: 'read' | 'load' | 'run';
  words?: string[];
  expected?: string;
}
interface Facts {
  irVersion: number;
  opset: Record<string, number>;
  producer: { name: string; version: string };
  inputs: { name: string; hasDefault: boolean }[];
  outputs: { name: string }[];
  requiredInputs: string[];
  parameters: number;
  operatorsByName: Record<string, number>;
}

const fixtures = (JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { files: Fixture[] }).files;

async function refusal(file: string): Promise<ProblemError> {
  try {
    await inspectModel(join(folder, file));
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error(`${file} was not refused`);
}

describe('a model that runs is described as its maker describes it', () => {
  test.each(fixtures.filter(({ kind }) => kind === 'valid'))('$name: $what', async ({ file, expected }) => {
    const facts = JSON.parse(readFileSync(join(folder, expected ?? ''), 'utf8')) as Facts;
    const found = await inspectModel(join(folder, file));
    expect(found.irVersion).toBe(facts.irVersion);
    expect(new Map(found.opset)).toEqual(new Map(Object.entries(facts.opset)));
    expect(found.producer).toBe(`${facts.producer.name} ${facts.producer.version}`.trim());
    expect(found.parameters).toBe(facts.parameters);
    expect(new Map(found.operators)).toEqual(new Map(Object.entries(facts.operatorsByName)));
    expect(found.signature.inputs.map(({ name }) => name)).toEqual(facts.requiredInputs);
    expect(found.signature.outputs.map(({ name }) => name)).toEqual(facts.outputs.map(({ name }) => name));
    const withDefault = facts.inputs.filter(({ hasDefault }) => hasDefault).map(({ name }) => name);
    expect(found.optionalInputs).toEqual(facts.irVersion >= 4 ? withDefault : []);
  });
});

describe('a file that cannot be read as a model is refused in words that fit', () => {
  const stopped = fixtures.filter(
    ({ kind, stopAt }) => kind === 'other-format' || (kind === 'hostile' && stopAt === 'read'),
  );
  test.each(stopped)('$name: $what', async ({ file, words }) => {
    const { message, subject, hint } = (await refusal(file)).problem;
    const said = `${message} ${subject ?? ''} ${hint ?? ''}`.toLowerCase();
    for (const word of words ?? []) expect(said).toContain(word.toLowerCase());
    expect(message).toMatch(/\.$/);
  });
});

describe('what a runtime would refuse later is refused here or noted, in words that fit', () => {
  const left = new Set(['unknown_operator', 'wrong_types', 'divide_by_zero_constant']);
  const later = fixtures.filter(({ kind, stopAt, name }) => kind === 'hostile' && stopAt === 'load' && !left.has(name));
  test.each(later)('$name: $what', async ({ file, words }) => {
    const said = await inspectModel(join(folder, file)).then(
      ({ notes }) => notes.join(' '),
      (error: ProblemError) => `${error.problem.message} ${error.problem.subject ?? ''}`,
    );
    for (const word of words ?? []) expect(said.toLowerCase()).toContain(word.toLowerCase());
  });
});
