/**
 * The source files of a judgement by compiled tests.
 *
 * Every test has a token that is printed when it has passed, and there is one for the end. They lie
 * in the source *sealed*, each byte beside a random key, and are put together only when they are
 * due: a program that looks through its own executable, the names on its stack or what is printed
 * through it finds nothing to print in their place.
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
  /** File name → text: the hidden tests and the harness. */
  readonly files: Readonly<Record<string, string>>;
}

/** @throws LabError when the hidden tests hold no test, or lack what the harness takes from them */
export function fillHarness(
  harness: Harness,
  tests: string,
  finder: ConstructFinder,
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
  const cases = tokens.map(({ name, token }) => fill(harness.each, { name, token: sealed(token) }));
  const mark = randomToken();
  const text = fill(harness.harness, {
    ...Object.fromEntries(captured),
    ...{ mark, tests, cases: cases.join('\n'), end: sealed(end) },
  });
  const harnessFile = fill(harness.harnessFile, { mark });
  return { tests: tokens, end, files: { [harness.testsFile]: tests, [harnessFile]: text } };
}

/** In one pass: what is filled in may hold braces itself. */
function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

const randomToken = (): string => randomBytes(16).toString('hex');

/** Numbers, two for each character: a key, and the character's code exclusive-or the key. */
function sealed(token: string): string {
  const keys = randomBytes(token.length);
  return Array.from(token, (letter, index) => {
    const key = keys[index] ?? 0;
    return `${key}, ${letter.charCodeAt(0) ^ key}`;
  }).join(', ');
}

function unusable(why: string): LabError {
  return new LabError({
    code: 'bad_input',
    what: 'The hidden tests of a task cannot be used.',
    why,
    fix: 'Correct the task in the benchmark.',
  });
}
