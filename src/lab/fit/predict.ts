/** Predicts the peak memory of a training from the shape of its model; a pure function. */
import type { FitPart } from '@shared/fit';
import type { Device } from '@shared/machine';
import type { Adapter, Schedule } from '@shared/recipe';
import type { RunSpec } from '@shared/run-spec';
import {
  type ActivationInput,
  keptBytes,
  logitBytes,
  logitTokens,
  workingBytes,
} from './activations';
import type { Architecture } from './architecture';
import type { CorpusLengths } from './corpus-lengths';
import { type Implementation, ourWorker } from './implementation';
import { optimizerBytes } from './optimizer';
import { contextBytes, spareShare } from './overhead';
import {
  bytesOf,
  countAdapter,
  countParameters,
  type ParameterCounts,
  quantizedBytes,
} from './parameters';

export interface FitInput {
  readonly architecture: Architecture;
  readonly quantization: {
    readonly kind: 'none' | 'nf4' | 'mlx4';
    readonly doubleQuantization: boolean;
  };
  readonly precision: RunSpec['precision'];
  readonly adapter: Adapter;
  readonly batch: {
    readonly micro: number;
    readonly maxLength: number;
    readonly gradientCheckpointing: boolean;
    readonly effective?: number;
    readonly groupByLength?: boolean;
  };
  readonly optimizer: Schedule['optimizer'];
  readonly attention: RunSpec['attention'];
  readonly device: Pick<Device, 'kind'>;
  /** Null: unknown, so every example is taken to be as long as allowed, and every token to carry loss. */
  readonly lengths: CorpusLengths | null;
  /** Measured over predicted on this device, of what is not exact; absent: 1. */
  readonly calibration?: number;
  /** Absent: our own worker. */
  readonly implementation?: Implementation;
}

export interface Prediction {
  readonly parts: readonly FitPart[];
  readonly totalBytes: number;
  /** Weights, adapter, optimizer and logits: counted, not estimated. */
  readonly countedBytes: number;
  /** Activations and overhead: what a calibration scales. */
  readonly estimatedBytes: number;
  /** Of the driver and its libraries, which a worker's own count of its memory does not see. */
  readonly contextBytes: number;
  readonly parameters: ParameterCounts;
  readonly trainableParameters: number;
  readonly shape: ActivationInput['shape'];
  readonly notes: readonly string[];
}

export function predictFit(input: FitInput): Prediction {
  const { architecture, adapter, precision, quantization, device, batch } = input;
  const implementation = input.implementation ?? ourWorker(device.kind);
  const calibration = input.calibration ?? 1;
  const parameters = countParameters(architecture);
  const trainable = countAdapter(architecture, adapter);
  const activation: ActivationInput = {
    architecture,
    adapter,
    precision,
    attention: input.attention,
    gradientCheckpointing: batch.gradientCheckpointing,
    shape: shapeOf(input, implementation),
    implementation,
    // PEFT asks for autocast on cards alone before it converts what such an adapter reads.
    sharesInputs: quantization.kind === 'nf4' && implementation.autocast && device.kind !== 'cpu',
  };
  const weights = weightBytes(input, implementation, parameters);
  const optimizer = optimizerBytes(input.optimizer, architecture, adapter);
  const logits = logitBytes(activation);
  const kept = keptBytes(activation);
  const working = workingBytes(activation, expandedBytes(input));
  // The logits are gone when the backward pass reaches the layers: only the larger of both counts.
  const activations = (kept + Math.max(0, working - logits) + rearrangedBytes(input)) * calibration;
  const context = contextBytes(device.kind);
  const overhead =
    (context + (activations / calibration + logits) * spareShare(device.kind)) * calibration;
  const parts: FitPart[] = [
    { part: 'weights', bytes: weights, explanation: weightText(input, parameters) },
    {
      part: 'adapter',
      bytes: 4 * trainable,
      explanation: `${millions(trainable)} parameters of rank ${adapter.rank} in 32 bits`,
    },
    { part: 'optimizer', bytes: optimizer.bytes, explanation: optimizer.explanation },
    {
      part: 'activations',
      bytes: activations,
      explanation: activationText(activation, batch.micro),
    },
    { part: 'logits', bytes: logits, explanation: logitText(activation) },
    { part: 'overhead', bytes: overhead, explanation: overheadText(device.kind) },
  ];
  const totalBytes = parts.reduce((total, part) => total + part.bytes, 0);
  return {
    parts,
    totalBytes,
    countedBytes: totalBytes - activations - overhead,
    estimatedBytes: activations + overhead,
    contextBytes: context,
    parameters,
    trainableParameters: trainable,
    shape: activation.shape,
    notes: notesOf(input, activation),
  };
}

