export { foreignModelProblem } from './foreign-problem.ts';
export { recogniseFile } from './recognise-file.ts';
