import { problem } from '../contract/index.ts';
import type {
  ColumnsInput,
  FeatureColumn,
  ImageInput,
  Inspection,
  Recipe,
  Trace,
  ValueInfo,
} from '../contract/index.ts';
import type { CellColumn, ColumnWant, RowBatch } from '../data/index.ts';
import { stepInWords } from './bind-image.ts';
import { cellMissing } from './cell-states.ts';
import { compileDoubles, fillNumber, fillText } from './column-doubles.ts';
import { compileColumns } from './encode-columns.ts';
import { compileImage } from './encode-image.ts';
import { RowFaults } from './faults.ts';
import { featureWidth, readsText } from './fit-inputs.ts';
import type { InputEncoder } from './input-encoder.ts';
import { findInput } from './shape.ts';
import { elementInWords, numberInWords, type TraceBudget } from './trace-words.ts';
import { shown } from './words.ts';

type TraceInput = Trace['inputs'][number];
type TraceValue = TraceInput['values'][number];

/** Follows single rows from their cells to the tensors, with the code that encodes whole batches. */
export interface InputTracer {
  /** What to ask a reader for on top of what the encoder wants: every feature's cell as it stands in the data. */
  wants: ColumnWant[];
  /** `columns` finds a column of the batch by what was wanted. */
  trace(columns: (want: ColumnWant) => CellColumn, batch: RowBatch, row: number, budget: TraceBudget): TraceInput[];
}

/** For a resolved recipe, as `bindData` returns it. Throws as `compileEncoder`. */
export function compileTracer(resolved: Recipe, inspection: Inspection): InputTracer {
  const parts = resolved.inputs.map((input) => {
    const value = findInput(inspection, input.input);
    if (value === undefined)
      throw problem('RECIPE_MISFIT', `The model has no input ${shown(input.input)}.`, { subject: input.input });
    return input.from === 'image' ? pictureTracer(input, value) : columnsTracer(input, value);
  });
  return {
    wants: parts.flatMap((part) => part.wants),
    trace: (columns, batch, row, budget) => parts.map((part) => part.trace(columns, batch, row, budget)),
  };
}

/** The picture inputs of a resolved recipe, each with what it asks a reader for. Throws as `compileEncoder`. */
export function pictureWants(resolved: Recipe, inspection: Inspection): { input: string; want: ColumnWant }[] {
  return resolved.inputs.flatMap((input) => {
    const value = input.from === 'image' ? findInput(inspection, input.input) : undefined;
    if (input.from !== 'image' || value === undefined) return [];
    return compileImage(input, value).wants.map((want) => ({ input: input.input, want }));
  });
}

interface PartTracer {
  wants: ColumnWant[];
  trace(columns: (want: ColumnWant) => CellColumn, batch: RowBatch, row: number, budget: TraceBudget): TraceInput;
}

function columnsTracer(input: ColumnsInput, value: ValueInfo): PartTracer {
  const whole = compileColumns(input, value);
  const features = Array.isArray(input.columns) ? input.columns : [];
  const tracers = features.map((feature) => featureTracer(input, feature, value));
  return {
    wants: features.map((feature) => textOf(feature.column)),
    trace(columns, batch, row, budget) {
      const values: TraceValue[] = [];
      for (const tracer of tracers) {
        if (values.length >= budget.mostValues) break;
        const traced = tracer(columns, batch, row);
        if (!budget.take(traced)) break;
        values.push(traced);
      }
      const more = features.length - values.length;
      return { input: input.input, type: value.type, shape: whole.dims(1), values, more, picture: null };
    },
  };
}

type FeatureTracer = (columns: (want: ColumnWant) => CellColumn, batch: RowBatch, row: number) => TraceValue;

