/** Gates: rules of a toolchain that a benchmark may ask its programs to keep. */

import type { Gate } from '@shared/toolchain';
import { toolchainMessage } from './messages';
import { builder, type JudgeParts, runPatiently } from './programs';
import { endedWell, type Report } from './report';
import type { StageEnd, Workplace } from './workplace';

export async function judgeGates(
  parts: JudgeParts,
  names: readonly string[],
  code: string,
  place: Workplace,
  report: Report,
): Promise<StageEnd> {
  if (names.length === 0) return { kind: 'went-on' };
  const began = performance.now();
  const broken: string[] = [];
  for (const name of names) {
    const gate = parts.toolchain.definition.gates[name];
    if (gate === undefined) return { kind: 'ours', why: `The toolchain has no gate "${name}".` };
    if (breaks(parts, code, gate)) {
      broken.push(`${name}: ${gate.message}`);
    } else if (gate.command !== undefined) {
      const confined = builder(parts, gate.command, null);
      const captured = await runPatiently(parts.sandbox, confined, place.box, place.signal);
      if (captured.ending === 'refused') return { kind: 'ours', why: captured.stderr };
      const kept = endedWell(captured) && (!gate.silent || captured.stdout.trim() === '');
      const said = toolchainMessage(captured.stderr || captured.stdout);
      if (!kept) broken.push(`${name}: ${gate.message}${said === '' ? '' : `\n${said}`}`);
    }
  }
  report.stage('gates', broken.length === 0, performance.now() - began, 'gate', broken.join('\n'));
  return { kind: 'went-on' };
}

/** A program that cannot be parsed in time could hold anything. */
function breaks({ constructs }: JudgeParts, code: string, { query, pattern }: Gate): boolean {
  if (pattern !== undefined && constructs.holds(code, pattern)) return true;
  if (query === undefined) return false;
  const captured = constructs.captured(code, query);
  return captured === null || Object.keys(captured).length > 0;
}
