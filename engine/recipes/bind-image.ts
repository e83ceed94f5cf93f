import { problem } from '../contract/index.ts';
import type { ImageInput, PictureStep, RecipeInput } from '../contract/index.ts';
import type { Binder } from './binder.ts';
import { wantedSize } from './fit-pictures.ts';
import { findInput } from './shape.ts';
import { shown } from './words.ts';

/** Pictures into an input: what happens to them, in words, and what a look at their headers says of their sizes. */
export function bindImage(input: ImageInput, binder: Binder): RecipeInput | null {
  const value = findInput(binder.inspection, input.input);
  if (binder.description.format !== 'images') {
    const words = `The model looks at pictures (input ${shown(input.input)}), ${binder.dataName} is a table.`;
    binder.line({ input: input.input, from: null, status: 'type', words });
    binder.refuse(
      problem('BINDING_TYPE', words, { subject: input.input, hint: 'Choose a folder or a zip archive of pictures.' }),
    );
    return null;
  }
  const size = value === undefined ? { width: null, height: null } : wantedSize(input, value);
  if (size.width === null || size.height === null) {
    const words = `The input ${shown(input.input)} takes pictures of any size, and the recipe does not say which.`;
    binder.line({ input: input.input, from: null, status: 'missing', words });
    binder.refuse(
      problem('BINDING_AMBIGUOUS', words, {
        subject: input.input,
        hint: 'Give the input a step in the recipe: {"step": "resize", "algorithm": "pillow-bilinear", "to": {"width": 224, "height": 224}}.',
      }),
    );
    return null;
  }
  const steps = (input.steps ?? []).map(stepInWords);
  const through = [...steps, `${size.width} x ${size.height}`, input.channels, `as ${input.layout}`].join(', ');
  binder.line({
    input: input.input,
    from: 'image',
    status: 'ok',
    words: `${shown(input.input)}: the pictures, ${through}.`,
  });
  noteOtherSizes(input, { width: size.width, height: size.height }, binder);
  binder.use('image');
  return input;
}

/** What a step does, as part of a sentence. */
export function stepInWords(step: PictureStep): string {
  switch (step.step) {
    case 'orient':
      return 'turned as EXIF says';
    case 'crop':
      return `cropped to the middle ${step.width} x ${step.height}`;
    case 'letterbox':
      return `letterboxed into ${step.width} x ${step.height} (${step.algorithm}${shrinkInWords(step)})`;
    case 'resize':
      return `resized ${targetInWords(step.to)} (${step.algorithm}${shrinkInWords(step)})`;
  }
}

function targetInWords(to: Extract<PictureStep, { step: 'resize' }>['to']): string {
  if ('width' in to) return `to ${to.width} x ${to.height}`;
  return 'shortest' in to ? `until the shortest side is ${to.shortest}` : `until the longest side is ${to.longest}`;
}

function shrinkInWords(step: { shrinkOnLoad?: true | undefined }): string {
  return step.shrinkOnLoad === true ? ', shrunk on load' : '';
}

/** Without a step that changes sizes every picture of another size fails its row: better said before than after. */
function noteOtherSizes(input: ImageInput, size: { width: number; height: number }, binder: Binder): void {
  const { look } = binder.description;
  if (look === undefined || (input.steps ?? []).some((step) => step.step !== 'orient')) return;
  const seen = look.sizes.reduce((sum, { count }) => sum + count, 0);
  const fitting = look.sizes.filter(({ width, height }) => width === size.width && height === size.height);
  const other = seen - fitting.reduce((sum, { count }) => sum + count, 0);
  if (other === 0) return;
  binder.notes.push(
    `Of ${seen} pictures looked at, ${other} are not ${size.width} x ${size.height}, and the recipe does not resize: their rows will fail. ` +
      'A resize step in the recipe helps; drydock recipe export writes it to a file.',
  );
}
