import { stripVTControlCharacters } from 'node:util';
import type { FitReport } from '@shared/fit';
import { describe, expect, it } from 'vitest';
import { fitText } from './fit';

const report: FitReport = {
  preset: '3b',
  device: { id: 'rocm:0', name: 'RX 7900 GRE', memoryBytes: 17_163_091_968 },
  usableBytes: 16_000_000_000,
  verdict: 'does not fit',
  badge: 'does not fit: 20.0 of 16 GB',
  sentence: 'It needs about 20.0 GB.',
  totalBytes: 21_474_836_480,
  parts: [{ part: 'weights', bytes: 6_174_015_488, explanation: '3.09 G parameters in 16 bits' }],
  microBatch: 4,
  accumulation: 4,
  maxLength: 512,
  quantization: 'none',
  precision: 'bfloat16',
  trainableParameters: 29_933_568,
  totalParameters: 3_085_938_688,
  steps: null,
  secondsPerStep: 2.9,
  seconds: null,
  timeBasis: 'estimated',
  calibration: { factor: 1.1, measurements: 3 },
  changes: [
    {
      title: 'Micro-batch 2 × 8 instead of 4 × 4',
      overrides: { 'batch.micro': 2 },
      totalBytes: 14_968_000_000,
      verdict: 'fits',
    },
  ],
  notes: ['Every token is taken to carry loss.'],
};
const text = (changed: Partial<FitReport> = {}) =>
  stripVTControlCharacters(fitText({ ...report, ...changed }));

describe('lab fit', () => {
  it('tells badge, parts, time, calibration, changes with their settings, and notes', () => {
    const shown = text();
    expect(shown).toMatch(/does not fit: 20\.0 of 16 GB/);
    expect(shown).toMatch(/weights +5\.8 GiB +3\.09 G parameters/);
    expect(shown).toMatch(/time +the corpus is missing.*2\.9 s a step \(estimated\)/);
    expect(shown).toMatch(/× 1\.10 .* 3 measured peaks/);
    expect(shown).toMatch(/Micro-batch 2 × 8.*fits {2}--set batch\.micro=2/);
    expect(shown).toMatch(/Every token is taken to carry loss\./);
  });

  it('says when no change helps, and when nothing was measured', () => {
    expect(text({ changes: [] })).toMatch(/No change of the preset makes it fit/);
    expect(text({ calibration: null })).toMatch(/none yet/);
    expect(text({ secondsPerStep: null })).toMatch(/time +not known yet/);
  });
});
