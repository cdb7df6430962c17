import { defineConfig } from 'vite';
import { aliases, bundled } from './vite.aliases.config.ts';

/** Bundles the `lab` command; packages stay in node_modules. */
export default defineConfig({
  resolve: { alias: aliases },
  ssr: { noExternal: bundled },
  build: {
    ssr: 'src/cli/main.ts',
    outDir: 'out/cli',
    emptyOutDir: true,
    target: 'node20',
    sourcemap: true,
    rollupOptions: {
      // Beside the entry, so that paths relative to import.meta.url hold in every chunk.
      output: { entryFileNames: 'lab.js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
