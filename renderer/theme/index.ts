/** The design language as Mantine and style sheets take it. */
export { nonce } from './nonce.ts';
export { cssVariables, theme } from './theme.ts';
