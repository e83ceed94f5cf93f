import { problem } from '../contract/index.ts';
import type { ImageInput, ValueInfo } from '../contract/index.ts';
import type { CellColumn, PixelColumn } from '../data/index.ts';
import { anyNotOk, cellMissing, cellOk } from './cell-states.ts';
import type { InputEncoder } from './input-encoder.ts';
import type { RowFaults } from './faults.ts';
import { wantedSize } from './fit-pictures.ts';
import { numberData } from './tensor-data.ts';
import type { NumberData, NumberType } from './tensor-data.ts';
import { shown } from './words.ts';

/** Where the pixel channel `channel` of a row goes: its first element and the distance between neighbouring pixels. */
interface ChannelPlan {
  channel: number;
  offset: number;
  stride: number;
  /** The tensor's value of each of the 256 pixel values. */
  table: Float32Array | Float64Array;
}

/** One picture input. Throws RECIPE_MISFIT when neither the model nor the recipe says the size. */
export function compileImage(input: ImageInput, value: ValueInfo): InputEncoder {
  const [height, width] = pictureSize(input, value);
  const channels = input.channels === 'grey' ? 1 : 3;
  const type = value.type as NumberType;
  const plans = planChannels(input, type, channels, width * height);
  const perRow = width * height * channels;
  let tensor: NumberData = numberData(type, 0);
  return {
    feed: { name: input.input, type },
    wants: [{ column: 'image', as: 'pixels', width, height, channels, ...(input.steps ? { steps: input.steps } : {}) }],
    width: perRow,
    dims: (rows) => imageDims(input.layout, rows, channels, height, width),
    encode([column], rows, faults) {
      const pixels = requirePixels(column);
      if (tensor.length !== rows * perRow) tensor = numberData(type, rows * perRow);
      markBadPictures(pixels, rows, faults);
      for (const plan of plans) spread(pixels.values, tensor, rows, perRow, channels, plan);
      return tensor;
    },
  };
}

function pictureSize(input: ImageInput, value: ValueInfo): [height: number, width: number] {
  const { height, width } = wantedSize(input, value);
  if (height === null || width === null) {
    throw problem(
      'RECIPE_MISFIT',
      `The input ${shown(input.input)} takes pictures of any size, and the recipe names none.`,
      {
        subject: input.input,
        hint: 'Give the input a size in the recipe: "size": {"width": 224, "height": 224}.',
      },
    );
  }
  return [height, width];
}

function imageDims(
  layout: ImageInput['layout'],
  rows: number,
  channels: number,
  height: number,
  width: number,
): number[] {
  if (layout === 'NHW') return [rows, height, width];
  return layout === 'NCHW' ? [rows, channels, height, width] : [rows, height, width, channels];
}

function planChannels(input: ImageInput, type: NumberType, channels: number, area: number): ChannelPlan[] {
  return Array.from({ length: channels }, (_, place) => ({
    channel: input.channels === 'bgr' ? channels - 1 - place : place,
    offset: input.layout === 'NHWC' ? place : place * area,
    stride: input.layout === 'NHWC' ? channels : 1,
    table: pixelTable(type, input.scale, input.mean[place] ?? 0, input.std[place] ?? 1),
  }));
}

/** (pixel * scale - mean) / std in double, rounded once to the precision of the tensor. */
function pixelTable(type: NumberType, scale: number, mean: number, std: number): Float32Array | Float64Array {
  const table = type === 'float32' ? new Float32Array(256) : new Float64Array(256);
  for (let pixel = 0; pixel < 256; pixel += 1) table[pixel] = (pixel * scale - mean) / std;
  return table;
}

function requirePixels(column: CellColumn | undefined): PixelColumn {
  if (column?.kind === 'pixels') return column;
  throw problem('INTERNAL', 'The reader gave a column of cells where pictures were asked for.');
}

function markBadPictures(pixels: PixelColumn, rows: number, faults: RowFaults): void {
  if (!anyNotOk(pixels.state, rows)) return;
  for (let row = 0; row < rows; row += 1) {
    if (pixels.state[row] === cellOk) continue;
    if (pixels.state[row] === cellMissing) faults.mark(row, 'the picture is missing');
    else faults.mark(row, pixels.invalid.get(row) ?? 'the picture could not be read');
  }
}

function spread(
  pixels: Uint8Array,
  tensor: NumberData,
  rows: number,
  perRow: number,
  channels: number,
  plan: ChannelPlan,
): void {
  const { table, stride } = plan;
  const area = perRow / channels;
  for (let row = 0; row < rows; row += 1) {
    let from = row * perRow + plan.channel;
    let to = row * perRow + plan.offset;
    for (let index = 0; index < area; index += 1) {
      tensor[to] = table[pixels[from]!]!;
      from += channels;
      to += stride;
    }
  }
}
