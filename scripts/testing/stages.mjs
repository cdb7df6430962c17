/** The stages of `npm test`: what each runs and how its report is read. */
import { inRepository, repository } from '../set-up/paths.mjs';
import { environmentPython } from '../set-up/python.mjs';
import { readJunit, readOwnReport, readPlaywright, readVitest, reportFile } from './reports.mjs';

const modules = (...parts) => inRepository('node_modules', ...parts);

function vitest(name, ...projects) {
  const report = reportFile(name);
  return {
    name,
    file: process.execPath,
    args: [
      modules('vitest', 'vitest.mjs'),
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ],
    cwd: repository,
    report,
    read: readVitest,
  };
}

function playwright(name) {
  const report = reportFile(name);
  return {
    name,
    file: process.execPath,
    args: [modules('@playwright', 'test', 'cli.js'), 'test', `--project=${name}`],
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report },
    cwd: repository,
    needsDisplay: true,
    report,
    read: readPlaywright,
  };
}

export const stages = [
  {
    name: 'check',
    file: process.execPath,
    args: [inRepository('scripts', 'check.mjs')],
    cwd: repository,
    report: reportFile('check'),
    read: readOwnReport,
  },
  vitest('unit', 'unit', 'renderer'),
  vitest('integration', 'integration'),
  {
    name: 'python',
    file: environmentPython(),
    args: ['-m', 'pytest', `--junitxml=${reportFile('python', 'xml')}`],
    cwd: inRepository('python'),
    report: reportFile('python', 'xml'),
    read: readJunit,
  },
  playwright('chromium'),
  playwright('electron'),
];
