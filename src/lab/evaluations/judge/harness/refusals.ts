/** What a program may not hold that shares a process with its tests; looked for before it is run. */
import type { ConstructFinder } from '../../constructs/find-constructs';
import type { JudgeParts } from '../programs';
import type { Report } from '../report';
import type { Harness } from './fill-harness';

/**
 * Reports a refusal; true when there is one.
 * @param sources texts of the hidden tests and the harness
 */
export function refuse(
  { toolchain, constructs }: Pick<JudgeParts, 'toolchain' | 'constructs'>,
  sources: readonly string[],
  report: Report,
): boolean {
  const { tests } = toolchain.definition;
  if (tests?.kind !== 'harness') return false;
  const refused = refusalsOf(tests, report.code, sources, constructs);
  if (refused.length > 0) report.stage('gates', false, 0, 'gate', refused.join('\n'));
  return refused.length > 0;
}

/** One line each. */
function refusalsOf(
  { refusals }: Harness,
  code: string,
  sources: readonly string[],
  finder: ConstructFinder,
): readonly string[] {
  const used = new Set(sources.flatMap((text) => text.match(/\w+/g) ?? []));
  const holds = (query: string): boolean => {
    const captured = finder.captured(code, query);
    // Nobody knows what is in a program that cannot be read.
    if (captured === null) return true;
    return captured.found !== undefined || captured.declared?.some((one) => used.has(one)) === true;
  };
  const broken = Object.entries(refusals).flatMap(([name, { message, queries }]) =>
    queries.every(holds) ? [`${name}: ${message}`] : [],
  );
  // What the compiler understands and the grammar does not could hide anything.
  const hides = Object.keys(refusals).length > 0 && !finder.parses(code);
  return hides ? [...broken, 'unreadable: its syntax tree cannot be read whole'] : broken;
}
