/** `config.json` of a model, and whether it is one that can be trained here. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJson } from '@shared/parse-json';
import { z } from 'zod';
import { causalModelTypes } from './causal-models';

/** As Transformers writes it; only what the lab reads. */
const configSchema = z.looseObject({
  model_type: z.string().min(1),
  architectures: z.array(z.string()).min(1),
  hidden_size: z.number().positive().optional(),
  num_hidden_layers: z.number().positive().optional(),
  intermediate_size: z.number().positive().optional(),
  vocab_size: z.number().positive().optional(),
  max_position_embeddings: z.number().positive().optional(),
  n_positions: z.number().positive().optional(),
});
export type ModelConfig = Readonly<z.infer<typeof configSchema>>;

/** Why a folder cannot be used, and what to do. */
export interface ModelProblem {
  /** incomplete: files are missing; damaged: a file is not what it should be. */
  readonly kind: 'incomplete' | 'damaged' | 'unusable';
  readonly why: string;
  readonly fix: string;
  /** When config.json names one that can be trained. */
  readonly architecture?: string;
}

export const layout =
  'Name a folder in Hugging Face layout: config.json, tokenizer files, *.safetensors.';

export async function readConfig(
  folder: string,
  names: readonly string[],
): Promise<ModelConfig | ModelProblem> {
  const text = await readFile(join(folder, 'config.json'), 'utf8').catch(() => null);
  if (text === null) return withoutConfig(names);
  const parsed = configSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    return {
      kind: 'unusable',
      why: 'Its config.json names no model_type and architectures.',
      fix: layout,
    };
  }
  return problemOf(parsed.data) ?? parsed.data;
}

export const isProblem = <Found extends object>(
  found: Found | ModelProblem,
): found is ModelProblem => 'why' in found;

function withoutConfig(names: readonly string[]): ModelProblem {
  if (names.includes('adapter_config.json')) {
    return {
      kind: 'unusable',
      why: 'It is an adapter, which changes a base model and is none itself (adapter_config.json).',
      fix: 'Name the base model; its name stands in adapter_config.json.',
    };
  }
  if (names.some((name) => name.endsWith('.gguf'))) {
    return {
      kind: 'unusable',
      why: 'It holds GGUF files, which are made for running a model, not for training it.',
      fix: 'Get the safetensors version of this model.',
    };
  }
  return { kind: 'incomplete', why: 'It has no config.json.', fix: layout };
}

/** Why a model of this kind cannot be trained; null when it can. */
export function problemOf(
  config: Pick<ModelConfig, 'model_type' | 'architectures'> & { readonly auto_map?: unknown },
): ModelProblem | null {
  const architectures = config.architectures.join(', ');
  if (!causalModelTypes.has(config.model_type)) {
    const own = config.auto_map === undefined ? '' : ' It brings Python code of its own for that,';
    return {
      kind: 'unusable',
      why:
        `Its architecture, ${architectures} (model_type ${config.model_type}), is unknown to the ` +
        `Transformers version that trains here.${own === '' ? '' : `${own} which is not run.`}`,
      fix: 'Choose a model of a known architecture (Qwen2, Qwen3, Llama, Mistral, Gemma, Phi, …).',
    };
  }
  if (!/CausalLM|LMHeadModel/.test(architectures)) {
    return {
      kind: 'unusable',
      why: `Its architecture, ${architectures}, is not a causal language model.`,
      fix: 'Choose a model that generates text (…ForCausalLM).',
    };
  }
  return null;
}
