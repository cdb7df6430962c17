import { agentSchema } from '@shared/evaluation';
import type { ReactNode } from 'react';
import { TextField } from '../../ui/field';
import { SwitchField } from '../../ui/switch';
import { numberOf, numberProblem } from './sampling-draft';

export interface AgentDraft {
  readonly on: boolean;
  readonly rounds: string;
  /** Told of every gate of the toolchain, not of those alone that the benchmark counts. */
  readonly allGates: boolean;
}

/** As many as the lab takes when nobody says. */
export const usualRounds = 3;

export const roundsProblem = ({ on, rounds }: AgentDraft): string | null =>
  on ? numberProblem(agentSchema.shape.rounds, rounds) : null;

export const roundsOf = ({ on, rounds }: AgentDraft): number | null =>
  on ? (numberOf(rounds.trim()) ?? usualRounds) : null;

/** Whether the subject may mend its programs, and how often. */
export function AgentFields({
  draft,
  possible,
  onChange,
}: {
  readonly draft: AgentDraft;
  readonly possible: boolean;
  readonly onChange: (draft: AgentDraft) => void;
}): ReactNode {
  if (!possible) {
    return (
      <p className="text-xs text-ink-faint">
        No agent loop: its answers are there already, so it cannot be asked to mend them.
      </p>
    );
  }
  return (
    <div className="grid grid-cols-[minmax(0,3fr)_minmax(0,2fr)_minmax(0,3fr)] gap-4">
      <SwitchField
        label="Agent loop"
        checked={draft.on}
        onChange={(on) => onChange({ ...draft, on })}
        explanation="It is told what compiler, vet and gates say, and may mend its program. Hidden tests stay hidden."
      />
      {draft.on && (
        <>
          <TextField
            label="Rounds"
            numeric
            value={draft.rounds}
            placeholder={String(usualRounds)}
            onChange={(rounds) => onChange({ ...draft, rounds })}
            problem={roundsProblem(draft) ?? undefined}
            explanation="Most answers to one task, the first included."
          />
          <SwitchField
            label="All gates"
            checked={draft.allGates}
            onChange={(allGates) => onChange({ ...draft, allGates })}
            explanation="It is told of every gate of the toolchain, also of those that do not count here."
          />
        </>
      )}
    </div>
  );
}
