import type { JobState } from '@shared/job';
import {
  Ban,
  Check,
  CircleDashed,
  CirclePause,
  CirclePlay,
  Gavel,
  type LucideIcon,
  OctagonX,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names';

interface Look {
  readonly word: string;
  readonly tone: string;
  readonly icon: LucideIcon;
}

/** The word, colour and sign of every state; the sign is the second cue beside colour. */
export const jobStateLooks: Readonly<Record<JobState, Look>> = {
  queued: { word: 'queued', tone: 'text-ink-faint bg-sunken', icon: CircleDashed },
  running: { word: 'running', tone: 'text-accent bg-accent-soft', icon: CirclePlay },
  judging: { word: 'judging', tone: 'text-accent bg-accent-soft', icon: Gavel },
  stopping: { word: 'stopping', tone: 'text-warning bg-warning-soft', icon: CirclePause },
  done: { word: 'done', tone: 'text-passed bg-passed-soft', icon: Check },
  failed: { word: 'failed', tone: 'text-failed bg-failed-soft', icon: OctagonX },
  stopped: { word: 'stopped', tone: 'text-warning bg-warning-soft', icon: CirclePause },
  cancelled: { word: 'cancelled', tone: 'text-ink-faint bg-sunken', icon: Ban },
};

export function isActive(state: JobState): boolean {
  return state === 'running' || state === 'judging' || state === 'stopping';
}

export function isOpen(state: JobState): boolean {
  return state === 'queued' || isActive(state);
}

export function StateBadge({ state }: { readonly state: JobState }): ReactNode {
  const { word, tone, icon: Icon } = jobStateLooks[state];
  return (
    <span
      className={classNames(
        'inline-flex h-5 shrink-0 items-center gap-1 rounded-full pr-2 pl-1.5 text-2xs font-semibold',
        tone,
      )}
    >
      <Icon aria-hidden className="size-3" strokeWidth={2.5} />
      {word}
    </span>
  );
}

/** Only the sign, for dense lists; the word is there for assistive technology. */
export function StateSign({ state }: { readonly state: JobState }): ReactNode {
  const { word, tone, icon: Icon } = jobStateLooks[state];
  return (
    <span title={word} className={classNames('inline-flex shrink-0 bg-transparent!', tone)}>
      <Icon aria-hidden className="size-4" strokeWidth={2.25} />
      <span className="sr-only">{word}</span>
    </span>
  );
}
