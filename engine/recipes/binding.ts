import type { BindingLine, Problem, Recipe } from '../contract/index.ts';

/** A column with a role beside the features; `guessed` when its name and values spoke for it, not a person. */
export interface ChosenColumn {
  column: string;
  guessed: boolean;
}

/** How data and a recipe come together, in words; `refusal` says why they do not. */
export interface Binding {
  /** The recipe with concrete columns (and a picture size), ready to compile; null when refused. */
  recipe: Recipe | null;
  lines: BindingLine[];
  /** The first reason to refuse. A preview shows it, a prediction throws it. */
  refusal: Problem | null;
  label: ChosenColumn | null;
  id: ChosenColumn | null;
  /** Columns of the data that nothing uses, in the data's order. */
  unused: string[];
  notes: string[];
}
