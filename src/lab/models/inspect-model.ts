/** What a model folder holds, told without loading the weights. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** `config.json` as Transformers writes it; only what the lab reads. */
const configSchema = z.looseObject({
  model_type: z.string().min(1),
  architectures: z.array(z.string()).min(1),
  hidden_size: z.number().positive().optional(),
  num_hidden_layers: z.number().positive().optional(),
  intermediate_size: z.number().positive().optional(),
  vocab_size: z.number().positive().optional(),
});
export type ModelConfig = Readonly<z.infer<typeof configSchema>>;

export interface InspectedModel {
  readonly config: ModelConfig;
  /** Names of the files that decide what the model says; their hashes make the model's hash. */
  readonly files: readonly string[];
  readonly weightBytes: number;
}

/** Why a folder cannot be used, and what to do. */
export interface ModelProblem {
  readonly why: string;
  readonly fix: string;
}

const layout = 'Name a folder in Hugging Face layout: config.json, tokenizer files, *.safetensors.';
const pickled = /\.(bin|pt|pth|ckpt)$/;
const deciding =
  /\.safetensors$|\.safetensors\.index\.json$|^(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab|chat_template)\.json$|^(merges\.txt|tokenizer\.model|chat_template\.jinja)$/;

export async function inspectModel(folder: string): Promise<InspectedModel | ModelProblem> {
  const names = await readdir(folder).catch(() => null);
  if (names === null) return { why: `There is no folder ${folder}.`, fix: layout };
  const config = await readConfig(folder);
  if (isProblem(config)) return config;
  const weights = names.filter((name) => name.endsWith('.safetensors'));
  if (weights.length === 0) {
    return names.some((name) => pickled.test(name))
      ? {
          why: 'Its weights are pickled files, which can run code when they are loaded.',
          fix: 'Use the safetensors version of this model, or convert it.',
        }
      : { why: 'It has no weights (*.safetensors).', fix: layout };
  }
  const hasTokenizer =
    names.includes('tokenizer.json') ||
    names.includes('tokenizer.model') ||
    (names.includes('vocab.json') && names.includes('merges.txt'));
  if (!hasTokenizer) {
    return {
      why: 'It has no tokenizer (tokenizer.json, or vocab.json with merges.txt).',
      fix: 'Copy the tokenizer files of the model beside its weights.',
    };
  }
  const sizes = await Promise.all(weights.map((name) => stat(join(folder, name))));
  return {
    config,
    files: names.filter((name) => deciding.test(name)).sort(),
    weightBytes: sizes.reduce((sum, { size }) => sum + size, 0),
  };
}

const isProblem = (found: ModelConfig | ModelProblem): found is ModelProblem =>
  !('model_type' in found);

async function readConfig(folder: string): Promise<ModelConfig | ModelProblem> {
  const text = await readFile(join(folder, 'config.json'), 'utf8').catch(() => null);
  if (text === null) return { why: 'It has no config.json.', fix: layout };
  const parsed = configSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    return {
      why: 'Its config.json names no model_type and architectures.',
      fix: layout,
    };
  }
  const { architectures } = parsed.data;
  if (!architectures.some((name) => /CausalLM|LMHeadModel/.test(name))) {
    return {
      why: `Its architecture, ${architectures.join(', ')}, is not a causal language model.`,
      fix: 'Choose a model that generates text (…ForCausalLM).',
    };
  }
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
