/** The door for child processes: what a model opener answers. */
export { modelOpenerRouter } from './opening.ts';
