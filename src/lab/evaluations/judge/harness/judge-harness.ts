/**
 * Judges by hidden tests that are compiled with the program. The harness prints the token of a test
 * that has passed; the program runs where neither the tests nor the harness's text are, so that it can
 * print whatever it likes and exit when it likes: a test without its token has not passed.
 *
 * Both are one process, so what keeps them apart is the language: a program may not use what breaks
 * its memory safety or changes what the tests rely on (the toolchain's `refusals`). Its executable
 * can be run but not read, which on Linux also closes /proc/self/mem.
 */
import { chmod } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Captured } from '../../sandbox/run-confined';
import { builder, type JudgeParts, program, runPatiently } from '../programs';
import { type Report, whyEnded } from '../report';
import type { TestResult } from '../tests-outcome';
import type { StageEnd, Workplace } from '../workplace';
import { type FilledHarness, fillHarness, type Harness } from './fill-harness';
import { refuse } from './refusals';

interface Answer {
  readonly files: Readonly<Record<string, string>>;
  /** Checks the syntax, and reports a failure. */
  readonly syntax: () => Promise<StageEnd>;
}

export async function judgeHarness(
  parts: JudgeParts,
  harness: Harness,
  tests: string,
  answer: Answer,
  place: Workplace,
  report: Report,
): Promise<StageEnd> {
  const { definition } = parts.toolchain;
  const filled = fillHarness(harness, tests, parts.constructs, parts.mark);
  const own = builder(parts, harness.build, place.out);
  const building = { ...own, readable: [...own.readable, parts.toolchain.drivers] };
  const built = await parts.boxes.use({ ...answer.files, ...filled.files }, (box) =>
    runPatiently(parts.sandbox, building, box, place.signal),
  );
  if (built.ending === 'refused') return { kind: 'ours', why: built.stderr };
  if (built.ending !== 'exited' || built.exitCode !== 0) {
    // What compiles needs no check of its own.
    const syntax = await answer.syntax();
    if (syntax.kind !== 'went-on') return syntax;
    report.step('syntax', built, 'type', whyEnded(built, definition));
    return { kind: 'stopped' };
  }
  report.stage('syntax', true, built.milliseconds, 'syntax', '');
  if (refuse(parts, Object.values(filled.files), report)) return { kind: 'stopped' };
  await closeToReaders(harness, place);
  // What the judge was made ready with is nothing for this program, which holds its tests.
  const alone = { ...parts, prepared: null };
  const confined = { ...program(alone, harness.run, place.out), input: filled.input };
  const ran = await parts.boxes.use({}, (box) =>
    runPatiently(parts.sandbox, confined, box, place.signal),
  );
  if (ran.ending === 'refused') return { kind: 'ours', why: ran.stderr };
  const printed = new Set(ran.stdout.split('\n').map((line) => line.trim()));
  const clean = withoutReport(ran, filled);
  if (!printed.has(filled.end)) {
    const silent = clean.exitCode === 0 ? 'the program ended before its tests did' : clean.stderr;
    report.program('run', { ...clean, exitCode: clean.exitCode || 1, stderr: silent }, definition);
    return { kind: 'stopped' };
  }
  report.program('run', { ...clean, exitCode: 0, ending: 'exited' }, definition);
  const results = filled.tests.map(
    ({ name, token }): TestResult => ({
      name,
      passed: printed.has(token),
      message: printed.has(token) ? '' : messageOf(clean.stdout, name),
    }),
  );
  report.tests({ results, ended: null, timedOut: false }, ran.milliseconds);
  return { kind: 'went-on' };
}

/** Nothing that runs from it may look up what it was compiled with. */
async function closeToReaders({ run: [executable] }: Harness, { out }: Workplace): Promise<void> {
  if (out === null || executable?.startsWith('{out}/') !== true) return;
  await chmod(join(out, basename(executable)), 0o111);
}

/** The tokens are of no use to anybody who reads the judgement. */
function withoutReport(ran: Captured, { tests, end }: FilledHarness): Captured {
  const tokens = [...tests.map(({ token }) => token), end];
  const lines = ran.stdout.split('\n').filter((line) => !tokens.includes(line.trim()));
  return { ...ran, stdout: lines.join('\n') };
}

/** What the test runner printed of a test: the indented lines after "--- FAIL: … NAME". */
function messageOf(stdout: string, name: string): string {
  const lines = stdout.split('\n');
  const at = lines.findLastIndex((line) => line.includes('FAIL') && line.includes(`/${name}`));
  return at < 0 ? 'it did not pass' : (lines[at + 1] ?? '').trim();
}
