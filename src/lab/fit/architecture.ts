/**
 * What a `config.json` says of a model's layers: every linear layer with its sizes, and what the
 * forward pass keeps besides. Field names and defaults are those of Transformers' configurations.
 */
import { z } from 'zod';

/** Tensor that a linear layer reads; adapters on the same tensor may share a copy of it. */
export type ModuleInput = 'attention' | 'attention-output' | 'mlp' | 'mlp-inner';

export interface LinearModule {
  readonly name: string;
  readonly input: number;
  readonly output: number;
  readonly bias: boolean;
  readonly reads: ModuleInput;
}

export interface Architecture {
  readonly family: string;
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly headSize: number;
  /** Width of all query heads, and of all key heads. */
  readonly queryWidth: number;
  readonly keyWidth: number;
  readonly inner: number;
  readonly vocabulary: number;
  readonly tied: boolean;
  readonly contextLength: number | null;
  readonly modules: readonly LinearModule[];
  /** Normalizations a layer over the hidden state. */
  readonly norms: number;
  readonly norm: 'rms' | 'layer';
  /** Queries and keys are normalized head by head. */
  readonly headNorms: boolean;
  /** Values of the MLP's inner width that its backward pass keeps, besides the input of its last layer. */
  readonly innerValues: number;
  readonly headBias: boolean;
  /** One projection makes queries, keys and values, whose storage lives on as a whole. */
  readonly fusedAttention: boolean;
  /** Attention scores are capped, which only eager attention computes. */
  readonly needsEager: boolean;
}

export interface UnknownArchitecture {
  readonly unknown: string;
}

const size = z.int().positive();

const configSchema = z.looseObject({
  model_type: z.string(),
  hidden_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  num_key_value_heads: size.nullish(),
  head_dim: size.nullish(),
  intermediate_size: size,
  vocab_size: size,
  max_position_embeddings: size.nullish(),
  tie_word_embeddings: z.boolean().nullish(),
  attention_bias: z.boolean().nullish(),
  mlp_bias: z.boolean().nullish(),
});
type Config = z.infer<typeof configSchema>;

interface Family {
  readonly tied: boolean;
  readonly norms: number;
  readonly norm?: 'layer';
  readonly headNorms?: boolean;
  readonly layout: 'gated' | 'fused' | 'plain';
  readonly attentionBias: (config: Config) => {
    readonly inputs: boolean;
    readonly output: boolean;
  };
  readonly needsEager?: boolean;
}

const noBias = () => ({ inputs: false, output: false });
const biasAsSet = ({ attention_bias }: Config) => ({
  inputs: attention_bias === true,
  output: attention_bias === true,
});

/** By `model_type`; what Transformers makes of it when the configuration leaves it open. */
const families: Readonly<Record<string, Family>> = {
  qwen2: {
    tied: false,
    norms: 2,
    layout: 'gated',
    attentionBias: () => ({ inputs: true, output: false }),
  },
  qwen3: { tied: false, norms: 2, headNorms: true, layout: 'gated', attentionBias: biasAsSet },
  llama: { tied: false, norms: 2, layout: 'gated', attentionBias: biasAsSet },
  mistral: { tied: false, norms: 2, layout: 'gated', attentionBias: noBias },
  gemma: { tied: true, norms: 2, layout: 'gated', attentionBias: biasAsSet },
  gemma2: {
    tied: true,
    norms: 4,
    layout: 'gated',
    attentionBias: biasAsSet,
    needsEager: true,
  },
  gemma3_text: {
    tied: true,
    norms: 4,
    headNorms: true,
    layout: 'gated',
    attentionBias: biasAsSet,
  },
  phi3: { tied: false, norms: 2, layout: 'fused', attentionBias: noBias },
  phi: {
    tied: false,
    norms: 1,
    norm: 'layer',
    layout: 'plain',
    attentionBias: () => ({ inputs: true, output: true }),
  },
};

