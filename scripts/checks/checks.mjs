/** The checks of `npm run check`: each resolves to {problems, summary?}; none changes a file. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inRepository, repository } from '../set-up/paths.mjs';
import { environmentPython } from '../set-up/python.mjs';
import { judgeSizes, sourceSizes } from './file-sizes.mjs';
import { outputOf } from './output-of.mjs';

const python = inRepository('python');
const modules = (...parts) => inRepository('node_modules', ...parts);

const nodeTool = (script, ...args) => outputOf(process.execPath, [script, ...args], repository);
const pythonTool = (module, ...args) =>
  outputOf(environmentPython(), ['-m', module, ...args], python);

const projects = ['shared', 'lab', 'cli', 'main', 'preload', 'renderer', 'tests', 'config'];

const types = (project) => ({
  name: `types: ${project}`,
  run: () =>
    nodeTool(
      modules('typescript', 'bin', 'tsc'),
      '--project',
      `tsconfig.${project}.json`,
      ...(process.stdout.isTTY ? ['--pretty'] : []),
    ),
});

export const checks = [
  {
    name: 'format and lint',
    run: () =>
      nodeTool(modules('@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings', '.'),
  },
  ...projects.map(types),
  {
    name: 'import directions',
    run: async () => {
      const { wrongImports } = await import('./imports.mjs');
      return { problems: await wrongImports(repository) };
    },
  },
  {
    name: 'schemas',
    run: async () => {
      const { driftedFiles } = await import('./schemas.mjs');
      const drifted = await driftedFiles();
      return {
        problems: drifted.map((file) => `${file} is not what src/shared says: run npm run schemas`),
      };
    },
  },
  { name: 'file sizes', run: async () => judgeSizes(sourceSizes(repository)) },
  { name: 'Python lint', run: () => pythonTool('ruff', 'check', '.') },
  { name: 'Python format', run: () => pythonTool('ruff', 'format', '--check', '.') },
  {
    name: 'Python types',
    run: () =>
      pythonTool(
        'mypy',
        ...['lorabench', 'starter'].filter((folder) => existsSync(join(python, folder))),
      ),
  },
];
