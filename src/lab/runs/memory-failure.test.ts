import { batchSchema, quantizationSchema } from '@shared/recipe';
import { describe, expect, it } from 'vitest';
import { halfMicroBatch, withHalfMicroBatch } from './adjustments';
import { nearestChange } from './memory-failure';

const spec = {
  name: 'kept',
  batch: { ...batchSchema.parse({}), micro: 16, accumulation: 1 },
  quantization: { ...quantizationSchema.parse({}), computeType: 'float32' as const },
  adjustments: [],
};

describe('half a micro-batch', () => {
  it('divides the effective batch, so that every step sees as many examples as before', () => {
    const halves = (effective: number, micro: number) =>
      halfMicroBatch({ ...spec.batch, effective, micro });
    expect(halves(16, 16)).toBe(8);
    expect(halves(16, 1)).toBeNull();
    expect(halves(12, 3)).toBe(1);
    expect(halves(15, 15)).toBe(5);
    expect(halves(7, 7)).toBe(1);
    expect(halves(24, 12)).toBe(6);
  });

  it('is written down with twice the accumulation and what it was', () => {
    const halved = withHalfMicroBatch(spec, 30, 1_000);
    expect(halved?.batch).toEqual({ ...spec.batch, micro: 8, accumulation: 2 });
    expect(halved?.adjustments).toEqual([
      { time: 1_000, reason: 'out_of_memory', step: 30, fromMicro: 16, toMicro: 8 },
    ]);
    expect({ ...halved, batch: spec.batch, adjustments: [] }).toEqual(spec);
  });
});

describe('the nearest change that needs less memory', () => {
  const batch = { ...spec.batch, gradientCheckpointing: true };
  const nf4 = { ...spec.quantization, kind: 'nf4' as const };

  it('is the one that does least harm of those that are left', () => {
    expect(nearestChange(spec, true)?.set).toBe('batch.gradientCheckpointing=true');
    expect(nearestChange({ ...spec, batch }, true)?.set).toBe('quantization.kind=nf4');
    const both = { ...spec, batch, quantization: nf4 };
    expect(nearestChange(both, true)?.set).toBe('batch.maxLength=256');
    expect(nearestChange({ ...both, batch: { ...batch, maxLength: 200 } }, true)).toBeNull();
  });

  it('is about the weights when not even the model fits', () => {
    expect(nearestChange(spec, false)?.set).toBe('quantization.kind=nf4');
    expect(nearestChange({ ...spec, quantization: nf4 }, false)).toBeNull();
  });
});
