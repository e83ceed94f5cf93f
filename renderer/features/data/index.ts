/** Datasets: what was read, what is known of it, where it was used. */
export { DataPage } from './data-page.tsx';
export { DatasetName, DatasetPage } from './dataset-page.tsx';
