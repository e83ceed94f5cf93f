import react from '@vitejs/plugin-react';
import { join } from 'node:path';
import { defineConfig } from 'vite';

/** The face as one bundle of files: the same for the browser on loopback and for the desktop window. */
export default defineConfig({
  root: import.meta.dirname,
  // Relative addresses: the desktop window serves the bundle under a scheme of its own.
  base: './',
  plugins: [react()],
  build: {
    outDir: join(import.meta.dirname, '..', 'dist', 'renderer'),
    emptyOutDir: true,
    // The oldest Chromium that the page is held to; newer ones would save some 40 bytes of style.
    target: 'chrome108',
    // Fonts and pictures are files, not data: URLs, which the policy for fonts does not allow.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    modulePreload: { polyfill: false },
  },
});
