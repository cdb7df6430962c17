/**
 * Time of an optimizer step from the class of a device: rough, and said to be.
 *
 * Arithmetic: 2 operations a parameter and token forward, 2 more backward for the activations'
 * gradients (a frozen base has no weight gradients), 2 more where gradient checkpointing makes the
 * forward pass again; as Kaplan et al., arXiv 2001.08361, count them, less the weight gradients.
 */
import type { Device } from '@shared/machine';
import { countParameters } from './parameters';
import type { FitInput } from './predict';

/** Dense 16-bit matrix throughput that vendors state, in 10^12 operations a second; the first match. */
const stated: readonly (readonly [RegExp, number])[] = [
  [/H200|H100/, 800],
  [/A100/, 312],
  [/L40|A6000 Ada/i, 180],
  [/A6000/, 150],
  [/RTX 5090/, 210],
  [/RTX 5080/, 113],
  [/RTX 5070 Ti/i, 88],
  [/RTX 5070/, 62],
  [/RTX 5060/, 48],
  [/RTX 4090/, 165],
  [/RTX 4080/, 98],
  [/RTX 4070 Ti/i, 80],
  [/RTX 4070/, 58],
  [/RTX 4060/, 40],
  [/RTX 3090/, 71],
  [/RTX 3080/, 60],
  [/RTX 3070/, 41],
  [/RTX 3060/, 26],
  [/RTX 20[678]0/, 45],
  [/T4/, 65],
  [/V100/, 112],
  [/7900 XTX/, 122],
  [/7900 XT/, 103],
  [/7900 GRE/, 92],
  [/7800 XT/, 74],
  [/7700 XT/, 70],
  [/7600/, 43],
  [/90[67]0/, 95],
  [/6[89]00/, 40],
  [/MI300/, 1300],
  [/MI2[15]0/, 300],
  [/MI100/, 180],
  [/M[1-9] Ultra/, 50],
  [/M[1-9] Max/, 24],
  [/M[1-9] Pro/, 12],
  [/M[1-9]/, 6],
];

/** What a small fine-tuning reaches of it; RDNA3's figure is from the published runs on a 7900 GRE. */
const reached: Readonly<Record<Device['kind'], number>> = {
  cuda: 0.35,
  rocm: 0.12,
  mlx: 0.5,
  cpu: 1,
};

/** Measured with the worker: 20 to 25 × 10^9 operations a second on a core with AVX2 or AVX-512. */
const perCore = 20e9;
/** Launching the kernels of a layer, forward and backward. */
const launchSeconds = 0.004;

export interface SpeedInput {
  readonly input: Omit<FitInput, 'batch'>;
  readonly device: Pick<Device, 'kind' | 'name'>;
  readonly cores: number;
  readonly microBatches: number;
  readonly gradientCheckpointing: boolean;
  /** Tokens of all micro-batches of a step, padding left out. */
  readonly tokensPerStep: number;
}

/** Null for a device that is not known. */
export function secondsPerStep(speed: SpeedInput): number | null {
  const throughput = throughputOf(speed);
  if (throughput === null) return null;
  const { architecture, quantization } = speed.input;
  const passes = speed.gradientCheckpointing ? 6 : 4;
  const operations =
    speed.tokensPerStep *
    (passes * countParameters(architecture).matrices +
      4 * architecture.hidden * architecture.vocabulary);
  const launches =
    speed.device.kind === 'cpu'
      ? 0
      : speed.microBatches *
        architecture.layers *
        launchSeconds *
        (quantization.kind === 'none' ? 1 : 2);
  return Math.max(operations / throughput, launches);
}

function throughputOf({ device, cores, input }: SpeedInput): number | null {
  if (device.kind === 'cpu') return cores * perCore;
  const found = stated.find(([pattern]) => pattern.test(device.name))?.[1];
  if (found === undefined) return null;
  const half = input.precision === 'float32' ? 0.25 : 1;
  return found * 1e12 * reached[device.kind] * half;
}
