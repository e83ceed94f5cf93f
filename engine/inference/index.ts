export { runtimes } from './runtimes.ts';
export type { Runtime, Session, SessionOptions, SessionValue } from './runtime.ts';
export { openPredictor, openPredictors } from './predictor.ts';
export type { Prediction, Predictor, PredictorOptions, Traced } from './predictor.ts';
export { checkLoads } from './check-loads.ts';
export type { LoadCheck } from './check-loads.ts';
export { runtimeFile } from './runtime-file.ts';
