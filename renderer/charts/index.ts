/** Small pictures of numbers, plain SVG: hundreds fit on a page. */
export { Histogram } from './histogram.tsx';
export { TopValues } from './top-values.tsx';
