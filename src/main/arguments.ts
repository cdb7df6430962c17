/** What the desktop app takes on its command line and from its environment. */
import { resolve } from 'node:path';

/**
 * The lab home that was asked for, absolute, or null for the usual one.
 * `--home DIR` or `--home=DIR` goes before `LORABENCH_HOME`.
 */
export function homeFromArguments(
  given: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
  folder: string,
): string | null {
  const at = given.indexOf('--home');
  const separate = at === -1 ? undefined : given[at + 1];
  const joined = given.find((argument) => argument.startsWith('--home='))?.slice('--home='.length);
  const home = separate ?? joined ?? variables.LORABENCH_HOME;
  return home ? resolve(folder, home) : null;
}
