/** Exact parameter counts of a model and of its adapter, and what they weigh. */
import type { Adapter } from '@shared/recipe';
import type { RunSpec } from '@shared/run-spec';
import type { Architecture, LinearModule } from './architecture';

export interface ParameterCounts {
  /** Matrices of the layers: what 4-bit formats quantize. */
  readonly matrices: number;
  /** Biases and normalizations. */
  readonly vectors: number;
  /** Embeddings, and the output head unless it is tied to them. */
  readonly embeddings: number;
  readonly total: number;
}

export function countParameters(architecture: Architecture): ParameterCounts {
  const { hidden, layers, modules, vocabulary, headSize } = architecture;
  const matrices = layers * sum(modules.map(({ input, output }) => input * output));
  const biases = layers * sum(modules.map(({ output, bias }) => (bias ? output : 0)));
  // A layer normalization has a bias beside its weight.
  const normSize = architecture.norm === 'layer' ? 2 * hidden : hidden;
  const headNorms = architecture.headNorms ? 2 * headSize * layers : 0;
  const norms = (layers * architecture.norms + 1) * normSize + headNorms;
  const vectors = biases + norms + (architecture.headBias ? vocabulary : 0);
  const embeddings = vocabulary * hidden * (architecture.tied ? 1 : 2);
  return { matrices, vectors, embeddings, total: matrices + vectors + embeddings };
}

/** The linear layers of one layer that get an adapter; PEFT matches by the end of their names. */
export function targetsOf(
  { modules }: Architecture,
  { targetModules }: Pick<Adapter, 'targetModules'>,
): readonly LinearModule[] {
  return modules.filter(({ name }) => targetModules.includes(name));
}

/** LoRA's A and B; DoRA has one magnitude an output more (Liu et al., arXiv 2402.09353). */
export function countAdapter(architecture: Architecture, adapter: Adapter): number {
  const each = targetsOf(architecture, adapter).map(
    ({ input, output }) =>
      adapter.rank * (input + output) + (adapter.weightDecomposed ? output : 0),
  );
  return architecture.layers * sum(each);
}

export type Precision = RunSpec['precision'];

export const bytesOf = (precision: Precision): number => (precision === 'float32' ? 4 : 2);

/**
 * Bytes of one 4-bit value with its share of the constants. NF4: one constant for 64 values, of 32
 * bits, or with double quantization 8 bits and one of 32 bits for 256 constants (Dettmers et al.,
 * arXiv 2305.14314). MLX: a 16-bit scale and bias for 64 values.
 */
export function quantizedBytes(
  kind: 'nf4' | 'mlx4',
  { doubleQuantization }: { readonly doubleQuantization: boolean },
): number {
  if (kind === 'mlx4') return 0.5 + 4 / 64;
  return 0.5 + (doubleQuantization ? (1 + 4 / 256) / 64 : 4 / 64);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
