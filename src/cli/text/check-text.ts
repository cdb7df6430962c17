/** The lines of `lab doctor` and `lab environments check`. */
import type { DoctorCheck } from '@shared/machine';
import { bold, dim, green, red, yellow } from './style';

const marks: Readonly<Record<DoctorCheck['status'], string>> = {
  ok: green('✓'),
  problem: red('✗'),
  note: yellow('•'),
};

export function checkLines(checks: readonly DoctorCheck[]): string[] {
  return checks.flatMap(({ name, status, found, fix }) => [
    `${marks[status]} ${bold(name)}  ${found}`,
    ...(fix === null ? [] : [`    ${dim('fix:')} ${fix}`]),
  ]);
}
