/** Whether a toolchain can judge a benchmark's tasks at all; asked before anything is generated. */
import type { Task } from '@shared/benchmark';
import { LabError } from '@shared/errors';
import type { Toolchain } from '@shared/toolchain';

/** @throws LabError naming the first task that asks for what the toolchain cannot do */
export function requireJudgeable(
  toolchain: Toolchain,
  tasks: readonly Task[],
  gates: readonly string[] = [],
): void {
  const gate = gates.find((name) => toolchain.gates[name] === undefined);
  if (gate !== undefined) throw unknownGate(toolchain, gate);
  for (const { id, tests, constructs } of tasks) {
    // Passing over hidden tests would call a program right that nobody has tested.
    if (typeof tests === 'string' && toolchain.tests === undefined) {
      throw refusal(toolchain, id, 'hidden tests');
    }
    const unknown = constructs.find((name) => toolchain.constructs[name] === undefined);
    if (unknown !== undefined) throw refusal(toolchain, id, `the construct "${unknown}"`);
  }
}

function unknownGate(toolchain: Toolchain, gate: string): LabError {
  return new LabError({
    code: 'bad_input',
    what: `The toolchain "${toolchain.name}" has no gate "${gate}".`,
    why: 'The benchmark asks its programs to keep it.',
    fix: `Gates it has: ${Object.keys(toolchain.gates).join(', ') || 'none'}.`,
  });
}

function refusal(toolchain: Toolchain, task: string, what: string): LabError {
  return new LabError({
    code: 'bad_input',
    what: `The toolchain "${toolchain.name}" cannot judge the task ${task}.`,
    why: `The task has ${what}, which the toolchain does not know.`,
    fix: `Constructs it knows: ${Object.keys(toolchain.constructs).join(', ') || 'none'}.`,
  });
}