export const knownFamilies: readonly string[] = Object.keys(families);

/** @returns the architecture, or why it is not known. */
export function readArchitecture(value: unknown): Architecture | UnknownArchitecture {
  const type = z.looseObject({ model_type: z.string() }).safeParse(value);
  if (!type.success) return { unknown: 'Its config.json names no model_type.' };
  const family = families[type.data.model_type];
  if (family === undefined) {
    return {
      unknown: `The layers of "${type.data.model_type}" models are not known; known are ${knownFamilies.join(', ')}.`,
    };
  }
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    return { unknown: `Its config.json lacks sizes or has odd ones: ${fields}.` };
  }
  return fromConfig(parsed.data, family);
}

function fromConfig(config: Config, family: Family): Architecture {
  const { hidden_size: hidden, num_attention_heads: heads, intermediate_size: inner } = config;
  // Transformers' own default of these two families is not hidden / heads.
  const usual = ['gemma', 'gemma2', 'gemma3_text'].includes(config.model_type)
    ? 256
    : config.model_type === 'qwen3'
      ? 128
      : Math.floor(hidden / heads);
  const headSize = config.head_dim ?? usual;
  const queryWidth = heads * headSize;
  const keyWidth = (config.num_key_value_heads ?? heads) * headSize;
  const shape = { hidden, inner, queryWidth, keyWidth };
  return {
    family: config.model_type,
    ...shape,
    heads,
    headSize,
    layers: config.num_hidden_layers,
    vocabulary: config.vocab_size,
    tied: config.tie_word_embeddings ?? family.tied,
    contextLength: config.max_position_embeddings ?? null,
    modules: modulesOf(config, family, shape),
    norms: family.norms,
    norm: family.norm ?? 'rms',
    headNorms: family.headNorms ?? false,
    innerValues: family.layout === 'plain' ? 4 : 3,
    headBias: config.model_type === 'phi',
    fusedAttention: family.layout === 'fused',
    needsEager: family.needsEager ?? false,
  };
}

type Widths = Pick<Architecture, 'hidden' | 'inner' | 'queryWidth' | 'keyWidth'>;

function modulesOf(config: Config, family: Family, widths: Widths): LinearModule[] {
  const { hidden, inner, queryWidth, keyWidth } = widths;
  const bias = family.attentionBias(config);
  const mlpBias = config.mlp_bias === true;
  const linear = (
    name: string,
    reads: ModuleInput,
    input: number,
    output: number,
    withBias: boolean,
  ): LinearModule => ({ name, reads, input, output, bias: withBias });
  const separate = [
    linear('q_proj', 'attention', hidden, queryWidth, bias.inputs),
    linear('k_proj', 'attention', hidden, keyWidth, bias.inputs),
    linear('v_proj', 'attention', hidden, keyWidth, bias.inputs),
  ];
  switch (family.layout) {
    case 'gated':
      return [
        ...separate,
        linear('o_proj', 'attention-output', queryWidth, hidden, bias.output),
        linear('gate_proj', 'mlp', hidden, inner, mlpBias),
        linear('up_proj', 'mlp', hidden, inner, mlpBias),
        linear('down_proj', 'mlp-inner', inner, hidden, mlpBias),
      ];
    case 'fused':
      return [
        linear('qkv_proj', 'attention', hidden, queryWidth + 2 * keyWidth, false),
        linear('o_proj', 'attention-output', queryWidth, hidden, false),
        linear('gate_up_proj', 'mlp', hidden, 2 * inner, false),
        linear('down_proj', 'mlp-inner', inner, hidden, false),
      ];
    case 'plain':
      return [
        ...separate,
        linear('dense', 'attention-output', queryWidth, hidden, bias.output),
        linear('fc1', 'mlp', hidden, inner, true),
        linear('fc2', 'mlp-inner', inner, hidden, true),
      ];
  }
}
