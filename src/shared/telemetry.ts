/** What the device did while a run trained: `runs/<id>/telemetry.jsonl`, written by the lab. */
import { z } from 'zod';

/** One line of the file. Shares from 0 to 1; null: the device does not say. */
export const telemetryLineSchema = z.object({
  time: z.int().min(0).describe('milliseconds since 1970-01-01 UTC'),
  memoryUsedBytes: z.number().nullable().describe('of the whole device'),
  busyShare: z.number().min(0).max(1).nullable(),
  temperatureCelsius: z.number().nullable(),
  powerWatts: z.number().nullable(),
});
export type TelemetryLine = Readonly<z.infer<typeof telemetryLineSchema>>;

const column = z.array(z.number().nullable());

/** Columns of equal length, reduced to at most the points asked for (means; time of the last). */
export const telemetryWindowSchema = z
  .object({
    runId: z.string(),
    device: z.string(),
    memoryTotalBytes: z.number().nullable(),
    time: z.array(z.int()),
    step: z.array(z.int()).describe('optimizer steps completed by then'),
    memoryUsedBytes: column,
    busyShare: column,
    temperatureCelsius: column,
    powerWatts: column,
  })
  .readonly();
export type TelemetryWindow = z.infer<typeof telemetryWindowSchema>;
