/** `agent:SUBJECT`: a subject that is told what is wrong with its programs and may mend them. */
import { LabError } from '@shared/errors';
import type { Agent } from '@shared/evaluation';
import type { Toolchain } from '@shared/toolchain';
import type { FoundSubject } from '../subjects';

const prefix = 'agent:';
const usualRounds = 3;

/** What a user named, taken apart; `agent` null for a subject that answers once. */
export function agentOf(
  named: string,
  rounds: number | undefined,
  allGates: boolean | undefined,
): { readonly plainSubject: string; readonly agent: Agent | null } {
  if (named.startsWith(prefix)) {
    return { plainSubject: named.slice(prefix.length), agent: { rounds: rounds ?? usualRounds } };
  }
  if (rounds === undefined && allGates !== true) return { plainSubject: named, agent: null };
  throw new LabError({
    code: 'bad_input',
    what: `"${named}" answers each task once.`,
    why: 'Rounds, and the gates that it is told of, are those of an agent loop.',
    fix: `Name the subject agent:${named}, or leave out --rounds and --all-gates.`,
  });
}

/**
 * The gates whose complaints the model hears, in the toolchain's order: those that the benchmark
 * counts and those that only advise, such as `go vet`. To mend what nobody counts costs rounds, and
 * can break what was right.
 */
export function gatesTold(
  { gates }: Pick<Toolchain, 'gates'>,
  counted: readonly string[],
  all: boolean,
): string[] {
  return Object.entries(gates)
    .filter(([name, gate]) => all || gate.advises || counted.includes(name))
    .map(([name]) => name);
}

export const agentLabel = (label: string, { rounds }: Agent): string =>
  `${label} · agent, ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`;

/** @throws LabError for a subject that cannot be asked again */
export function requireAnswering(agent: Agent | null, { subject, label }: FoundSubject): void {
  if (agent === null || (subject.kind !== 'reference' && subject.kind !== 'replay')) return;
  throw new LabError({
    code: 'bad_input',
    what: `"${label}" cannot be an agent.`,
    why: 'Its answers are there already; it cannot be asked to mend them.',
    fix: 'Name a model: a run, base:MODEL, gguf:FILE or endpoint:NAME.',
  });
}
