import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StepEvent } from '@shared/events';
import { telemetryLineSchema, telemetryWindowSchema } from '@shared/telemetry';
import { pino } from 'pino';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Detection, detect } from '../devices/devices';
import { machineInUse } from '../devices/sources/machine-in-use';
import type { JobControl } from '../queue/job-runner';
import { LabHome } from '../store/home';
import { StepColumns } from './history/step-columns';
import { recordTelemetry, telemetryFile, withTelemetry } from './telemetry';
import { Telemetries, telemetryWindow } from './telemetry-window';

const machines = resolve(import.meta.dirname, '../../../tests/fixtures/machines');
const folder = mkdtempSync(join(tmpdir(), 'lorabench-telemetry-'));
afterAll(() => rmSync(folder, { recursive: true }));
const home = new LabHome(folder);
const context = { home, log: pino({ level: 'silent' }) };

let count = 0;
function newRun(): { readonly id: string; readonly file: string } {
  count += 1;
  const id = `run-${count}`;
  mkdirSync(home.runFolder(id), { recursive: true });
  return { id, file: join(home.runFolder(id), telemetryFile) };
}
const linesOf = (file: string): string[] => readFileSync(file, 'utf8').trimEnd().split('\n');
const soon = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 50 });
const card = async (): Promise<Detection> =>
  detect(await machineInUse({ LORABENCH_MACHINE: join(machines, 'rx-7900-gre') }));
const quick = { everyMilliseconds: 450, machine: card };

describe('telemetry of a training', () => {
  it('is a line for each look at the device, and none after its end', async () => {
    const { id, file } = newRun();
    const recorder = recordTelemetry(context, { runId: id, device: 'rocm:0' }, quick);
    await soon(() => expect(linesOf(file).length).toBeGreaterThanOrEqual(2));
    await recorder.stop();
    const lines = linesOf(file);
    expect(telemetryLineSchema.parse(JSON.parse(lines[0] ?? ''))).toMatchObject({
      memoryUsedBytes: 1_187_315_712,
      busyShare: 0.03,
      temperatureCelsius: 41,
      powerWatts: 19,
    });
    await sleep(600);
    expect(linesOf(file)).toEqual(lines);
  });

  it('goes on where an earlier process left half a line', async () => {
    const { id, file } = newRun();
    appendFileSync(file, '{"time":1,"memoryUsedBytes":5,"busyShare":0}\n{"time":2,"memo');
    const recorder = recordTelemetry(context, { runId: id, device: 'rocm:0' }, quick);
    await soon(() => expect(linesOf(file).length).toBeGreaterThanOrEqual(3));
    await recorder.stop();
    const columns = await new Telemetries(home).upToDate(id);
    expect(columns.time[0]).toBe(1);
    expect(columns.time.length).toBeGreaterThanOrEqual(2);
    expect(linesOf(file)[1]).toBe('{"time":2,"memo');
  });

  it.each([
    ['a device that is not there', 'cuda:5', card],
    ['no device', null, card],
    ['a machine that cannot be looked at', 'cpu', () => Promise.reject(new Error('no'))],
  ])('of %s is no file and no error', async (_, device, machine) => {
    const { id, file } = newRun();
    const recorder = recordTelemetry(context, { runId: id, device }, { ...quick, machine });
    await sleep(50);
    await recorder.stop();
    expect(existsSync(file)).toBe(false);
  });

  it('does not hold up the end of a training when a driver hangs', async () => {
    const { id } = newRun();
    const never = (): Promise<Detection> => new Promise(() => undefined);
    const recorder = recordTelemetry(
      context,
      { runId: id, device: 'rocm:0' },
      { ...quick, machine: never },
    );
    const began = performance.now();
    await recorder.stop();
    expect(performance.now() - began).toBeLessThan(30_000);
  });

  it('leaves outcome and failure of the training as they are', async () => {
    const { id } = newRun();
    const job = { targetId: id, device: null } as Parameters<
      ReturnType<typeof withTelemetry>['run']
    >[0];
    const control = {} as JobControl;
    const done = withTelemetry(context, { run: async () => ({ kind: 'done' }) });
    expect(await done.run(job, control)).toEqual({ kind: 'done' });
    const fails = withTelemetry(context, { run: () => Promise.reject(new Error('it failed')) });
    await expect(fails.run(job, control)).rejects.toThrow('it failed');
  });
});

function stepsAt(...times: number[]): StepColumns {
  const steps = new StepColumns();
  times.forEach((time, index) => {
    const event: StepEvent = {
      v: 1,
      seq: index + 1,
      kind: 'step',
      time,
      step: index + 1,
      epoch: 0,
      loss: 1,
      correctTokens: 1,
      targetTokens: 2,
      tokenAccuracy: 0.5,
      learningRate: 1,
      gradNorm: 1,
      tokensPerSecond: 1,
      peakMemoryBytes: 1,
    };
    steps.push(event);
  });
  return steps;
}

describe('a window of telemetry', () => {
  const request = { runId: 'r', device: 'cpu', memoryTotalBytes: 8e9 };
  const write = (file: string, from: number, to: number): void => {
    for (let time = from; time < to; time += 1) {
      const busyShare = time % 2 === 0 ? 0.5 : null;
      appendFileSync(
        file,
        `${JSON.stringify({ time: time * 1000, memoryUsedBytes: time, busyShare, powerWatts: null })}\n`,
      );
    }
  };

  it('has means of what is known, and the time and step of each bucket’s end', async () => {
    const { id, file } = newRun();
    write(file, 0, 40);
    const columns = await new Telemetries(home).upToDate(id);
    const steps = stepsAt(5_500, 10_000, 30_500);
    const window = telemetryWindow(columns, steps, { ...request, maxPoints: 10 });
    expect(telemetryWindowSchema.parse(window)).toEqual(window);
    expect(window.time).toEqual([3, 7, 11, 15, 19, 23, 27, 31, 35, 39].map((s) => s * 1000));
    expect(window.step).toEqual([0, 1, 2, 2, 2, 2, 2, 3, 3, 3]);
    expect(window.memoryUsedBytes.slice(0, 2)).toEqual([1.5, 5.5]);
    expect(new Set(window.busyShare)).toEqual(new Set([0.5]));
    expect(new Set(window.powerWatts)).toEqual(new Set([null]));
    expect(new Set(window.temperatureCelsius)).toEqual(new Set([null]));
  });

  it('holds every line while they are few, and reads on as the file grows', async () => {
    const { id, file } = newRun();
    const telemetries = new Telemetries(home);
    expect(
      telemetryWindow(await telemetries.upToDate(id), stepsAt(), { ...request, maxPoints: 10 })
        .time,
    ).toEqual([]);
    write(file, 0, 3);
    expect((await telemetries.upToDate(id)).time).toHaveLength(3);
    appendFileSync(file, 'garbage\n{"time":"late"}\n[]\n');
    write(file, 3, 5);
    const columns = await telemetries.upToDate(id);
    expect(columns.time).toEqual([0, 1000, 2000, 3000, 4000]);
    const window = telemetryWindow(columns, stepsAt(1), { ...request, maxPoints: 10 });
    expect(window.step).toEqual([0, 1, 1, 1, 1]);
  });

  it('is read in the same order by two who ask at once', async () => {
    const { id, file } = newRun();
    write(file, 0, 100);
    const telemetries = new Telemetries(home);
    const [one, two] = await Promise.all([telemetries.upToDate(id), telemetries.upToDate(id)]);
    expect(one.time).toHaveLength(100);
    expect(two.time).toHaveLength(100);
  });
});
