/** What every host of the page does alike: keeps an engine, says the page's policy, hides paths. Speaks no protocol. */
export { EngineLink, type EngineNews } from './engine-link.ts';
export { commonHeaders, pagePolicy } from './policy.ts';
export { disposition, freshSeconds, isUnshownPicture } from './resource-headers.ts';
export { toldProblem } from './told-problem.ts';
