/** What the test runners report, as {passed, failed, skipped}. */
import { mkdirSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { inRepository } from '../set-up/paths.mjs';

const folder = inRepository('test-results', 'reports');

export const reportFile = (stage, extension = 'json') => {
  mkdirSync(folder, { recursive: true });
  return `${folder}/${stage}.${extension}`;
};

export const writeReport = (stage, counts) => writeFile(reportFile(stage), JSON.stringify(counts));

export const readOwnReport = (text) => ({ skipped: 0, ...JSON.parse(text) });

/** vitest's `json` reporter; a file that could not be loaded has no tests and counts as one failure. */
export function readVitest(text) {
  const report = JSON.parse(text);
  const broken = report.testResults.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((one) => one.status === 'failed'),
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Playwright's `json` reporter; errors outside of tests count as failures. */
export function readPlaywright(text) {
  const { stats, errors } = JSON.parse(text);
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
  };
}

/** pytest's JUnit file; an error while collecting counts as a failure. */
export function readJunit(text) {
  const suite = /<testsuite\s[^>]*>/.exec(text)?.[0];
  if (!suite) throw new Error('no <testsuite> in the JUnit report');
  const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = count('failures') + count('errors');
  return { passed: count('tests') - failed - count('skipped'), failed, skipped: count('skipped') };
}

/**
 * The counts of one stage. A runner that failed without a failed test in its report (or without a
 * report) crashed: one failure more.
 */
export function stageCounts(read, text, exitCode) {
  let counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    if (text !== null) counts = read(text);
  } catch {
    // An unreadable report is a crash as well.
    return { ...counts, failed: 1 };
  }
  if (text === null || (exitCode !== 0 && counts.failed === 0))
    return { ...counts, failed: counts.failed + 1 };
  return counts;
}

export const readReport = (file) => readFile(file, 'utf8').catch(() => null);
export const removeReport = (file) => rm(file, { force: true });
