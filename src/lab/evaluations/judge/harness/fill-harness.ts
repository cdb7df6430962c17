/**
 * The source files of a judgement by compiled tests, and what their process is told at its start.
 *
 * Every test has a token that is printed when it has passed, and there is one for the end. They are
 * new for each judgement and in no file: they come to the standard input of the process, where the
 * harness has read them before the first line of the program runs. A program that looks through its
 * own executable or what is printed through it finds nothing to print in their place.
 */
import { randomBytes } from 'node:crypto';
import { LabError } from '@shared/errors';
import type { Testing } from '@shared/toolchain';
import type { ConstructFinder } from '../../constructs/find-constructs';

export type Harness = Extract<Testing, { kind: 'harness' }>;

export interface FilledHarness {
  /** The tests that must pass, and the line that each of them prints then. */
  readonly tests: readonly { readonly name: string; readonly token: string }[];
  /** The line that is printed when all have run. */
  readonly end: string;
  /** Standard input of the process: the tokens, one a line. */
  readonly input: string;
  /** File name → text: the hidden tests and the harness. */
  readonly files: Readonly<Record<string, string>>;
}

/** @throws LabError when the hidden tests hold no test, or lack what the harness takes from them */
export function fillHarness(
  harness: Harness,
  tests: string,
  finder: ConstructFinder,
  mark: string,
): FilledHarness {
  const names = finder.names(tests, harness.names);
  if (names.length === 0) throw unusable('They hold no test that the toolchain knows.');
  const captured = Object.entries(harness.captures).map(([name, pattern]) => {
    const found = new RegExp(pattern, 'm').exec(tests)?.[1];
    if (found === undefined) throw unusable(`They lack what the harness calls {${name}}.`);
    return [name, found] as const;
  });
  const tokens = names.map((name) => ({ name, token: randomToken() }));
  const end = randomToken();
  const cases = names.map((name, at) => fill(harness.each, { name, index: String(at), mark }));
  const values = {
    ...Object.fromEntries(captured),
    ...{ mark, tests, cases: cases.join('\n'), end: String(names.length) },
  };
  const own = Object.entries({ [harness.harnessFile]: harness.harness, ...harness.files });
  const filled = own.map(([name, text]) => [fill(name, { mark }), fill(text, values)] as const);
  const files = { [harness.testsFile]: tests, ...Object.fromEntries(filled) };
  const input = [...tokens.map(({ token }) => token), end].join('\n');
  return { tests: tokens, end, input, files };
}

/** In one pass: what is filled in may hold braces itself. */
function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

const randomToken = (): string => randomBytes(16).toString('hex');

function unusable(why: string): LabError {
  return new LabError({
    code: 'bad_input',
    what: 'The hidden tests of a task cannot be used.',
    why,
    fix: 'Correct the task in the benchmark.',
  });
}
