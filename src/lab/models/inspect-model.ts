/** What a model folder holds, told without loading the weights. */

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJson } from '@shared/parse-json';
import { z } from 'zod';
import { isProblem, layout, type ModelConfig, type ModelProblem, readConfig } from './model-config';
import { safetensorsHead } from './safetensors';
import { hasTokenizer, isPickle, isTokenizer, weightFiles, weightIndex } from './weight-files';

export type { ModelConfig, ModelProblem };

export interface InspectedModel {
  readonly config: ModelConfig;
  /** Names of the files that decide what the model says; their hashes make the model's hash. */
  readonly files: readonly string[];
  readonly weightBytes: number;
  /** Numbers in the weight files; a tied embedding counts once. */
  readonly parameters: number;
  /** Longest text in tokens; null when config.json does not say. */
  readonly contextLength: number | null;
  /** For example Qwen2ForCausalLM. */
  readonly architecture: string;
}

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

export async function inspectModel(folder: string): Promise<InspectedModel | ModelProblem> {
  const names = await readdir(folder).catch(() => null);
  if (names === null) {
    return { kind: 'incomplete', why: `There is no folder ${folder}.`, fix: layout };
  }
  const config = await readConfig(folder, names);
  if (isProblem(config)) return config;
  const architecture = config.architectures[0] ?? config.model_type;
  const weights = await readWeights(folder, names);
  if (isProblem(weights)) return { ...weights, architecture };
  if (!hasTokenizer(names)) return { ...noTokenizer, architecture };
  return {
    ...weights,
    config,
    architecture,
    files: names.filter((name) => decides(name, weights.names)).sort(),
    contextLength: config.max_position_embeddings ?? config.n_positions ?? null,
  };
}

const noTokenizer: ModelProblem = {
  kind: 'incomplete',
  why: 'It has no tokenizer (tokenizer.json, or vocab.json with merges.txt).',
  fix: 'Copy the tokenizer files of the model beside its weights.',
};

function decides(name: string, weights: readonly string[]): boolean {
  if (name === 'config.json' || name === 'generation_config.json') return true;
  return name === weightIndex || weights.includes(name) || isTokenizer(name);
}

interface Weights {
  readonly names: readonly string[];
  readonly weightBytes: number;
  readonly parameters: number;
}

async function readWeights(
  folder: string,
  names: readonly string[],
): Promise<Weights | ModelProblem> {
  const found = weightFiles(names);
  const missing = await missingShards(folder, names, found);
  if (isProblem(missing)) return missing;
  if (missing.length > 0) {
    return {
      kind: 'incomplete',
      why: `${missing.length === 1 ? 'A weight file is' : `${missing.length} weight files are`} missing: ${missing.slice(0, 4).join(', ')}${missing.length > 4 ? ', …' : ''}.`,
      fix: 'Copy the files that are missing beside the others.',
    };
  }
  if (found.length === 0) return withoutWeights(names);
  let parameters = 0;
  let weightBytes = 0;
  for (const name of found) {
    const head = await safetensorsHead(join(folder, name));
    if (typeof head === 'string') {
      return {
        kind: 'damaged',
        why: `${name} is damaged: ${head}.`,
        fix: 'Copy or download this file again.',
      };
    }
    parameters += head.parameters;
    weightBytes += (await stat(join(folder, name))).size;
  }
  return { names: found, parameters, weightBytes };
}

/** Names that the index speaks of and the folder lacks. */
async function missingShards(
  folder: string,
  names: readonly string[],
  found: readonly string[],
): Promise<readonly string[] | ModelProblem> {
  if (!names.includes(weightIndex) || found.includes('model.safetensors')) return [];
  const text = await readFile(join(folder, weightIndex), 'utf8').catch(() => '');
  const index = indexSchema.safeParse(parseJson(text));
  if (!index.success) {
    return {
      kind: 'damaged',
      why: `${weightIndex} does not say which file holds which weight.`,
      fix: 'Copy or download this file again.',
    };
  }
  return [...new Set(Object.values(index.data.weight_map))]
    .filter((name) => !names.includes(name))
    .sort();
}

function withoutWeights(names: readonly string[]): ModelProblem {
  if (names.some(isPickle)) {
    return {
      kind: 'unusable',
      why: 'Its weights are pickled files, which can run code when they are loaded.',
      fix: 'Use the safetensors version of this model, or convert it.',
    };
  }
  return { kind: 'incomplete', why: 'It has no weights (*.safetensors).', fix: layout };
}
