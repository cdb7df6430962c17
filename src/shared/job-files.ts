/** Small files by which the lab and a detached worker talk; all lie in the job's folder. */
import { z } from 'zod';

/** `control.json`, written by the lab: stop means finish the step, write a checkpoint, exit. */
export const controlSchema = z.object({
  request: z.enum(['stop']),
  requestedAt: z.int().min(0),
});
export type Control = Readonly<z.infer<typeof controlSchema>>;

/** `exit.json`, written by the worker's keeper process after the worker ended, however it ended. */
export const exitReportSchema = z.object({
  exitCode: z.int().nullable(),
  signal: z.string().nullable().describe('for example SIGKILL'),
  endedAt: z.int().min(0),
  attempt: z
    .string()
    .describe('LORABENCH_ATTEMPT of the process, so that an old report is not read'),
});
export type ExitReport = Readonly<z.infer<typeof exitReportSchema>>;

/** `checkpoints/step-<n>/manifest.json`: written last; without it the checkpoint does not exist. */
export const checkpointManifestSchema = z.object({
  schemaVersion: z.literal(1),
  step: z.int().min(0),
  createdAt: z.int().min(0),
  files: z.record(z.string(), z.object({ bytes: z.int().min(0), sha256: z.string() })),
});
export type CheckpointManifest = Readonly<z.infer<typeof checkpointManifestSchema>>;

/** `environment.json`: what the numbers were made with. */
export const environmentSchema = z.object({
  device: z.string(),
  driver: z.string().nullable(),
  platform: z.string(),
  python: z.string(),
  libraries: z.record(z.string(), z.string()),
  seed: z.int(),
  threads: z.int(),
  modelHash: z.string().nullable(),
  corpusHash: z.string().nullable(),
  benchmarkHash: z.string().nullable(),
});
export type EnvironmentReport = Readonly<z.infer<typeof environmentSchema>>;
