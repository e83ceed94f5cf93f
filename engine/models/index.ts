export { inspectModel } from './inspect-model.ts';
export type { AddedOutput } from './onnx/graph-output-suffix.ts';
export { graphOutputSuffix, zippedOutputSuffix } from './onnx/index.ts';
export type { ModelFile, ModelPackage } from './packages/collect-model-files.ts';
export { archiveHoldsModel, collectFromArchive, collectModelFiles, unpackModelArchive } from './packages/index.ts';
export type { ArchiveBounds } from './packages/unpack-model-archive.ts';
export type { FileKind, FileKindName, FileRole } from './recognition/file-kind.ts';
export { foreignModelProblem, recogniseFile } from './recognition/index.ts';
