import { problem, ProblemError } from '../contract/index.ts';
import type { BindingLine, ColumnRoles, DataDescription, Inspection, Problem } from '../contract/index.ts';
import type { ChosenColumn } from './binding.ts';
import { SampledTable } from './sampled-table.ts';
import { counted, shown } from './words.ts';

/** What is being bound, and what has been found out so far. */
export class Binder {
  readonly inspection: Inspection;
  readonly description: DataDescription;
  readonly roles: ColumnRoles;
  readonly table: SampledTable;
  readonly lines: BindingLine[] = [];
  readonly notes: string[] = [];
  refusal: Problem | null = null;
  label: ChosenColumn | null;
  id: ChosenColumn | null;
  readonly #used = new Set<string>();
  readonly #kept: ReadonlySet<string>;

  constructor(inspection: Inspection, description: DataDescription, roles: ColumnRoles) {
    this.inspection = inspection;
    this.description = description;
    this.roles = roles;
    this.#kept = new Set(roles.keep);
    this.table = new SampledTable(description);
    this.label = roles.label === undefined ? null : { column: roles.label, guessed: false };
    this.id = roles.id === undefined ? null : { column: roles.id, guessed: false };
  }

  /** How sentences call the data. */
  get dataName(): string {
    const { files } = this.description;
    const [first] = files;
    if (first === undefined) return 'The data';
    return files.length === 1
      ? shown(first.name)
      : `${shown(first.name)} (and ${counted(files.length - 1, 'other file')})`;
  }

  line(line: BindingLine): void {
    this.lines.push(line);
  }

  /** Keeps the first reason to refuse. */
  refuse(error: ProblemError): void {
    this.refusal ??= error.problem;
  }

  /** Refuses an input whose columns cannot be told. */
  refuseInput(input: string, words: string, hint: string): void {
    this.line({ input, from: null, status: 'ambiguous', words });
    this.refuse(problem('BINDING_AMBIGUOUS', words, { subject: input, hint }));
  }

  /** Runs a check that throws a problem, and keeps it as the reason to refuse. */
  attempt(check: () => void): void {
    try {
      check();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.refuse(error);
    }
  }

  use(column: string): void {
    this.#used.add(column);
  }

  isUsed(column: string): boolean {
    return this.#used.has(column);
  }

  /** Whether a person said that the column is something else than a feature. */
  isKeptOut(column: string): boolean {
    return column === this.roles.label || column === this.roles.id || this.#kept.has(column);
  }

  unusedColumns(): string[] {
    const roles = new Set([this.label?.column, this.id?.column, ...(this.roles.keep ?? [])]);
    return this.table.names.filter((name) => !this.#used.has(name) && !roles.has(name));
  }
}
