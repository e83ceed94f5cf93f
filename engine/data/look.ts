/** How far a look at data has come. `total` is null while the end is not known. */
export interface DataProgress {
  phase: string;
  done: number;
  total: number | null;
  unit: string;
}

/** What whoever looks at data may hear of it, and how it is told to stop. */
export interface Look {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: DataProgress) => void) | undefined;
}
