import { expect, test } from 'vitest';
import { importProblem } from './imports.mjs';

test.each([
  ['src/shared/a.ts', 'react'],
  ['src/shared/a.ts', 'node:fs'],
  ['src/shared/a.ts', '../lab/store'],
  ['src/lab/queue/a.ts', 'electron'],
  ['src/lab/queue/a.ts', '../../main/window'],
  ['src/lab/queue/a.ts', '@renderer/app'],
  ['src/lab/queue/a.test.ts', 'electron'],
  ['src/cli/a.ts', 'electron/main'],
  ['src/renderer/app/a.tsx', '@lab/store'],
  ['src/renderer/app/a.tsx', 'node:path'],
  ['src/renderer/app/a.tsx', 'fs/promises'],
  ['src/renderer/app/a.tsx', 'electron'],
  ['src/lab/a.ts', '../../scripts/launch.mjs'],
])('%s must not import %s', (file, specifier) => {
  expect(importProblem(file, specifier)).toMatch(/must not import/);
});

test.each([
  ['src/shared/rpc/a.ts', '../events'],
  ['src/shared/a.ts', 'zod'],
  ['src/shared/rpc/a.ts', '@orpc/contract'],
  ['src/shared/a.test.ts', 'vitest'],
  ['src/lab/queue/a.ts', '@shared/events'],
  ['src/lab/queue/a.ts', '../store/main/x'],
  ['src/main/a.ts', 'electron'],
  ['src/preload/a.ts', 'electron'],
  ['src/cli/a.ts', '@lab/store'],
  ['src/cli/a.ts', '../../package.json'],
  ['src/renderer/app/a.tsx', '@orpc/client'],
])('%s may import %s', (file, specifier) => {
  expect(importProblem(file, specifier)).toBeNull();
});
