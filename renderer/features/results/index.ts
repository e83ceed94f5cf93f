/** The rows of a run: a grid with filters, charts that filter, a panel for one row, a gallery for pictures. */
export { ResultsView } from './results-view.tsx';
export { showRows } from './view-state.ts';
