import { fileURLToPath } from 'node:url';

const source = (folder: string): string =>
  fileURLToPath(new URL(`./src/${folder}`, import.meta.url));

/** The path aliases of tsconfig.base.json, for every bundler and for vitest. */
export const aliases = {
  '@shared': source('shared'),
  '@lab': source('lab'),
  '@renderer': source('renderer'),
};

/**
 * Packages of many small files that the desktop app and the command read at every start: as part of
 * the bundle they take a third of the time. The rest stays in node_modules, write-file-atomic for
 * example, which asks for its own file name.
 */
export const bundled = [
  '@orpc/client',
  '@orpc/contract',
  '@orpc/openapi',
  '@orpc/server',
  'commander',
  'electron-store',
  'execa',
  'ulid',
  'yaml',
  'zod',
];
