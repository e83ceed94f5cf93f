/// <reference lib="es2025.float16" />
import { problem } from '../contract/index.ts';
import type { OutputTensor } from './decoder.ts';
import type { NumberData } from './tensor-data.ts';
import { shapeInWords, shown } from './words.ts';

/** The sentence of a row whose output is NaN. */
export const notANumber = "the model's output is not a number (NaN)";

/** The tensor of that name with its values per row. Throws when its first dimension is not the batch. */
export function requireRows(
  outputs: ReadonlyMap<string, OutputTensor>,
  name: string,
  rows: number,
): { tensor: OutputTensor; width: number } {
  const tensor = outputs.get(name);
  if (tensor === undefined) throw problem('INTERNAL', `The output ${shown(name)} was not fetched.`, { subject: name });
  const first = tensor.dims.length === 0 ? 1 : tensor.dims[0];
  const width = rows === 0 ? 0 : tensor.data.length / rows;
  if (first !== rows || !Number.isInteger(width)) {
    throw problem(
      'RECIPE_MISFIT',
      `The output ${shown(name)} has the shape ${shapeInWords(tensor.dims)} for ${rows} rows: its first dimension does not count rows.`,
      { subject: name, hint: 'Name another output as the prediction.' },
    );
  }
  return { tensor, width };
}

/** As `requireRows`, and throws when the output does not give `width` values a row. Without rows nothing is checked. */
export function requireWidth(
  outputs: ReadonlyMap<string, OutputTensor>,
  name: string,
  rows: number,
  width: number,
): OutputTensor {
  const found = requireRows(outputs, name, rows);
  if (rows > 0 && found.width !== width) {
    throw problem(
      'RECIPE_MISFIT',
      `The output ${shown(name)} gives ${found.width} values a row, ${width} were expected.`,
      { subject: name, hint: 'Change the outputs of the recipe.' },
    );
  }
  return found.tensor;
}

/** The values as numbers; 64-bit integers lose what is beyond 2^53. */
export function asNumbers(tensor: OutputTensor): NumberData {
  const { data } = tensor;
  if (Array.isArray(data)) throw problem('RECIPE_MISFIT', 'An output gives text where the recipe expects numbers.');
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float64Array.from(data, Number);
  return data;
}

/** The values as 64-bit integers; what does not fit becomes null. Whole numbers only are asked for. */
export function asBigIntegers(tensor: OutputTensor): { values: BigInt64Array; outside: number[] } {
  const { data } = tensor;
  if (Array.isArray(data))
    throw problem('RECIPE_MISFIT', 'An output gives text where the recipe expects whole numbers.');
  if (data instanceof BigInt64Array) return { values: data.slice(), outside: [] };
  if (data instanceof BigUint64Array) {
    const outside: number[] = [];
    for (const [index, value] of data.entries()) if (value > 0x7fff_ffff_ffff_ffffn) outside.push(index);
    return { values: BigInt64Array.from(data, (value) => BigInt.asIntN(64, value)), outside };
  }
  return { values: BigInt64Array.from(data, (value) => BigInt(Math.trunc(value))), outside: [] };
}
