/**
 * What a training step keeps and needs for a moment, in bytes.
 *
 * The counts follow the worker: Transformers' layers under autocast, PEFT's adapters in float32, a
 * head that sees only the tokens that carry loss. They were read off PyTorch's saved tensors
 * (`torch.autograd.graph.saved_tensors_hooks`); `tests/fixtures/fit/saved-tensors.json` holds such
 * readings for every family, and a test compares.
 */
import type { Adapter } from '@shared/recipe';
import type { Architecture } from './architecture';
import type { Implementation } from './implementation';
import { bytesOf, countAdapter, type Precision, sum, targetsOf } from './parameters';

export interface StepShape {
  /** Tokens of a micro-batch, padding included. */
  readonly tokens: number;
  /** Longest row of it, which eager attention squares. */
  readonly length: number;
  /** Tokens of it that the head sees. */
  readonly targets: number;
}

export interface ActivationInput {
  readonly architecture: Architecture;
  readonly adapter: Adapter;
  readonly precision: Precision;
  readonly attention: 'eager' | 'sdpa' | 'flash_attention_2';
  readonly gradientCheckpointing: boolean;
  readonly shape: StepShape;
  readonly implementation: Implementation;
  /** Adapters on a 4-bit matrix read the very tensor that it reads, also under a card's autocast. */
  readonly sharesInputs: boolean;
}

/** Bytes that one layer keeps for its backward pass. */
export function layerBytes(input: ActivationInput): number {
  const { shape } = input;
  const perToken = normBytes(input) + attentionBytes(input) + mlpBytes(input) + adapterBytes(input);
  return shape.tokens * perToken + scoreBytes(input);
}

/** Bytes kept from the forward pass of all layers until the backward pass has used them. */
export function keptBytes(input: ActivationInput): number {
  const { architecture, precision, shape } = input;
  const { hidden, layers } = architecture;
  if (input.gradientCheckpointing) {
    // The input of every layer, and of the last normalization in float32; the rest is made again.
    return shape.tokens * hidden * (layers * bytesOf(precision) + 4);
  }
  const rotary = 2 * shape.tokens * architecture.headSize * bytesOf(precision);
  return layers * layerBytes(input) + rotary + castBytes(input) - firstLayerBytes(input);
}

/** Nothing learns before the first adapter, so what comes before it in the first layer is not kept. */
function firstLayerBytes(input: ActivationInput): number {
  const { architecture, adapter, implementation, shape } = input;
  const targets = targetsOf(architecture, adapter);
  if (!targets.some(({ reads }) => reads === 'attention')) {
    return shape.tokens * attentionBytes(input) + scoreBytes(input);
  }
  if (adapter.dropout === 0) return 0;
  const masked = targets.filter(({ reads }) => reads === 'attention');
  return shape.tokens * sum(masked.map((target) => target.input)) * implementation.dropoutMaskBytes;
}

/** What the layer at work needs beyond what is kept; `expandedBytes`: of its largest 4-bit matrix. */
export function workingBytes(input: ActivationInput, expandedBytes: number): number {
  const { architecture, adapter, precision, shape } = input;
  const { hidden, inner } = architecture;
  // Gradients of the MLP's inner values, and a normalization's steps in float32.
  const gradients = shape.tokens * (3 * inner * bytesOf(precision) + 3 * hidden * 4);
  const again = input.gradientCheckpointing
    ? layerBytes(input) + castBytes(input) / architecture.layers
    : 0;
  return gradients + again + expandedBytes + decompositionBytes(input, adapter);
}

/**
 * Logits of the tokens that carry loss: the saved log-probabilities, their gradient and the
 * gradient of the logits, each in float32. The worker makes them in parts where they are many.
 */
export function logitBytes(input: ActivationInput): number {
  return logitTokens(input) * input.architecture.vocabulary * input.implementation.bytesPerLogit;
}

