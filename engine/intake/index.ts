/** What was dropped: told by its bytes in a child, with guesses of what is meant. Child processes enter by child.ts. */
export { recogniseDrop } from './recognise.ts';
export { listSamples, openSample } from './samples.ts';