/** The largest micro-batch. */
function shapeOf(input: FitInput, { head }: Implementation): ActivationInput['shape'] {
  const { batch, lengths, architecture } = input;
  const most = Math.min(batch.maxLength, architecture.contextLength ?? batch.maxLength);
  const length = Math.min(most, lengths?.longest ?? most);
  const tokens = Math.ceil(batch.micro * rowTokens(input, length));
  const share = head === 'all' ? 1 : (lengths?.targetShare ?? 1);
  return { tokens, length, targets: Math.ceil(tokens * share) };
}

/**
 * Tokens of a row of the largest micro-batch. Rows are padded to the longest; a CPU leaves padding
 * out, so there only the examples' own tokens count: those of the longest where examples are
 * grouped into small micro-batches, hardly more than the mean where one micro-batch is the whole step.
 */
function rowTokens({ device, batch, lengths }: FitInput, length: number): number {
  const mean = lengths?.mean ?? null;
  const padded = device.kind !== 'cpu' || batch.groupByLength === false;
  if (padded || mean === null || lengths?.longest == null || batch.effective === undefined) {
    return length;
  }
  const whole = Math.min(1, batch.micro / batch.effective);
  return length - 0.7 * whole * Math.max(0, length - mean);
}

function weightBytes(
  { quantization, precision }: FitInput,
  implementation: Implementation,
  { matrices, vectors, embeddings }: ParameterCounts,
): number {
  const plain = bytesOf(precision);
  if (quantization.kind === 'none') return (matrices + vectors + embeddings) * plain;
  const each = implementation.quantizedBytes ?? quantizedBytes(quantization.kind, quantization);
  const rest = implementation.unquantized === 'float32' ? 4 : plain;
  return matrices * each + (vectors + embeddings) * rest;
}

/** A 4-bit matrix is expanded for the time of its product. */
function expandedBytes({ architecture, quantization, precision }: FitInput): number {
  if (quantization.kind !== 'nf4') return 0;
  const sizes = architecture.modules.map(({ input, output }) => input * output);
  return Math.max(...sizes) * bytesOf(precision);
}

/** A CPU multiplies 16-bit matrices from a copy laid out for it; the head's is the largest. */
function rearrangedBytes({ architecture, precision, device }: FitInput): number {
  if (device.kind !== 'cpu' || precision === 'float32') return 0;
  return 4 * architecture.hidden * architecture.vocabulary;
}

function weightText({ quantization, precision }: FitInput, { total }: ParameterCounts): string {
  const bits = `${8 * bytesOf(precision)} bits`;
  switch (quantization.kind) {
    case 'none':
      return `${millions(total)} parameters in ${bits}`;
    case 'nf4':
      return `${millions(total)} parameters: matrices in 4 bits with their constants${quantization.doubleQuantization ? ', quantized too' : ''}; embeddings and normalizations in ${bits}`;
    case 'mlx4':
      return `${millions(total)} parameters in MLX's 4 bits, with a scale and a bias for 64 values`;
  }
}

function activationText({ shape, gradientCheckpointing }: ActivationInput, micro: number): string {
  const rows = `${micro} × ${count(shape.length)} tokens`;
  return gradientCheckpointing
    ? `${rows}; gradient checkpointing keeps the input of each layer and makes one layer again`
    : `${rows}; every layer's values are kept for the backward pass`;
}

function overheadText(kind: Device['kind']): string {
  switch (kind) {
    case 'cpu':
      return 'Python, PyTorch and its libraries, and memory the allocator keeps';
    case 'cuda':
    case 'rocm':
      return `${kind === 'cuda' ? 'CUDA' : 'ROCm'} context and libraries, and memory the allocator keeps`;
    case 'mlx':
      return 'Python, MLX and Metal, and memory the allocator keeps';
  }
}

function notesOf(input: FitInput, { implementation, shape }: ActivationInput): string[] {
  const { lengths, adapter, architecture } = input;
  const known = architecture.modules.map(({ name }) => name);
  const strange = adapter.targetModules.filter((name) => !known.includes(name));
  return [
    ...(lengths === null
      ? [`The corpus's lengths are not known: ${count(shape.length)} tokens an example are taken.`]
      : []),
    ...(lengths?.targetShare === undefined && implementation.head === 'targets'
      ? ['Every token is taken to carry loss; prompts that carry none need less.']
      : []),
    ...(strange.length > 0
      ? [`This architecture has no ${strange.join(', ')}; it has ${known.join(', ')}.`]
      : []),
  ];
}

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

const count = (value: number): string => whole.format(value);

function millions(value: number): string {
  return value >= 1e9
    ? `${(value / 1e9).toFixed(2)} G`
    : `${(value / 1e6).toFixed(value < 1e7 ? 2 : 0)} M`;
}

function logitText(activation: ActivationInput): string {
  const { architecture, shape } = activation;
  const tokens = logitTokens(activation);
  const all = shape.targets > tokens ? `, of ${count(shape.targets)} in parts,` : '';
  return `${count(tokens)} tokens that carry loss${all} × ${count(architecture.vocabulary)} words, three times in 32 bits`;
}
