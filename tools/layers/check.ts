/** Applies the rules of the house to a source tree. */
import { cruise, type ICruiseResult, type IViolation } from 'dependency-cruiser';
import { fileViolations, sourceFiles, type Violation } from './files.ts';
import { productFolders, rules } from './rules.ts';

export interface Verdict {
  violations: Violation[];
  /** Modules of the product whose imports were read. */
  modules: number;
}

/**
 * Checks the tree in the current directory. A module that was not read counts as a violation: without its parser
 * dependency-cruiser reads nothing, finds nothing and calls that a success.
 */
export async function checkHouse(): Promise<Verdict> {
  const files = sourceFiles('.', productFolders);
  const read = new Set<string>();
  const violations = fileViolations('.');
  if (files.length > 0) {
    const result = await cruiseProduct(files);
    for (const module of result.modules) read.add(module.source);
    violations.push(...result.summary.violations.map(inWords));
  }
  const unread = files.filter((file) => !read.has(file));
  violations.push(
    ...unread.map((where) => ({ rule: 'every-module-is-read', where, words: 'Its imports could not be read.' })),
  );
  if (files.length === 0) {
    violations.push({ rule: 'every-module-is-read', where: '.', words: 'There is no source file to check.' });
  }
  return { violations, modules: files.length - unread.length };
}

async function cruiseProduct(files: string[]): Promise<ICruiseResult> {
  const { output } = await cruise(
    files,
    {
      ruleSet: { forbidden: rules.map((rule) => ({ severity: 'error', ...rule })) },
      validate: true,
      parser: 'swc',
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
      outputType: 'json',
    },
    {
      extensions: ['.ts', '.tsx', '.mts', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  );
  return (typeof output === 'string' ? JSON.parse(output) : output) as ICruiseResult;
}

function inWords(violation: IViolation): Violation {
  const rule = rules.find((known) => known.name === violation.rule.name);
  const path = violation.via ?? violation.cycle;
  const between = path === undefined || path.length < 2 ? '' : ` (through ${path.map((step) => step.name).join(', ')})`;
  const where = violation.from === violation.to ? violation.from : `${violation.from} → ${violation.to}${between}`;
  return { rule: violation.rule.name, where, words: rule?.comment ?? '' };
}
