import { readingOf, type DataDescription } from '../contract/index.ts';
import { describeData } from './describe.ts';
import { classFolders, listPictures, pictureLabel } from './pictures.ts';
import { sampleOf } from './sample.ts';
import { verifyUnchanged } from './source-files.ts';

/** Rows that are read again for a page. */
const sampleRows = 200;
const mostPictures = 50;

/** The first rows of a dataset that was described before. Throws FILE_CHANGED or FILE_MISSING when it is another now. */
export async function sampleAgain(description: DataDescription): Promise<DataDescription['sample']> {
  const [first] = description.files;
  if (first === undefined) return { columns: [], rows: [] };
  if (description.format !== 'images') {
    await verifyUnchanged(first);
    return (await describeData([first.path], { sampleRows, counted: false, reading: readingOf([first]) })).sample;
  }
  const names = (await listPictures(description.files)).map(({ name }) => name);
  const labels = classFolders(names, description.files.length > 1);
  const shown = names.slice(0, mostPictures).map((name) => (labels === null ? [name] : [name, pictureLabel(name)]));
  return sampleOf(labels === null ? ['image'] : ['image', 'label'], shown);
}
