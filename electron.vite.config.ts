import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { aliases, bundled } from './vite.aliases.config.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  main: {
    resolve: { alias: aliases },
    build: {
      outDir: 'out/main',
      externalizeDeps: { exclude: [...bundled] },
      sourcemap: true,
      rollupOptions: {
        input: { index: path('src/main/index.ts') },
        // Beside the entry, so that paths relative to import.meta.url hold in every chunk.
        output: { chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    resolve: { alias: aliases },
    build: {
      outDir: 'out/preload',
      // A sandboxed preload must be one CommonJS file.
      externalizeDeps: false,
      rollupOptions: {
        input: { index: path('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    resolve: { alias: aliases },
    plugins: [react(), tailwindcss()],
    build: {
      outDir: path('out/renderer'),
      emptyOutDir: true,
      // Less to read and to compile before the window can be used.
      minify: true,
      // The content security policy allows no data: scripts or fonts.
      assetsInlineLimit: 0,
      rollupOptions: { input: path('src/renderer/index.html') },
    },
  },
});
