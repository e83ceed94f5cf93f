export { archiveHoldsModel } from './archive-holds-model.ts';
export { collectFromArchive } from './collect-from-archive.ts';
export { collectModelFiles } from './collect-model-files.ts';
export { unpackModelArchive } from './unpack-model-archive.ts';
