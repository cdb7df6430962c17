import { fileURLToPath } from 'node:url';

const source = (folder: string): string =>
  fileURLToPath(new URL(`./src/${folder}`, import.meta.url));

/** The path aliases of tsconfig.base.json, for every bundler and for vitest. */
export const aliases = {
  '@shared': source('shared'),
  '@lab': source('lab'),
  '@renderer': source('renderer'),
};
