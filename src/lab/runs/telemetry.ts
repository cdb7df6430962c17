/**
 * What the device did while a run trained: a line every two seconds in `runs/<id>/telemetry.jsonl`,
 * written by the process that follows the training. It is an account of the machine, not of the run:
 * whatever fails here is left out, and the training goes on.
 */
import { appendFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeviceLoad } from '@shared/machine';
import type { TelemetryLine } from '@shared/telemetry';
import type { LabContext } from '../context';
import { type Detection, detection } from '../devices/devices';
import { monitorOf } from '../devices/load/load-monitor';
import { withinLimit } from '../devices/sources/limits';
import type { JobRunner } from '../queue/job-runner';

export const telemetryFile = 'telemetry.jsonl';
const everyMilliseconds = 2_000;
const stopLimitMilliseconds = 2_000;

interface Recorder {
  /** Ends the recording; resolves when the last line is written. */
  stop(): Promise<void>;
}

export interface RecorderOptions {
  readonly everyMilliseconds?: number;
  readonly machine?: () => Promise<Detection>;
}

/** A runner of trainings whose device is watched for as long as the training is followed. */
export function withTelemetry(
  context: Pick<LabContext, 'home' | 'log'>,
  runner: JobRunner,
): JobRunner {
  return {
    async run(job, control) {
      const recorder = recordTelemetry(context, { runId: job.targetId, device: job.device });
      try {
        return await runner.run(job, control);
      } finally {
        await recorder.stop();
      }
    },
  };
}

export interface Watched {
  readonly runId: string;
  /** Device id; null: nothing to watch. */
  readonly device: string | null;
}

/** Begins at once, also after a re-attach; a half line left by a crash gets its end first. */
export function recordTelemetry(
  context: Pick<LabContext, 'home' | 'log'>,
  watched: Watched,
  options: RecorderOptions = {},
): Recorder {
  const stopping = new AbortController();
  const ended = record(context, watched, stopping.signal, options).catch((err: unknown) => {
    context.log.warn({ err, run: watched.runId }, 'telemetry was not recorded');
  });
  return {
    async stop() {
      stopping.abort();
      // A driver that hangs must not hold up the end of a training.
      await withinLimit(ended, stopLimitMilliseconds, () => undefined);
    },
  };
}

async function record(
  context: Pick<LabContext, 'home'>,
  { runId, device }: Watched,
  signal: AbortSignal,
  options: RecorderOptions,
): Promise<void> {
  const path = join(context.home.runFolder(runId), telemetryFile);
  const found = await (options.machine ?? detection)();
  if (device === null || !found.loads.has(device) || signal.aborted) return;
  const every = options.everyMilliseconds ?? everyMilliseconds;
  const monitor = monitorOf(found);
  const release = monitor.listen();
  try {
    await endLastLine(path);
    await monitor.read();
    while (!signal.aborted) {
      await sleep(every, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      const { time, devices } = await monitor.read();
      const load = devices.find(({ id }) => id === device);
      if (load === undefined || signal.aborted) return;
      await appendFile(path, `${JSON.stringify(lineOf(time, load))}\n`);
    }
  } finally {
    release();
  }
}

function lineOf(time: number, load: DeviceLoad): TelemetryLine {
  const { memoryUsedBytes, busyShare, temperatureCelsius, powerWatts } = load;
  return {
    time,
    memoryUsedBytes,
    busyShare: busyShare === null ? null : Number(busyShare.toFixed(4)),
    temperatureCelsius,
    powerWatts: powerWatts === null ? null : Number(powerWatts.toFixed(1)),
  };
}

async function endLastLine(path: string): Promise<void> {
  const file = await open(path, 'r+').catch(() => null);
  if (file === null) return;
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    if (size > 0 && last.toString() !== '\n') await file.write('\n', size);
  } finally {
    await file.close();
  }
}
