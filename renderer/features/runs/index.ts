/** Runs: what was scored with what, how far it is, its rows, its errors, how it ran. */
export { RunPage } from './run-page.tsx';
export { RunTable } from './run-table.tsx';
export { RunsPage } from './runs-page.tsx';
