/** What a preset on a device means for the predictor. */
import type { Device } from '@shared/machine';
import type { Preset } from '@shared/preset';
import { attentionForMemory, type DeviceChoices } from '../presets/device-choices';
import type { Architecture } from './architecture';
import type { FitInput } from './predict';

/** Everything but the micro-batch; lengths are left open, so that the choice never depends on them. */
export function fitInput(
  { adapter, schedule }: Pick<Preset, 'adapter' | 'schedule'>,
  device: Pick<Device, 'kind' | 'architecture'>,
  architecture: Architecture,
  choices: Pick<DeviceChoices, 'precision' | 'quantization' | 'attention'>,
): Omit<FitInput, 'batch'> {
  return {
    architecture,
    quantization: choices.quantization,
    precision: choices.precision,
    adapter,
    optimizer: schedule.optimizer,
    attention: attentionForMemory(choices.attention, device),
    device,
    lengths: null,
  };
}
