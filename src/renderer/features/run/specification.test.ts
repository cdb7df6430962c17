import { describe, expect, it } from 'vitest';
import { FixtureLab } from '../../../../tests/fixtures/window/lab';
import { detailOf } from '../../../../tests/fixtures/window/runs';
import { adjustmentLines, adjustmentRestarts } from './adjustments';
import { quantizationText, specificationLines } from './specification';

const specOf = (scenario: 'gpu' | 'mac', id: string) => {
  const run = new FixtureLab(scenario).runs.find((entry) => entry.id === id);
  if (run === undefined) throw new Error(id);
  return detailOf(run).spec;
};

describe('a specification', () => {
  it('says what the backend really did in place of NF4', () => {
    const lines = specificationLines(specOf('mac', 'run-7b-first'));
    const value = (path: string) => lines.find((line) => line.path === path)?.value;
    expect(value('quantization.kind')).toBe('MLX 4-bit, in place of NF4');
    expect(value('quantization.doubleQuantization')).toBeUndefined();
    expect([quantizationText('nf4'), quantizationText('none')]).toEqual(['NF4, 4 bit', 'none']);
  });

  it('says why this attention was chosen', () => {
    const lines = specificationLines(specOf('gpu', 'run-3b-first'));
    expect(lines.find((line) => line.path === 'attentionReason')?.value).toContain('RDNA3');
  });

  it('tells of the restart after memory ran out, with the batch before and after', () => {
    const spec = specOf('gpu', 'run-3b-first');
    expect(adjustmentLines(spec)).toEqual([
      'Restarted with micro-batch 4 × 4 after memory ran out at step 12; it was 8 × 2. The effective batch stays 16.',
    ]);
    expect(adjustmentRestarts(spec)).toEqual([{ step: 12, label: 'out of memory: 4 × 4' }]);
  });
});
