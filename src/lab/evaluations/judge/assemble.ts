/** Puts an answer together with the code that its prompt began. */
import type { Task } from '@shared/benchmark';
import type { ConstructFinder } from '../constructs/find-constructs';

const heads = 'def|function|func|fn|class|const|let|var|async\\s+def|async\\s+function';

/**
 * The program to judge. A prompt may begin a function (HumanEval): an answer that only goes on is
 * appended to it. An answer with the whole function still gets the prompt's imports and helpers,
 * where these make sense by themselves.
 */
export function assemble(
  code: string,
  { prelude, entryPoint }: Pick<Task, 'prelude' | 'entryPoint'>,
  finder: Pick<ConstructFinder, 'parses'>,
): string {
  if (typeof prelude !== 'string' || prelude.trim() === '' || code === '') return code;
  if (typeof entryPoint === 'string' && !defines(code, entryPoint)) return `${prelude}${code}`;
  return finder.parses(prelude) ? `${prelude.trimEnd()}\n\n${code}` : code;
}

function defines(code: string, name: string): boolean {
  const escaped = name.replaceAll(/[^\w]/g, '\\$&');
  return new RegExp(`(^|\\s)(${heads})\\s+${escaped}\\b|^${escaped}\\s*=`, 'm').test(code);
}
