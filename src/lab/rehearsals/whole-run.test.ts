import type { RehearsalResult } from '@shared/rehearsal';
import { describe, expect, it } from 'vitest';
import { wholeRunSeconds } from './whole-run';

const batch = {
  ...{ effective: 16, micro: 4, accumulation: 4, maxLength: 512 },
  ...{ groupByLength: true, gradientCheckpointing: false },
};

/** Four micro-batches of two seconds and an update of one. */
const result: RehearsalResult = {
  schemaVersion: 1,
  ...{ parameters: 1000, trainableParameters: 10, buildSeconds: 1, buildPeakBytes: 1 },
  ...{ peakMemoryBytes: 2, stepSeconds: [9], secondsPerStep: 9, microBatchSeconds: 2 },
  ...{ optimizerSeconds: 1, tokensPerStep: 16 * 512, tokensPerSecond: 910, device: 'CPU' },
  notes: [],
};

describe('the time of a whole run', () => {
  it('is that of the measured steps when every example has the full length', () => {
    expect(wholeRunSeconds({ totalSteps: 10, exampleTokens: null, batch }, result)).toBe(90);
    expect(wholeRunSeconds({ totalSteps: 10, exampleTokens: 512, batch }, result)).toBe(90);
  });

  it('is less for shorter examples, but for the update, which does not depend on them', () => {
    expect(wholeRunSeconds({ totalSteps: 10, exampleTokens: 128, batch }, result)).toBe(10 * 3);
  });

  it('counts by the length that was measured when the model is made for less than asked', () => {
    const reduced = { ...result, tokensPerStep: 16 * 256 };
    expect(wholeRunSeconds({ totalSteps: 10, exampleTokens: 128, batch }, reduced)).toBe(10 * 5);
    expect(wholeRunSeconds({ totalSteps: 10, exampleTokens: 300, batch }, reduced)).toBe(90);
  });

  it('is not known without a corpus', () => {
    expect(wholeRunSeconds({ totalSteps: null, exampleTokens: null, batch }, result)).toBeNull();
  });
});
