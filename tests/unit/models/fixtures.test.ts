import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ProblemError } from '../../../engine/contract/index.ts';
import { inspectModel } from '../../../engine/models/index.ts';
import { factsOf, fixtures, fixturesOf } from '../../fixtures/models.ts';
import { problemOf } from '../../problem-of.ts';

const hostile = fixturesOf('hostile');

describe('a model that runs is described as its maker describes it', () => {
  test.each(fixturesOf('valid'))('$name: $what', async (fixture) => {
    const facts = factsOf(fixture);
    const found = await inspectModel(join(fixtures, fixture.file));
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
  const stopped = [...fixturesOf('other-format'), ...hostile.filter(({ stopAt }) => stopAt === 'read')];
  test.each(stopped)('$name: $what', async ({ file, words }) => {
    const { message, subject, hint } = await problemOf(inspectModel(join(fixtures, file)));
    const said = `${message} ${subject ?? ''} ${hint ?? ''}`.toLowerCase();
    for (const word of words ?? []) expect(said).toContain(word.toLowerCase());
    expect(message).toMatch(/\.$/);
  });
});

describe('what a runtime would refuse later is refused here or noted, in words that fit', () => {
  const left = new Set(['unknown_operator', 'wrong_types', 'divide_by_zero_constant']);
  const later = hostile.filter(({ stopAt, name }) => stopAt === 'load' && !left.has(name));
  test.each(later)('$name: $what', async ({ file, words }) => {
    const said = await inspectModel(join(fixtures, file)).then(
      ({ notes }) => notes.join(' '),
      (error: ProblemError) => `${error.problem.message} ${error.problem.subject ?? ''}`,
    );
    for (const word of words ?? []) expect(said.toLowerCase()).toContain(word.toLowerCase());
  });
});
