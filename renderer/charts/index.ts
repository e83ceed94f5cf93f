/** Small pictures of numbers, plain SVG: hundreds fit on a page. */
export { Histogram, type Bin } from './histogram.tsx';
export { TopValues } from './top-values.tsx';
