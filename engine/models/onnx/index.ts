export { FileWindow, readWithoutWaiting } from './file-window.ts';
export { graphOutputSuffix, zippedOutputSuffix } from './graph-output-suffix.ts';
export { externalFilesOf, inspectOnnx } from './inspection.ts';
