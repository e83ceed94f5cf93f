import { problem } from '../contract/index.ts';
import type { ColumnsInput, FeatureColumn, ImageInput, Inspection, RecipeInput, ValueInfo } from '../contract/index.ts';
import { declaredSize } from './fit-pictures.ts';
import { isElementType, isFloat, rowShape } from './shape.ts';
import type { SuggestOptions } from './suggestion.ts';
import { counted, listed, shapeInWords, shown } from './words.ts';

/** Sides below this are taken for series or matrices, not for pictures. */
const smallestPicture = 8;

/** The longest side that a resize step makes. */
const largestSide = 16_384;

/** How each needed input is fed. Adds a sentence to `notes` for everything that is a guess. */
export function suggestInputs(inspection: Inspection, options: SuggestOptions, notes: string[]): RecipeInput[] {
  const { inputs } = inspection.signature;
  const needed = inputs.filter((value) => !inspection.optionalInputs.includes(value.name));
  const optional = inputs.filter((value) => inspection.optionalInputs.includes(value.name));
  if (optional.length > 0) {
    notes.push(
      `${listed(
        optional.map((value) => value.name),
        4,
      )}: left at the default value that the model holds.`,
    );
  }
  const unfed = needed.find((value) => !isElementType(value.type));
  if (unfed !== undefined) {
    throw problem(
      'MODEL_NOT_RUNNABLE',
      `The input ${shown(unfed.name)} takes ${unfed.type}, which Drydock does not feed.`,
      {
        subject: unfed.name,
      },
    );
  }
  const chosen = chosenColumns(options);
  const only = needed.length === 1 ? needed[0]! : null;
  if (chosen !== null && only === null) throw cannotName(needed);
  if (chosen !== null && only !== null) return [withMissingRule(withChosen(only, chosen), inspection, notes)];
  const images = needed.map((value) => suggestImage(value, notes));
  if (only !== null) return [images[0] ?? withMissingRule(openColumns(only, notes), inspection, notes)];
  return needed.map((value, index) => images[index] ?? withMissingRule(namedColumn(value, notes), inspection, notes));
}

/** A model that fills in missing values itself is given them. */
function withMissingRule(input: ColumnsInput, inspection: Inspection, notes: string[]): ColumnsInput {
  const value = inspection.signature.inputs.find((other) => other.name === input.input);
  const fillsIn = inspection.operators.some(([operator]) => operator === 'ai.onnx.ml.Imputer');
  if (!fillsIn || value === undefined || !isFloat(value.type)) return input;
  notes.push(
    `The model holds an Imputer, so missing cells of the input ${shown(input.input)} reach it as NaN: a guess.`,
  );
  const missing = { rule: 'nan' } as const;
  const columns = Array.isArray(input.columns)
    ? input.columns.map((feature) => ({ ...feature, missing }))
    : input.columns;
  return { ...input, missing, columns };
}

function chosenColumns(options: SuggestOptions): ColumnsInput['columns'] {
  const { features, featuresFrom, featuresTo } = options;
  if (features !== undefined && features.length > 0) {
    if (featuresFrom !== undefined || featuresTo !== undefined) {
      throw problem('USAGE', 'Columns are named either one by one or as a range, not both.', {
        hint: 'Use --features COL,... or --features-from COL --features-to COL.',
      });
    }
    return features.map(plainFeature);
  }
  if (featuresFrom === undefined && featuresTo === undefined) return null;
  if (featuresFrom === undefined || featuresTo === undefined) {
    throw problem('USAGE', 'A range of columns needs its first and its last column.', {
      hint: 'Use --features-from COL --features-to COL together.',
    });
  }
  return { first: featuresFrom, last: featuresTo };
}

/** A feature without steps that fails its row when the cell is missing. */
export function plainFeature(column: string): FeatureColumn {
  return { column, missing: { rule: 'fail' }, steps: [] };
}

function withChosen(value: ValueInfo, columns: ColumnsInput['columns']): ColumnsInput {
  return { input: value.name, from: 'columns', columns, missing: { rule: 'fail' } };
}

