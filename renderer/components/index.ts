/** Parts that every page is made of. */
export { Cell } from './cell.tsx';
export { Chip, type Tone } from './chip.tsx';
export { isActive, jobTones, progressWords } from './job-words.ts';
export { oneLine } from './hostile-text.ts';
export { FromWhat, type Origin } from './from-what.tsx';
export { keyed } from './keyed.tsx';
export { KeyButton } from './key-button.tsx';
export { Name } from './name.tsx';
export {
  ago,
  bytes,
  count,
  duration,
  figure,
  moment,
  percent,
  plural,
  probability,
  shortCount,
  wholeNumber,
} from './numbers.ts';
export { Facts, Page, Section, Tabs } from './page.tsx';
export { ProblemView } from './problem-view.tsx';
export { Answer, Empty, Guard, Listed, LoadLine, Skeleton } from './states.tsx';
export { Table, type TableColumn } from './table.tsx';
export { inWindow } from './window-words.ts';
