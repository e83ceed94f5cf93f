/** One registry for palette, shortcuts, tooltips and menus. */
export { keysInWords, useCommands } from './registry.ts';
export { useKeyboard } from './keyboard.ts';
export { useNativeMenu } from './native-menu.ts';
export { useRevealCommand, useSaved } from './reveal.ts';
export { Palette, usePalette } from './palette.tsx';
export { KeySheet } from './key-sheet.tsx';
