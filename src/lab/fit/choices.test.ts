import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Preset, presetSchema } from '@shared/preset';
import { adapterSchema, batchSchema } from '@shared/recipe';
import { describe, expect, it } from 'vitest';
import { type Architecture, readArchitecture } from './architecture';
import { calibrate } from './calibration';
import { nearestChanges, type Try } from './changes';
import { chooseMicroBatch } from './micro-batch';
import type { Measurement } from './past';
import { type FitInput, type Prediction, predictFit } from './predict';
import { secondsPerStep } from './speed';
import { countSteps } from './steps';
import { verdictOf } from './verdict';

const gibibyte = 2 ** 30;

function shape(size: '1.5B' | '3B' | '7B'): Architecture {
  const folder = join(import.meta.dirname, '../../../resources/shapes');
  const path = join(folder, `Qwen--Qwen2.5-Coder-${size}-Instruct`, 'config.json');
  const architecture = readArchitecture(JSON.parse(readFileSync(path, 'utf8')));
  if ('unknown' in architecture) throw new Error(architecture.unknown);
  return architecture;
}

const input = (
  size: '1.5B' | '3B' | '7B',
  others: Partial<FitInput> = {},
): Omit<FitInput, 'batch'> => ({
  architecture: shape(size),
  quantization: { kind: 'none', doubleQuantization: true },
  precision: 'bfloat16',
  adapter: adapterSchema.parse({}),
  optimizer: 'adamw',
  attention: 'sdpa',
  device: { kind: 'cuda' },
  lengths: null,
  ...others,
});

describe('the micro-batch', () => {
  const batch = batchSchema.parse({ effective: 24 });
  const chosen = (usable: number) =>
    chooseMicroBatch({ batch, input: input('3B'), usableBytes: usable * gibibyte });

  it('is the largest divisor of the effective batch that is predicted to fit', () => {
    expect(chosen(1000)).toBe(24);
    const usable = 30;
    const micro = chosen(usable);
    expect(24 % micro).toBe(0);
    const bytes = (size: number) =>
      predictFit({ ...input('3B'), batch: { ...batch, micro: size } }).totalBytes;
    expect(verdictOf(bytes(micro), usable * gibibyte, 'cuda')).toBe('fits');
    const larger = [24, 12, 8, 6, 4, 3, 2].filter((size) => size > micro).at(-1) ?? 24;
    expect(verdictOf(bytes(larger), usable * gibibyte, 'cuda')).not.toBe('fits');
  });

  it('is one where nothing fits, and what was asked for when it was', () => {
    expect(chosen(1)).toBe(1);
    const asked = { ...batch, micro: 6 };
    expect(chooseMicroBatch({ batch: asked, input: input('3B'), usableBytes: 0 })).toBe(6);
  });
});

describe('changes that would make it fit', () => {
  const preset = (others: object): Preset =>
    presetSchema.parse({
      schemaVersion: 1,
      name: 'p',
      title: 'P',
      model: 'm',
      corpus: 'c',
      ...others,
    });

  /** Predicts as the service does, on a card of this size. */
  const on =
    (usable: number, size: '3B' | '7B', given: Preset): Try =>
    (overrides) => {
      const get = (path: string, otherwise: unknown) => overrides[path] ?? otherwise;
      const { batch, adapter, quantization } = given;
      const { totalBytes } = predictFit({
        ...input(size),
        quantization: {
          kind: get('quantization.kind', quantization.kind) === 'nf4' ? 'nf4' : 'none',
          doubleQuantization: true,
        },
        adapter: { ...adapter, rank: Number(get('adapter.rank', adapter.rank)) },
        batch: {
          micro: Number(get('batch.micro', batch.micro ?? 1)),
          maxLength: Number(get('batch.maxLength', batch.maxLength)),
          gradientCheckpointing: get('batch.gradientCheckpointing', false) === true,
        },
      });
      return { totalBytes, verdict: verdictOf(totalBytes, usable * gibibyte, 'cuda') };
    };

  it('begin with a smaller micro-batch, then checkpointing, then 4 bits', () => {
    const given = preset({ batch: { micro: 16 } });
    const changes = nearestChanges(given, 16, true, on(15, '3B', given));
    expect(changes[0]?.overrides).toEqual({ 'batch.micro': 2 });
    for (const { verdict } of changes) expect(verdict).not.toBe('does not fit');
    expect(changes.map(({ overrides }) => Object.keys(overrides)[0])).toEqual([
      'batch.micro',
      'batch.gradientCheckpointing',
    ]);
  });

  it('are 4 bits where the weights alone are too large', () => {
    const given = preset({});
    const changes = nearestChanges(given, 1, true, on(15, '7B', given));
    expect(changes.map(({ overrides }) => overrides)).toEqual([{ 'quantization.kind': 'nf4' }]);
  });

  it('are put together where one alone is not enough', () => {
    const given = preset({ batch: { micro: 4 } });
    const changes = nearestChanges(given, 4, true, on(6.5, '3B', given));
    expect(changes).toHaveLength(1);
    expect(Object.keys(changes[0]?.overrides ?? {}).length).toBeGreaterThan(1);
    expect(changes[0]?.verdict).not.toBe('does not fit');
  });

  it('are none where nothing helps, and none that the device cannot do', () => {
    const given = preset({});
    expect(nearestChanges(given, 1, true, on(1, '7B', given))).toEqual([]);
    expect(nearestChanges(given, 1, false, on(15, '7B', given))).toEqual([]);
    expect(nearestChanges(given, 1, true, () => null)).toEqual([]);
  });
});

