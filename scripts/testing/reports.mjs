/** What the test runners report, as a list of {name, place, outcome}; `place` can be run again. */
import { mkdirSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { inRepository, repository } from '../set-up/paths.mjs';

const folder = inRepository('test-results', 'reports');

export const reportFile = (stage, extension = 'json') => {
  mkdirSync(folder, { recursive: true });
  return `${folder}/${stage}.${extension}`;
};

export const writeReport = (stage, tests) => writeFile(reportFile(stage), JSON.stringify(tests));

export const readOwnReport = (text) => JSON.parse(text);

const vitestOutcomes = { passed: 'passed', failed: 'failed' };

/** vitest's `json` reporter; a file that could not be loaded has no tests and counts as one failure. */
export function readVitest(text) {
  return JSON.parse(text).testResults.flatMap((file) => {
    const place = relative(repository, file.name).replaceAll('\\', '/');
    const tests = file.assertionResults.map(({ fullName, status }) => ({
      name: `${place} > ${fullName}`,
      place,
      outcome: vitestOutcomes[status] ?? 'skipped',
    }));
    const broken = file.status === 'failed' && !tests.some(({ outcome }) => outcome === 'failed');
    return broken ? [...tests, { name: place, place, outcome: 'failed' }] : tests;
  });
}

const playwrightOutcomes = { expected: 'passed', flaky: 'passed', unexpected: 'failed' };

/** Playwright's `json` reporter; errors outside of tests count as failures that no place has. */
export function readPlaywright(text) {
  const { suites, errors } = JSON.parse(text);
  const testsOf = (suite, above) => {
    const path = suite.title ? [...above, suite.title] : above;
    const specs = (suite.specs ?? []).flatMap((spec) =>
      spec.tests.map((test) => ({
        name: [...path, spec.title].join(' > '),
        place: `${spec.file}:${spec.line}`,
        outcome: playwrightOutcomes[test.status] ?? 'skipped',
      })),
    );
    return [...specs, ...(suite.suites ?? []).flatMap((inner) => testsOf(inner, path))];
  };
  const failures = errors.map(({ message = '' }) => ({
    name: message.split('\n')[0],
    place: null,
    outcome: 'failed',
  }));
  return [...suites.flatMap((suite) => testsOf(suite, [])), ...failures];
}

const entities = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
const plain = (text) =>
  text
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&(\w+);/g, (entity, name) => entities[name] ?? entity);

/** pytest's JUnit file; an error while collecting or tidying up counts as a failure. */
export function readJunit(text) {
  if (!text.includes('<testsuite ')) throw new Error('no <testsuite> in the JUnit report');
  const cases = text.matchAll(/<testcase\s([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g);
  return [...cases].map(([, attributes, content = '']) => {
    const value = (name) =>
      plain(new RegExp(`\\b${name}="([^"]*)"`).exec(` ${attributes}`)?.[1] ?? '');
    const [module, test] = [value('classname'), value('name')];
    const name = [module, test].filter(Boolean).join('::');
    const outcome = /<(?:failure|error)\b/.test(content)
      ? 'failed'
      : /<skipped\b/.test(content)
        ? 'skipped'
        : 'passed';
    return { name, place: module || test, outcome };
  });
}

/**
 * The tests of one stage. A runner that failed without a failed test in its report (or without a
 * report) crashed: one failure more.
 */
export function stageTests(read, text, exitCode) {
  const crash = { name: 'the test runner itself', place: null, outcome: 'failed' };
  if (text === null) return [crash];
  try {
    const tests = read(text);
    const failed = tests.some(({ outcome }) => outcome === 'failed');
    return exitCode !== 0 && !failed ? [...tests, crash] : tests;
  } catch {
    // An unreadable report is a crash as well.
    return [crash];
  }
}

export function countTests(tests) {
  const count = (wanted) => tests.filter(({ outcome }) => outcome === wanted).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}

export const readReport = (file) => readFile(file, 'utf8').catch(() => null);
export const removeReport = (file) => rm(file, { force: true });
