/** Home: one place to drop everything, and the sentence that it becomes. */
export { BrowseDialog } from './browse-dialog.tsx';
export { HomePage } from './home-page.tsx';
export { chooseFiles, useDropEverywhere } from './dropping.ts';
export { replaceModel, scoreOn, scoreWith } from './intake.ts';
