/** What the index keeps of a run's events: the newest numbers, and how far the file was read. */
import { errorEventSchema, eventSchema, phaseNameSchema, type WorkerEvent } from '@shared/events';
import { z } from 'zod';

/** Steps that a run's loss and accuracy in lists are taken over. */
const recentSteps = 20;
const rateSteps = 50;

export const runProgressSchema = z.object({
  offset: z.int().default(0).describe('bytes of events.jsonl that are in here'),
  garbage: z.int().default(0),
  steps: z.int().default(0),
  totalSteps: z.int().nullable().default(null),
  recent: z
    .array(
      z.object({
        loss: z.number().nullable(),
        correct: z.int(),
        target: z.int(),
        time: z.number(),
      }),
    )
    .default([]),
  validationLoss: z.number().nullable().default(null),
  validationTokenAccuracy: z.number().nullable().default(null),
  peakMemoryBytes: z.int().nullable().default(null),
  nonfinite: z.boolean().default(false),
  phase: phaseNameSchema.nullable().default(null).describe('the last one that was entered'),
  secondsBefore: z.number().default(0).describe('of earlier attempts'),
  attemptBegan: z.number().nullable().default(null),
  lastTime: z.number().nullable().default(null),
  /** How the worker that wrote last ended, in its own words; cleared when one starts. */
  outcome: z.enum(['completed', 'stopped']).nullable().default(null),
  error: errorEventSchema.nullable().default(null),
});
export type RunProgress = z.infer<typeof runProgressSchema>;

export function emptyProgress(): RunProgress {
  return runProgressSchema.parse({});
}

/** Brings `progress` forward by one line of the event file. Lines that are no event are counted. */
export function addLine(progress: RunProgress, line: unknown): void {
  const parsed = eventSchema.safeParse(line);
  if (parsed.success) addEvent(progress, parsed.data);
  else progress.garbage += 1;
}

function addEvent(progress: RunProgress, event: WorkerEvent): void {
  if (event.kind === 'phase' && event.phase === 'starting') beginAttempt(progress, event.time);
  progress.lastTime = event.time;
  switch (event.kind) {
    case 'phase':
      progress.phase = event.phase;
      progress.totalSteps = event.plan?.totalSteps ?? progress.totalSteps;
      if (typeof event.resumedFrom === 'number') progress.steps = event.resumedFrom;
      return;
    case 'step':
      progress.steps = event.step;
      progress.recent.push({
        loss: event.loss,
        correct: event.correctTokens,
        target: event.targetTokens,
        time: event.time,
      });
      if (progress.recent.length > rateSteps) progress.recent.shift();
      progress.peakMemoryBytes = Math.max(progress.peakMemoryBytes ?? 0, event.peakMemoryBytes);
      if (event.loss === null || event.gradNorm === null) progress.nonfinite = true;
      return;
    case 'validation':
      progress.validationLoss = event.loss;
      progress.validationTokenAccuracy = event.tokenAccuracy;
      return;
    case 'memory':
      progress.peakMemoryBytes = Math.max(progress.peakMemoryBytes ?? 0, event.peakBytes);
      return;
    case 'done':
      progress.outcome = event.outcome;
      return;
    case 'error':
      progress.error = event;
      return;
    default:
      return;
  }
}

function beginAttempt(progress: RunProgress, time: number): void {
  progress.secondsBefore = secondsOf(progress);
  progress.attemptBegan = time;
  progress.recent = [];
  progress.outcome = null;
  progress.error = null;
}

/** Seconds over all attempts, up to the last event. */
export function secondsOf(progress: RunProgress): number {
  if (progress.attemptBegan === null || progress.lastTime === null) return progress.secondsBefore;
  return progress.secondsBefore + (progress.lastTime - progress.attemptBegan) / 1000;
}

/** Mean loss of the last steps; null while there is none or when one of them was not finite. */
export function recentLoss(progress: RunProgress): number | null {
  const recent = progress.recent.slice(-recentSteps);
  let sum = 0;
  for (const { loss } of recent) {
    if (loss === null) return null;
    sum += loss;
  }
  return recent.length === 0 ? null : sum / recent.length;
}

/** Token accuracy of the last steps, from counts. */
export function recentTokenAccuracy(progress: RunProgress): number | null {
  const recent = progress.recent.slice(-recentSteps);
  const target = recent.reduce((sum, step) => sum + step.target, 0);
  return target === 0 ? null : recent.reduce((sum, step) => sum + step.correct, 0) / target;
}

/** Seconds until the last step at the pace of the recent ones; null while unknown. */
export function secondsLeftOf(progress: RunProgress): number | null {
  const first = progress.recent[0];
  const last = progress.recent.at(-1);
  if (first === undefined || last === undefined || first === last) return null;
  if (progress.totalSteps === null) return null;
  const perStep = (last.time - first.time) / 1000 / (progress.recent.length - 1);
  return Math.max(0, progress.totalSteps - progress.steps) * perStep;
}
