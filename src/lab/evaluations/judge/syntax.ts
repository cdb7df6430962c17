/** Asks the toolchain whether the program is written right; nothing of it runs. */
import { type JudgeParts, program, runPatiently } from './programs';
import { compilerWords, endedWell, type Report } from './report';
import type { StageEnd, Workplace } from './workplace';

/** Reports a failure only: the stage has passed once the program is also compiled. */
export async function checkSyntax(
  parts: JudgeParts,
  place: Workplace,
  report: Report,
): Promise<StageEnd> {
  const { definition } = parts.toolchain;
  const confined = program(parts, definition.syntax, place.out);
  const checked = await runPatiently(parts.sandbox, confined, place.box, place.signal);
  if (checked.ending === 'refused') return { kind: 'ours', why: checked.stderr };
  if (endedWell(checked)) return { kind: 'went-on' };
  report.program('syntax', compilerWords(checked), definition);
  return { kind: 'stopped' };
}
