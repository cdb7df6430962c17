/** How the scheduler runs a job without knowing what it does. */
import type { FailureCard, Job } from '@shared/job';

export type JobOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly failure: FailureCard }
  /** The lab is closing; the worker goes on and the next scheduler re-attaches. */
  | { readonly kind: 'detached' };

export interface JobControl {
  /** Aborted when the lab closes: let go of the worker without ending it. */
  readonly closing: AbortSignal;
  /** Aborted when the user asks to stop the job: write the control file, then escalate. */
  readonly stopRequested: AbortSignal;
  /** The job was already running when an earlier scheduler ended. */
  readonly reattach: boolean;
  /** From here on the job needs no device (generation is finished, judging goes on). */
  releaseDevice(): void;
  /** `share` from 0 to 1; `secondsLeft` null while unknown; `message` says what it does now. */
  progress(share: number, secondsLeft: number | null, message?: string): void;
}

/** One for each job kind. Resolves when the job is over; rejects only on a bug. */
export interface JobRunner {
  run(job: Job, control: JobControl): Promise<JobOutcome>;
}
