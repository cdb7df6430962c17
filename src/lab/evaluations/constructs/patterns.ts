/** Constructs and gates of languages that have no grammar here: patterns outside comments and strings. */
import { LabError } from '@shared/errors';
import type { Toolchain } from '@shared/toolchain';

/** Whether a pattern is found in a program, where its comments and strings are left out. */
export type PatternFinder = (code: string, pattern: string) => boolean;

/** @throws LabError when an expression of the toolchain is not valid */
export function createPatternFinder({ ignore, constructs, gates }: Toolchain): PatternFinder {
  const ignored =
    ignore.length === 0 ? null : expression(ignore.map((one) => `(?:${one})`).join('|'), 'gmu');
  const owners = [...Object.values(constructs), ...Object.values(gates)];
  const compiled = new Map(
    owners.flatMap(({ pattern }) =>
      pattern === undefined ? [] : [[pattern, expression(pattern, 'mu')] as const],
    ),
  );
  const blanked = (code: string): string =>
    // Lines stay lines, and what was apart stays apart.
    ignored === null ? code : code.replace(ignored, (text) => text.replaceAll(/[^\n]/g, ' '));
  return (code, pattern) => compiled.get(pattern)?.test(blanked(code)) ?? false;
}

function expression(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    throw new LabError({
      code: 'bad_input',
      what: `The expression ${source} is not valid.`,
      why: error instanceof Error ? error.message : String(error),
      fix: "Correct the toolchain's file.",
    });
  }
}
