import type { ColumnInfo, DataDescription, DataFormat, Problem } from '../contract/index.ts';

/** A dropped path and the grant that stands for it. */
export interface DroppedPath {
  grant: string;
  path: string;
}

/** What the label and the order of models are guessed from; of a known version from its recipe, else from the file. */
export interface ModelFacts {
  task: 'classification' | 'regression' | 'raw';
  labels: string[] | null;
  positive: string | null;
  /** Columns that feed the model, where the recipe names them. */
  features: string[] | null;
  pictures: boolean;
}

export interface ModelLook {
  kind: 'model';
  bytes: number;
  /** Path inside the artifact, size and, where a version has that many bytes, SHA-256. */
  files: { path: string; bytes: number; sha256: string | null }[];
  /** Absolute paths of the files that are taken along with the model: they are no items of their own. */
  ownFiles: string[];
  facts: ModelFacts;
}

export interface DataLook {
  kind: 'data';
  format: DataFormat;
  files: number;
  bytes: number;
  partial: boolean;
  columns: ColumnInfo[];
  sample: DataDescription['sample'];
  /** Path, size and time of change of every file, by which a dataset is known again; null where that takes too long. */
  stamps: { path: string; bytes: number; changed: string }[] | null;
  /** Pictures: how many folders deep they lie below the dropped folder, and the folders' names where that is one. */
  depths: number[];
  classes: string[];
}

export type Look = DroppedPath & { modified: number } & (
    | ModelLook
    | DataLook
    | { kind: 'recipe' }
    | { kind: 'refused'; problem: Problem }
  );

export type LookOf<Kind extends Look['kind']> = Extract<Look, { kind: Kind }>;