function cannotName(needed: readonly ValueInfo[]): Error {
  if (needed.length === 0) return problem('USAGE', 'The model has no input that takes columns.');
  const names = needed.map((value) => value.name);
  return problem(
    'USAGE',
    `The model has ${needed.length} inputs, ${listed(names)}, so its columns go by those names.`,
    {
      hint: 'Leave the features out, or give a recipe with --recipe FILE.',
    },
  );
}

/** Columns left open, to be chosen when data is met. */
function openColumns(value: ValueInfo, notes: string[]): ColumnsInput {
  const { rank, dims, width } = rowShape(value.shape);
  const name = shown(value.name);
  if (rank !== null && rank > 2) {
    const size = width === null ? 'values whose number is not fixed' : counted(width, 'value');
    notes.push(`The input ${name} takes ${shapeInWords(value.shape)}: columns are laid out row by row, ${size} each.`);
  } else if (rank === 1 && typeof value.shape?.[0] === 'number' && value.shape[0] > 1) {
    notes.push(`The input ${name} takes ${shapeInWords(value.shape)}: read as ${value.shape[0]} rows of 1 value.`);
  } else if (width === null && dims.length === 1) {
    notes.push(`The input ${name} does not say how many columns it takes: all that are left of the data will be used.`);
  }
  return withChosen(value, null);
}

/** One of several inputs: a single value a row goes by the input's own name. */
function namedColumn(value: ValueInfo, notes: string[]): ColumnsInput {
  const { width } = rowShape(value.shape);
  if (width === 1 && value.name !== '') return withChosen(value, [plainFeature(value.name)]);
  const size = width === null ? 'a number of values that is not fixed' : counted(width, 'value');
  notes.push(`The input ${shown(value.name)} takes ${size} a row: name its columns in a recipe.`);
  return withChosen(value, null);
}

/** Rank 4 with 1 or 3 channels, or a square without channels; null when the input does not look like a picture. */
function suggestImage(value: ValueInfo, notes: string[]): ImageInput | null {
  if (!isFloat(value.type) && value.type !== 'uint8') return null;
  const layout = imageLayout(value);
  if (layout === null) return null;
  const { dims } = rowShape(value.shape);
  const channels = layout === 'NHW' ? 1 : layout === 'NCHW' ? dims[0] : dims[2];
  const order = channels === 3 ? 'rgb' : 'grey';
  const isRaw = value.type === 'uint8';
  const name = shown(value.name);
  const pixels = isRaw ? 'as they are' : 'divided by 255';
  const colour = order === 'rgb' ? 'red, green, blue' : 'grey';
  notes.push(
    `The input ${name} ${shapeInWords(value.shape)} is taken for a picture (${layout}, ${colour}), pixels ${pixels}: a guess. ` +
      'If the model was trained with another scale, mean or standard deviation, give a recipe.',
  );
  const input: ImageInput = {
    input: value.name,
    from: 'image',
    channels: order,
    layout,
    scale: isRaw ? 1 : 1 / 255,
    mean: [],
    std: [],
    size: null,
  };
  const [height, width] = declaredSize(input, value);
  if (height === null || width === null || Math.max(height, width) > largestSide) return input;
  notes.push(
    `Pictures of another size than ${width} x ${height} are resized to it with pillow-bilinear: a guess. ` +
      'If the model was trained with another algorithm, or on cropped pictures, give a recipe.',
  );
  return { ...input, steps: [{ step: 'resize', algorithm: 'pillow-bilinear', to: { width, height } }] };
}

function imageLayout(value: ValueInfo): ImageInput['layout'] | null {
  const { rank, dims } = rowShape(value.shape);
  if (rank === 4) {
    if (dims[0] === 1 || dims[0] === 3) return 'NCHW';
    return dims[2] === 1 || dims[2] === 3 ? 'NHWC' : null;
  }
  const [height, width] = dims;
  const isSquare = rank === 3 && typeof height === 'number' && height === width && height >= smallestPicture;
  return isSquare ? 'NHW' : null;
}
