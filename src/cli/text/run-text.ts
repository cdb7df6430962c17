/** Runs in words and tables. */
import type { JobState } from '@shared/job';
import type { RunSummary } from '@shared/run';
import type { RunSpec } from '@shared/run-spec';
import { bold, dim, green, red, yellow } from './style';
import { table } from './table';
import { bytes, decimal, duration, percent, when } from './units';

export function stateText(state: JobState): string {
  if (state === 'done') return green(state);
  if (state === 'failed') return red(state);
  if (state === 'stopped' || state === 'cancelled') return yellow(state);
  return state;
}

/** What the lab changed so that a run could go on, a sentence each. */
export function adjustmentTexts({ adjustments, batch }: RunSpec): string[] {
  return adjustments.map(
    ({ step, fromMicro, toMicro }) =>
      `Memory ran out: the run goes on from step ${step} with micro-batch ${toMicro} instead of ${fromMicro}; the effective batch stays ${batch.effective}.`,
  );
}

/** The result of a run in one line. */
export function runLine(run: RunSummary): string {
  return [
    `${bold(run.name)} ${dim(run.id)}`,
    `${run.steps} steps in ${duration(run.seconds)}`,
    `loss ${decimal(run.loss)}`,
    `token accuracy ${percent(run.tokenAccuracy)}`,
    run.peakMemoryBytes === null ? null : `peak ${bytes(run.peakMemoryBytes)}`,
  ]
    .filter((part) => part !== null)
    .join(dim(' · '));
}

export function runTable(runs: readonly RunSummary[]): string {
  return table(
    [
      { title: 'id' },
      { title: 'name' },
      { title: 'status' },
      { title: 'steps', align: 'right' },
      { title: 'loss', align: 'right' },
      { title: 'accuracy', align: 'right' },
      { title: 'time', align: 'right' },
      { title: 'pass@1', align: 'right' },
      { title: 'created' },
    ],
    runs.map((run) => [
      run.id,
      run.name,
      stateText(run.status),
      run.totalSteps === null ? String(run.steps) : `${run.steps}/${run.totalSteps}`,
      decimal(run.loss),
      percent(run.tokenAccuracy),
      duration(run.seconds),
      percent(run.evaluations.find(({ role }) => role === 'tuned')?.passAt1 ?? null),
      when(run.createdAt),
    ]),
    'No run yet: "lab train starter" makes the first.',
  );
}