/** Tokens whose logits are alive at once. */
export function logitTokens({ architecture, shape, implementation }: ActivationInput): number {
  const most = implementation.mostLogits;
  if (most === null) return shape.targets;
  return Math.min(shape.targets, Math.max(1, Math.floor(most / architecture.vocabulary)));
}

function normBytes({ architecture, precision }: ActivationInput): number {
  const { hidden, heads, headSize, queryWidth, keyWidth, norms } = architecture;
  if (architecture.norm === 'layer') return norms * (hidden * bytesOf(precision) + 8);
  // A root-mean-square normalization computes in float32 and keeps its input in it.
  const heading = architecture.headNorms
    ? 4 * (queryWidth + keyWidth + heads + keyWidth / headSize)
    : 0;
  return norms * (4 * hidden + 4) + heading;
}

function attentionBytes({ architecture, precision, attention }: ActivationInput): number {
  const { heads, queryWidth, keyWidth, fusedAttention } = architecture;
  const bytes = bytesOf(precision);
  // Eager attention repeats keys and values to the width of the queries.
  if (attention === 'eager') return 3 * queryWidth * bytes;
  const fused = fusedAttention ? queryWidth + keyWidth : 0;
  return bytes * (2 * queryWidth + 2 * keyWidth + fused) + 4 * heads;
}

/** Attention scores, which grow with the square of the length where attention is eager. */
function scoreBytes({ architecture, precision, attention, shape }: ActivationInput): number {
  if (attention !== 'eager') return 0;
  const bytes = bytesOf(precision);
  const softmax = precision === 'float32' ? 4 : 4 + bytes;
  const capped = architecture.needsEager ? bytes : 0;
  return shape.tokens * shape.length * architecture.heads * (softmax + capped);
}

function mlpBytes({ architecture, precision }: ActivationInput): number {
  return architecture.innerValues * architecture.inner * bytesOf(precision);
}

/** Inputs and inner values of the adapters on one layer, a token. */
function adapterBytes(input: ActivationInput): number {
  const { architecture, adapter, precision, implementation, attention } = input;
  const targets = targetsOf(architecture, adapter);
  const mixed = precision !== 'float32';
  const bytes = mixed && !implementation.autocast ? 4 : bytesOf(precision);
  const ranks = targets.length * adapter.rank * bytes;
  const inputs = sum(targets.map((target) => target.input));
  const decomposed = adapter.weightDecomposed
    ? sum(targets.map(({ output }) => output)) * (bytesOf(precision) + bytes)
    : 0;
  // Under autocast each adapter casts its own copy of its input.
  if (adapter.dropout > 0) {
    return ranks + decomposed + inputs * (bytes + implementation.dropoutMaskBytes);
  }
  if (mixed && !input.sharesInputs) return ranks + decomposed + inputs * bytes;
  const shared = new Map(targets.map((target) => [target.reads, target.input]));
  // The output of fused attention kernels is the very tensor that the output projection reads,
  // unless it is put together from examples or read from one projection's storage.
  const apart = implementation.joinsExamples || architecture.fusedAttention;
  if (attention !== 'eager' && !apart) shared.delete('attention-output');
  return ranks + decomposed + sum([...shared.values()]) * bytes;
}

/** Under autocast the adapters' weights are cast once a forward pass. */
function castBytes({ architecture, adapter, precision, implementation }: ActivationInput): number {
  if (precision === 'float32' || !implementation.autocast) return 0;
  return 2 * countAdapter(architecture, adapter);
}

/** DoRA multiplies its update out for one matrix at a time to find the norms. */
function decompositionBytes({ architecture }: ActivationInput, adapter: Adapter): number {
  if (!adapter.weightDecomposed) return 0;
  const sizes = targetsOf(architecture, adapter).map(
    ({ input, output }) => 4 * input * input + 2 * 4 * input * output,
  );
  return Math.max(0, ...sizes);
}
