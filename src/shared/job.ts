/** Jobs in the queue and the card that a failed one leaves. */
import { z } from 'zod';

export const jobStateSchema = z.enum([
  'queued',
  'running',
  'judging',
  'stopping',
  'done',
  'failed',
  'stopped',
  'cancelled',
]);
export type JobState = z.infer<typeof jobStateSchema>;

export const jobKindSchema = z.enum([
  'train',
  'evaluate',
  'smoke',
  'rehearse',
  'download',
  'install',
  'export',
]);
export type JobKind = z.infer<typeof jobKindSchema>;

/** What a user sees of a failure first. */
export const failureCardSchema = z
  .object({
    title: z.string().describe('what failed'),
    why: z.string(),
    fix: z.string().describe('what to do'),
    exitCode: z.int().nullable(),
    signal: z.string().nullable(),
    log: z.array(z.string()).describe('the last lines of the log'),
    details: z.array(z.string()),
    canResume: z.boolean().describe('a complete checkpoint exists'),
  })
  .readonly();
export type FailureCard = z.infer<typeof failureCardSchema>;

export const jobSchema = z
  .object({
    id: z.string(),
    kind: jobKindSchema,
    state: jobStateSchema,
    title: z.string(),
    targetId: z
      .string()
      .describe('id of the run, evaluation or job folder; the name of an environment to install'),
    device: z.string().nullable().describe('device id; null when it needs none'),
    after: z.array(z.string()).describe('ids of jobs that must be done first'),
    waitingFor: z.string().nullable().describe('in words, for a queued job'),
    progress: z.number().min(0).max(1).nullable(),
    secondsLeft: z.number().min(0).nullable(),
    message: z.string().nullable().describe('what it does now, for example "1.2 of 3.1 GB"'),
    createdAt: z.string(),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
    attempt: z.int().min(0),
    failure: failureCardSchema.nullable(),
  })
  .readonly();
export type Job = z.infer<typeof jobSchema>;

export const queueSnapshotSchema = z
  .object({
    paused: z.boolean(),
    jobs: z.array(jobSchema).describe('running first, then queued in order, then recently ended'),
    scheduler: z
      .object({ pid: z.int(), mine: z.boolean(), host: z.string() })
      .nullable()
      .describe('who schedules this lab home now'),
  })
  .readonly();
export type QueueSnapshot = z.infer<typeof queueSnapshotSchema>;
