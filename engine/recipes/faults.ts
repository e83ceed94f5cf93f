/** Why rows of one batch cannot be encoded. The first reason of a row stands. */
export class RowFaults {
  readonly errors = new Map<number, string>();

  mark(row: number, why: string): void {
    if (!this.errors.has(row)) this.errors.set(row, why);
  }

  has(row: number): boolean {
    return this.errors.has(row);
  }
}
