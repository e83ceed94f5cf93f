import type { FeedData, OutputTensor } from '../recipes/index.ts';

/**
 * Outputs of several runs put together in the order of their rows. A run that covers everything is handed on without a
 * copy.
 */
export class GatheredOutputs {
  readonly #total: number;
  readonly #positions: Int32Array;
  readonly #tensors = new Map<string, { type: string; dims: readonly number[]; data: FeedData; width: number }>();
  #whole: ReadonlyMap<string, OutputTensor> | null = null;
  #rows = 0;

  /** `total`: rows that may come at most. */
  constructor(total: number) {
    this.#total = total;
    this.#positions = new Int32Array(total);
  }

  get rows(): number {
    return this.#rows;
  }

  /** Where each gathered row stood among those that were to be run. */
  get positions(): Int32Array {
    return this.#positions.subarray(0, this.#rows);
  }

  /**
   * Adds the first `count` rows of a run over `ran` rows that began at `start`. Answers null, or in words why the outputs
   * do not go with those before; then nothing is added.
   */
  add(outputs: ReadonlyMap<string, OutputTensor>, start: number, count: number, ran: number): string | null {
    for (const [name, tensor] of outputs) {
      const reason = this.#mismatch(name, tensor, ran);
      if (reason !== null) return reason;
    }
    if (count === this.#total && ran === count) this.#whole = outputs;
    else for (const [name, tensor] of outputs) this.#append(name, tensor, count, ran);
    for (let row = 0; row < count; row += 1) this.#positions[this.#rows + row] = start + row;
    this.#rows += count;
    return null;
  }

  /** All rows added so far, as one tensor per output. */
  finish(): ReadonlyMap<string, OutputTensor> {
    if (this.#whole !== null) return this.#whole;
    return new Map(
      [...this.#tensors].map(([name, { type, dims, data, width }]) => {
        const end = this.#rows * width;
        const rows = Array.isArray(data) ? data.slice(0, end) : data.subarray(0, end);
        return [name, { type, dims: [this.#rows, ...dims], data: rows }];
      }),
    );
  }

  #mismatch(name: string, tensor: OutputTensor, ran: number): string | null {
    const first = tensor.dims.length === 0 ? 1 : tensor.dims[0];
    if (first !== ran) {
      return `the output ${name} has the shape [${tensor.dims.join(', ')}] for ${ran} rows, so its first dimension does not count rows`;
    }
    const before = this.#tensors.get(name);
    if (before === undefined || before.dims.join() === tensor.dims.slice(1).join()) return null;
    return `the output ${name} has the shape [${tensor.dims.slice(1).join(', ')}] for this row and [${before.dims.join(', ')}] for others`;
  }

  #append(name: string, tensor: OutputTensor, count: number, ran: number): void {
    const width = tensor.data.length / ran;
    let into = this.#tensors.get(name);
    if (into === undefined) {
      into = {
        type: tensor.type,
        dims: tensor.dims.slice(1),
        data: emptyLike(tensor.data, this.#total * width),
        width,
      };
      this.#tensors.set(name, into);
    }
    const { data } = tensor;
    if (Array.isArray(data)) (into.data as string[]).push(...data.slice(0, count * width));
    else (into.data as Exclude<FeedData, string[]>).set(data.subarray(0, count * width) as never, this.#rows * width);
  }
}

function emptyLike(data: FeedData, length: number): FeedData {
  if (Array.isArray(data)) return [];
  return new (data.constructor as new (length: number) => Exclude<FeedData, string[]>)(length);
}