/** The feature alone as if it were the whole input: its value and its problem do not depend on its neighbours. */
function featureTracer(input: ColumnsInput, feature: FeatureColumn, value: ValueInfo): FeatureTracer {
  const alone: InputEncoder = compileColumns({ ...input, columns: [feature] }, value);
  const width = featureWidth(feature);
  const steps = feature.steps.map((step, index) => {
    const until = { ...feature, steps: feature.steps.slice(0, index + 1) };
    return { step, doubles: step.step === 'oneHot' ? null : compileDoubles(until) };
  });
  return (columns, batch, row) => {
    const column = columns(alone.wants[0]!);
    const text = columns(textOf(feature.column));
    const cell = text.kind === 'text' ? (text.values[row] ?? null) : null;
    const faults = new RowFaults();
    const unread = batch.rowErrors.get(row);
    if (unread !== undefined) faults.mark(row, unread);
    const data = alone.encode([column], batch.rows, faults);
    const failed = faults.errors.get(row) ?? null;
    const elements = Array.from<number | bigint | string>(
      data.slice(row * width, (row + 1) * width) as ArrayLike<number | bigint | string>,
    );
    const traced: TraceValue['steps'] = failed === null ? missingStep(feature, column, row) : [];
    for (const { step, doubles } of failed === null ? steps : []) {
      const words =
        doubles === null
          ? categoryInWords(feature, elements)
          : numberInWords(doubles(column, batch.rows, new RowFaults())[row]!);
      traced.push({ step: step.step, value: words });
    }
    return {
      column: feature.column,
      cell: cell === null ? null : shortened(cell),
      steps: traced,
      value: failed === null ? valueInWords(elements, value.type) : null,
      problem: failed,
    };
  };
}

function textOf(column: string): ColumnWant {
  return { column, as: 'text' };
}

/** What a rule for missing cells put in the cell's place. */
function missingStep(feature: FeatureColumn, column: CellColumn, row: number): TraceValue['steps'] {
  const isMissing = column.kind === 'text' ? (column.values[row] ?? null) === null : column.state[row] === cellMissing;
  if (!isMissing) return [];
  const fill = readsText(feature) || column.kind === 'text' ? fillText(feature.missing) : fillNumber(feature.missing);
  return [{ step: 'missing', value: fill === null ? 'nothing' : shortened(String(fill)) }];
}

function categoryInWords(feature: FeatureColumn, elements: readonly unknown[]): string {
  const last = feature.steps.at(-1);
  if (last?.step !== 'oneHot') return '';
  const at = elements.findIndex((element) => Number(element) === 1);
  const count = `of ${last.categories.length} categories`;
  return at < 0 ? `none ${count}` : `${shortened(last.categories[at] ?? '')}, number ${at + 1} ${count}`;
}

const mostElements = 12;

function valueInWords(elements: readonly (number | bigint | string)[], type: string): string {
  const words = elements.slice(0, mostElements).map((element) => elementInWords(element, type));
  if (elements.length === 1) return words[0]!;
  return `[${words.join(', ')}${elements.length > mostElements ? ', …' : ''}]`;
}

const longestCell = 200;

function shortened(text: string): string {
  return text.length > longestCell ? `${text.slice(0, longestCell).toWellFormed()}…` : text;
}

/** Pictures are not listed pixel by pixel: their steps say what was done. */
function pictureTracer(input: ImageInput, value: ValueInfo): PartTracer {
  const encoder = compileImage(input, value);
  const shape = encoder.dims(1);
  const [want] = encoder.wants;
  const size = want?.as === 'pixels' ? `${want.width} x ${want.height}` : '';
  const traced: TraceInput = {
    input: input.input,
    type: value.type,
    shape,
    values: [],
    more: encoder.width,
    picture: { steps: pictureSteps(input, size, shape), resource: null },
  };
  return { wants: [], trace: () => traced };
}

function pictureSteps(input: ImageInput, size: string, shape: readonly number[]): string[] {
  const { steps: resizing = [] } = input;
  const steps =
    resizing.length === 0
      ? [`read as ${input.channels}: ${size}, 0 to 255`]
      : [`read as ${input.channels}, 0 to 255`, ...resizing.map(stepInWords)];
  if (input.scale !== 1) steps.push(`times ${numberInWords(input.scale)}`);
  if (input.mean.length > 0) steps.push(`minus ${input.mean.map(numberInWords).join(', ')}`);
  if (input.std.length > 0) steps.push(`divided by ${input.std.map(numberInWords).join(', ')}`);
  steps.push(`laid out as ${input.layout}: [${shape.join(', ')}]`);
  return steps;
}
