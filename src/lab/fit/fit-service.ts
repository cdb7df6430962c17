/** Fit as the shells use it. */
import { LabError } from '@shared/errors';
import type { FitReport } from '@shared/fit';
import type { LabContext } from '../context';
import { findDevice } from '../devices/devices';
import type { LabServices } from '../rpc/services';
import { fitOfPreset } from './fit-of-preset';
import { subjectOf } from './fit-subject';

export function createFitService(context: LabContext): LabServices['fit'] {
  return {
    async predict(input): Promise<FitReport> {
      const preset = await subjectOf(context, input);
      const device = await findDevice(input.device);
      const { report, unknown } = await fitOfPreset(context, preset, device);
      if (report !== null) return report;
      throw new LabError({
        code: 'unavailable',
        what: `The fit of ${preset.name} is not known.`,
        why: unknown ?? 'The architecture of its model is not known.',
        fix: 'Download the model, or name a folder with --set model=FOLDER.',
      });
    },
  };
}
