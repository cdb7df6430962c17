/** What the lab changed after a run began, in words. */
import type { RunSpec } from '@shared/run-spec';
import type { Restart } from '../../charts/markers';
import { integer } from '../../ui/format';

type Adjustment = RunSpec['adjustments'][number];

function batchOf(spec: RunSpec, { toMicro }: Adjustment): string {
  return `${toMicro} × ${Math.max(1, Math.round(spec.batch.effective / toMicro))}`;
}

/** `Restarted with micro-batch 4 × 4 after memory ran out at step 12.` */
export function adjustmentLines(spec: RunSpec): readonly string[] {
  return spec.adjustments.map((adjustment) => {
    const where =
      adjustment.step === 0 ? 'before the first step' : `at step ${integer(adjustment.step)}`;
    return `Restarted with micro-batch ${batchOf(spec, adjustment)} after memory ran out ${where}; it was ${adjustment.fromMicro} × ${Math.max(1, Math.round(spec.batch.effective / adjustment.fromMicro))}. The effective batch stays ${spec.batch.effective}.`;
  });
}

/** The same as markers over the curves. */
export function adjustmentRestarts(spec: RunSpec): readonly Restart[] {
  return spec.adjustments.map((adjustment) => ({
    step: adjustment.step,
    label: `out of memory: ${batchOf(spec, adjustment)}`,
  }));
}
