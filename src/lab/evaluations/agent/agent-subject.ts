/** `agent:SUBJECT`: a subject that is told what is wrong with its programs and may mend them. */
import { LabError } from '@shared/errors';
import type { Agent } from '@shared/evaluation';
import type { FoundSubject } from '../subjects';

const prefix = 'agent:';
const usualRounds = 3;

/** What a user named, taken apart; `agent` null for a subject that answers once. */
export function agentOf(
  named: string,
  rounds: number | undefined,
): { readonly plainSubject: string; readonly agent: Agent | null } {
  if (named.startsWith(prefix)) {
    return { plainSubject: named.slice(prefix.length), agent: { rounds: rounds ?? usualRounds } };
  }
  if (rounds === undefined) return { plainSubject: named, agent: null };
  throw new LabError({
    code: 'bad_input',
    what: `"${named}" answers each task once.`,
    why: 'Rounds are those of an agent loop.',
    fix: `Name the subject agent:${named}, or leave out --rounds.`,
  });
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
    fix: 'Name a model: a run, base:MODEL or endpoint:NAME.',
  });
}
