/** Finding how a model's pictures were made: shown beside a version's recipe and in the sentence on Home. */
export { FinderDialog, withPictureInput } from './finder-dialog.tsx';
