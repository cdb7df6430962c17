import type { RunSummary } from '@shared/run';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { Choice } from '../../ui/choice';
import { ErrorCard } from '../../ui/error-card';
import { integer, moment } from '../../ui/format';
import { SearchChoice } from '../../ui/search-choice';
import { type SubjectDraft, weightsKey, weightsTitle } from './subject-draft';
import type { RunWeights } from './use-run-weights';

/** A run, and which of its weights. */
export function RunChoice({
  draft,
  weights,
  onChange,
}: {
  readonly draft: SubjectDraft;
  readonly weights: RunWeights;
  readonly onChange: (draft: SubjectDraft) => void;
}): ReactNode {
  const { query } = useLab();
  const runs = useQuery(query.runs.list.queryOptions());
  const trained = (runs.data ?? []).filter(
    (run) => run.status === 'done' || run.steps > 0 || run.id === draft.run,
  );
  const chosen = draft.weights ?? weights.usual;
  if (runs.isError) return <ErrorCard error={runs.error} />;
  if (runs.data !== undefined && trained.length === 0) {
    return (
      <p className="text-xs text-ink-faint">
        Nothing has been trained yet. A base model, an endpoint or the reference can be evaluated.
      </p>
    );
  }
  return (
    <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
      <SearchChoice
        label="Run"
        value={draft.run}
        options={trained.map((run) => ({ value: run.id, title: run.name, note: noteOf(run) }))}
        onChange={(run) => onChange({ ...draft, run, weights: null })}
        explanation="Found by name, preset or id."
      />
      <div className="min-w-0">
        <div className="pb-1 text-xs font-medium">Weights</div>
        <Choice
          label="Weights"
          className="w-full"
          value={chosen === null ? null : weightsKey(chosen)}
          placeholder={draft.run === null ? 'choose a run first' : 'none yet'}
          options={(weights.all ?? []).map((entry) => ({
            value: weightsKey(entry),
            title: weightsTitle(entry),
          }))}
          onChange={(key) => {
            const next = weights.all?.find((entry) => weightsKey(entry) === key);
            if (next !== undefined) onChange({ ...draft, weights: next });
          }}
        />
        <WeightsHelp draft={draft} weights={weights} />
      </div>
    </div>
  );
}

function WeightsHelp({
  draft,
  weights,
}: {
  readonly draft: SubjectDraft;
  readonly weights: RunWeights;
}): ReactNode {
  if (draft.run !== null && weights.all?.length === 0) {
    return (
      <p role="alert" className="pt-1 text-2xs text-failed">
        It has no finished adapter and no complete checkpoint.
      </p>
    );
  }
  return (
    <p className="pt-1 text-2xs text-ink-faint">
      The adapter, a checkpoint, or a merged model that was exported on the run's page.
    </p>
  );
}

function noteOf(run: RunSummary): string {
  const part = run.status === 'done' ? '' : `${run.status} at step ${integer(run.steps)} · `;
  return `${part}${run.preset} · ${moment(run.startedAt ?? run.createdAt)}`;
}
