/** What a preset leaves open or cannot have on a device: precision, quantization, attention, optimizer. */
import { LabError } from '@shared/errors';
import type { Device } from '@shared/machine';
import type { Preset } from '@shared/preset';
import type { RunSpec } from '@shared/run-spec';
import type { Architecture } from '../fit/architecture';

/** A setting that this device cannot do; `field` is the setting's path. */
export interface DeviceProblem {
  readonly field: string;
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

export interface DeviceChoices {
  readonly precision: RunSpec['precision'];
  readonly quantization: RunSpec['quantization'];
  readonly attention: RunSpec['attention'];
  readonly attentionReason: string;
  readonly problems: readonly DeviceProblem[];
}

type Target = Pick<Device, 'kind' | 'name' | 'architecture' | 'precisions' | 'quantizations'>;

/** Everything that depends on the device. Where a setting is impossible, the nearest stands for it. */
export function deviceChoices(
  preset: Preset,
  device: Target,
  architecture: Pick<Architecture, 'needsEager' | 'family'> | null,
): DeviceChoices {
  const precision = choosePrecision(preset, device);
  const { computeType } = preset.quantization;
  return {
    precision,
    quantization: {
      ...preset.quantization,
      kind: quantizationOn(preset.quantization.kind, device),
      // Left to bitsandbytes it would be float32 whatever the rest computes in.
      computeType: computeType === 'auto' ? precision : computeType,
    },
    ...chooseAttention(device, architecture),
    problems: [
      ...precisionProblem(preset, device),
      ...quantizationProblem(preset, device),
      ...optimizerProblem(preset, device),
      ...adapterProblem(preset, device),
    ],
  };
}

/** @throws LabError for the first setting that the device cannot do. */
export function requirePossible({ problems }: Pick<DeviceChoices, 'problems'>): void {
  const [first, ...others] = problems;
  if (first === undefined) return;
  throw new LabError({
    code: 'refused',
    what: first.what,
    why: first.why,
    fix: first.fix,
    details: others.map(({ what, fix }) => `${what} ${fix}`),
  });
}

/** Radeon RX 7000 and its relatives: gfx1100 to gfx1103. */
export const isRdna3 = ({ architecture }: Pick<Device, 'architecture'>): boolean =>
  architecture?.startsWith('gfx110') === true;

/** Small RDNA3 parts, whose fused attention is not reliable: the worker computes it in plain steps. */
const hasPlainAttention = ({ architecture }: Pick<Device, 'architecture'>): boolean =>
  /^gfx110[23]/.test(architecture ?? '');

/** Attention as memory sees it: computed in plain steps, every score is kept. */
export function attentionForMemory(
  attention: RunSpec['attention'],
  device: Pick<Device, 'kind' | 'architecture'>,
): RunSpec['attention'] {
  return attention === 'sdpa' && device.kind === 'rocm' && hasPlainAttention(device)
    ? 'eager'
    : attention;
}

function choosePrecision({ precision }: Preset, device: Target): RunSpec['precision'] {
  if (precision !== 'auto') return precision;
  // On a CPU float32 is faster for the small models that a CPU can train.
  if (device.kind === 'cpu') return 'float32';
  if (device.precisions.includes('bfloat16')) return 'bfloat16';
  return device.precisions.includes('float16') ? 'float16' : 'float32';
}

function quantizationOn(
  kind: Preset['quantization']['kind'],
  device: Pick<Device, 'kind'>,
): RunSpec['quantization']['kind'] {
  // NF4 does not exist in MLX: its own 4 bits stand for it.
  return kind === 'nf4' && device.kind === 'mlx' ? 'mlx4' : kind;
}

function chooseAttention(
  device: Target,
  architecture: Pick<Architecture, 'needsEager' | 'family'> | null,
): Pick<DeviceChoices, 'attention' | 'attentionReason'> {
  if (device.kind === 'mlx') {
    return { attention: 'sdpa', attentionReason: "MLX's own fused attention." };
  }
  if (architecture?.needsEager === true) {
    return {
      attention: 'eager',
      attentionReason: `${architecture.family} caps its attention scores, which only eager attention computes.`,
    };
  }
  return { attention: 'sdpa', attentionReason: sdpaReason(device) };
}

function sdpaReason(device: Target): string {
  if (device.kind === 'cpu') {
    return "PyTorch's own attention: on a CPU it runs example by example, without padding.";
  }
  if (device.kind === 'cuda') {
    return "PyTorch's own fused attention: as fast as flash-attn for these lengths, nothing to install.";
  }
  if (hasPlainAttention(device)) {
    return `PyTorch's own attention in plain steps: its fused kernels are not reliable on ${device.architecture}.`;
  }
  return isRdna3(device)
    ? "PyTorch's own attention: other fused kernels have been reported to reset RDNA3 cards."
    : "PyTorch's own attention, which ROCm ships kernels for.";
}

function precisionProblem({ precision }: Preset, device: Target): DeviceProblem[] {
  // A CPU computes in every type, if slowly in those that it does not list.
  if (precision === 'auto' || device.kind === 'cpu' || device.precisions.includes(precision)) {
    return [];
  }
  return [
    {
      field: 'precision',
      what: `${device.name} does not compute in ${precision}.`,
      why: `It computes in ${device.precisions.join(', ') || 'nothing that is known'}.`,
      fix: 'Set precision to one of these, or to auto.',
    },
  ];
}

function quantizationProblem({ quantization }: Preset, device: Target): DeviceProblem[] {
  const kind = quantizationOn(quantization.kind, device);
  if (device.quantizations.includes(kind)) return [];
  return [
    {
      field: 'quantization.kind',
      what: `${device.name} cannot train with ${kind} quantization.`,
      why: `It can with: ${device.quantizations.join(', ') || 'nothing'}.`,
      fix: 'Set quantization.kind=none, or choose another device.',
    },
  ];
}

function optimizerProblem({ schedule }: Preset, device: Target): DeviceProblem[] {
  const field = 'schedule.optimizer';
  const fix = 'Set schedule.optimizer=adamw; with LoRA its states take little memory.';
  if (schedule.optimizer !== 'adamw' && device.kind === 'mlx') {
    return [
      {
        field,
        what: `There is no ${schedule.optimizer} on ${device.name}.`,
        why: 'The 8-bit optimizers are part of bitsandbytes, which MLX does not have.',
        fix,
      },
    ];
  }
  if (schedule.optimizer === 'paged_adamw_8bit' && isRdna3(device)) {
    return [
      {
        field,
        what: `Paged optimizers are off on ${device.name} (${device.architecture}).`,
        why: 'RDNA3 cards have been reported to hang and reset with them.',
        fix: 'Set schedule.optimizer=adamw_8bit, or adamw; with LoRA its states take little memory.',
      },
    ];
  }
  return [];
}

function adapterProblem({ adapter }: Preset, device: Target): DeviceProblem[] {
  if (device.kind !== 'mlx' || !adapter.initialization.startsWith('pissa')) return [];
  return [
    {
      field: 'adapter.initialization',
      what: `${device.name} cannot begin an adapter with ${adapter.initialization}.`,
      why: 'PiSSA changes the base weights, and mlx-lm loads adapters for unchanged ones only.',
      fix: 'Set adapter.initialization=default or gaussian, or choose a device of PyTorch.',
    },
  ];
}
