/**
 * The stages of `npm test`: what each runs and how its report is read. The stages of a lane run one
 * after another, the lanes at the same time: each test waits more than it computes. `placesArguments`
 * turns the places of failed tests into arguments of a second try; a stage without it has none.
 */
import { inRepository, repository } from '../set-up/paths.mjs';
import { environmentPython } from '../set-up/python.mjs';
import { readJunit, readOwnReport, readPlaywright, readVitest, reportFile } from './reports.mjs';

const modules = (...parts) => inRepository('node_modules', ...parts);

function vitest(name, ...projects) {
  return {
    name,
    lane: 'node and app',
    file: process.execPath,
    args: (report) => [
      modules('vitest', 'vitest.mjs'),
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ],
    cwd: repository,
    report: (run) => reportFile(run),
    read: readVitest,
  };
}

function playwright(name, lane) {
  return {
    name,
    lane,
    file: process.execPath,
    // A folder of its own: each empties the one it writes to when it begins.
    args: () => [
      ...[modules('@playwright', 'test', 'cli.js'), 'test', `--project=${name}`],
      `--output=${inRepository('test-results', 'e2e', name)}`,
    ],
    env: (report) => ({ PLAYWRIGHT_JSON_OUTPUT_NAME: report }),
    cwd: repository,
    needsDisplay: true,
    report: (run) => reportFile(run),
    read: readPlaywright,
    placesArguments: (places) => places,
  };
}

export const stages = [
  {
    name: 'check',
    lane: 'node and app',
    file: process.execPath,
    args: () => [inRepository('scripts', 'check.mjs')],
    cwd: repository,
    report: () => reportFile('check'),
    read: readOwnReport,
  },
  vitest('unit', 'unit', 'renderer'),
  { ...vitest('integration', 'integration'), placesArguments: (places) => places },
  {
    name: 'python',
    lane: 'python and browser',
    file: environmentPython(),
    args: (report) => ['-m', 'pytest', `--junitxml=${report}`],
    cwd: inRepository('python'),
    report: (run) => reportFile(run, 'xml'),
    read: readJunit,
    // pytest itself keeps the identifiers of what failed.
    placesArguments: () => ['--last-failed', '--last-failed-no-failures=none'],
  },
  playwright('chromium', 'python and browser'),
  playwright('electron', 'node and app'),
];
