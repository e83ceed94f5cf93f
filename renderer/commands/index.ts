/** One registry for palette, shortcuts, tooltips and menus. */
export { keysInWords, runCommand, useCommands, useCurrentCommands, type Command } from './registry.ts';
export { useKeyboard } from './keyboard.ts';
export { Palette, usePalette } from './palette.tsx';
export { KeySheet } from './key-sheet.tsx';