describe('calibration', () => {
  const measured = (factor: number, context = 0): Measurement => {
    const prediction: Prediction = predictFit({
      ...input('1.5B'),
      batch: { micro: 1, maxLength: 512, gradientCheckpointing: false },
    });
    return {
      id: 'x',
      measuredBytes:
        prediction.countedBytes +
        factor * prediction.estimatedBytes -
        context * prediction.contextBytes,
      prediction,
    };
  };

  it('is the median of what was measured, so that one odd run does not decide', () => {
    const found = calibrate(
      [1.2, 1.25, 1.3, 9].map((factor) => measured(factor)),
      false,
    );
    expect(found?.factor).toBeCloseTo(1.275, 6);
    expect(found?.measurements).toBe(4);
  });

  it('is bounded, and none without measurements', () => {
    expect(calibrate([measured(7)], false)?.factor).toBe(2);
    expect(calibrate([measured(0.1)], false)?.factor).toBe(0.5);
    expect(calibrate([], false)).toBeNull();
  });

  it('adds the context of a card, which a worker cannot see', () => {
    expect(calibrate([measured(1, 1)], true)?.factor).toBeCloseTo(1, 6);
  });
});

describe('steps and time', () => {
  it('are counted as the worker counts them', () => {
    const schedule = { epochs: 3, maxSteps: null };
    const count = (examples: number, share = 0.05) =>
      countSteps(examples, schedule, { effective: 16 }, { validationShare: share });
    expect(count(5037, 0)).toEqual({ training: 5037, steps: 945 });
    expect(count(1200)).toEqual({ training: 1140, steps: 216 });
    expect(count(1).training).toBe(1);
    expect(
      countSteps(500, { epochs: 3, maxSteps: 7 }, { effective: 16 }, { validationShare: 0 }).steps,
    ).toBe(7);
  });

  it('are within a factor of two of the published trainings on a 16 GB Radeon', () => {
    const seconds = (size: '1.5B' | '3B') =>
      945 *
      (secondsPerStep({
        input: input(size, { device: { kind: 'rocm' } }),
        device: { kind: 'rocm', name: 'AMD Radeon RX 7900 GRE' },
        cores: 8,
        microBatches: 8,
        gradientCheckpointing: false,
        // 512 tokens at most; the published corpus's mean is not said.
        tokensPerStep: 16 * 200,
      }) ?? 0);
    expect(seconds('3B') / (45 * 60 + 23)).toBeGreaterThan(0.5);
    expect(seconds('3B') / (45 * 60 + 23)).toBeLessThan(2);
    expect(seconds('1.5B') / (34 * 60 + 18)).toBeGreaterThan(0.45);
    expect(seconds('1.5B') / (34 * 60 + 18)).toBeLessThan(2);
  });

  it('are unknown for a device of no known class', () => {
    const speed = { cores: 8, microBatches: 1, gradientCheckpointing: false, tokensPerStep: 512 };
    const device = { kind: 'cuda' as const, name: 'Some new card' };
    expect(secondsPerStep({ ...speed, input: input('3B'), device })).toBeNull();
  });
});
