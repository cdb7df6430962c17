/**
 * Predictions against figures that others published. Each trainer's own ways are set as switches of
 * the predictor, not fitted: which logits are made and in which precision, autocast or not, what a
 * 4-bit format keeps, whether the driver's context was counted.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adapterSchema } from '@shared/recipe';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Architecture, readArchitecture } from './architecture';
import { type Implementation, ourWorker } from './implementation';
import { type Prediction, predictFit } from './predict';

const moduleSchema = z.object({
  name: z.string(),
  reads: z.enum(['attention', 'attention-output', 'mlp', 'mlp-inner']),
  input: z.number(),
  output: z.number(),
  bias: z.boolean(),
});
const publishedSchema = z.object({
  sources: z.record(z.string(), z.object({ title: z.string(), url: z.url(), setting: z.string() })),
  models: z.record(
    z.string(),
    z.object({
      config: z.record(z.string(), z.unknown()),
      modules: z.array(moduleSchema).optional(),
    }),
  ),
  rows: z.array(
    z.object({
      id: z.string(),
      source: z.enum(['qwen', 'peft', 'torchtune', 'llama-factory', 'qlora']),
      model: z.string(),
      gigabytes: z.number(),
      basis: z.enum(['measured', 'estimate', 'fits']),
      quantization: z.enum(['none', 'nf4']),
      precision: z.enum(['bfloat16', 'float16']),
      rank: z.number(),
      targetModules: z.array(z.string()),
      dropout: z.number(),
      weightDecomposed: z.boolean(),
      optimizer: z.enum(['adamw', 'paged_adamw_8bit']),
      micro: z.number(),
      length: z.number(),
      gradientCheckpointing: z.boolean(),
    }),
  ),
});
const fixture = join(import.meta.dirname, '../../../tests/fixtures/fit/published.json');
const { models, rows, sources } = publishedSchema.parse(JSON.parse(readFileSync(fixture, 'utf8')));
type Row = (typeof rows)[number];

/** Hugging Face's Trainer: logits of every token in 16 bits, log-probabilities and gradients in 32. */
const trainer: Implementation = {
  ...ourWorker('cuda'),
  head: 'all',
  bytesPerLogit: 2 + 4 + 4 + 4,
  mostLogits: null,
};
const ways: Readonly<Record<Row['source'], Implementation>> = {
  qwen: trainer,
  peft: { ...trainer, autocast: false },
  // Its loss makes the logits in chunks.
  torchtune: { ...trainer, bytesPerLogit: 2 },
  'llama-factory': trainer,
  qlora: trainer,
};

function implementationOf(row: Row): Implementation {
  if (row.source !== 'qwen' || row.quantization === 'none') return ways[row.source];
  // GPTQ in groups of 128, a 16-bit scale and half a byte of zero point each; the rest in 32 bits.
  // DeepSpeed trains it in float16 throughout, without autocast: logits, their copy for the shift,
  // log-probabilities and both gradients have two bytes each, less the logits that are gone by then.
  return {
    ...trainer,
    bytesPerLogit: 2 + 2 + 2 + 2,
    unquantized: 'float32',
    quantizedBytes: 0.5 + 2.5 / 128,
  };
}

function architectureOf({ model }: Row): Architecture {
  const found = models[model];
  const architecture = readArchitecture(found?.config);
  if ('unknown' in architecture) throw new Error(architecture.unknown);
  return found?.modules === undefined ? architecture : { ...architecture, modules: found.modules };
}

function predict(row: Row): Prediction {
  const { rank, targetModules, dropout, weightDecomposed } = row;
  return predictFit({
    architecture: architectureOf(row),
    quantization: { kind: row.quantization, doubleQuantization: true },
    precision: row.precision,
    adapter: adapterSchema.parse({ rank, targetModules, dropout, weightDecomposed }),
    batch: {
      micro: row.micro,
      maxLength: row.length,
      gradientCheckpointing: row.gradientCheckpointing,
    },
    optimizer: row.optimizer,
    attention: 'sdpa',
    device: { kind: 'cuda' },
    lengths: null,
    implementation: implementationOf(row),
  });
}

/** Bytes as the source counted them. */
function predictedBytes(row: Row): number {
  const prediction = predict(row);
  const part = (name: string): number =>
    prediction.parts.find((one) => one.part === name)?.bytes ?? 0;
  switch (row.source) {
    case 'peft':
      return prediction.totalBytes - prediction.contextBytes;
    case 'torchtune': {
      // Adapters, gradients and states are in 16 bits there: half of ours.
      const trained = part('adapter') + part('optimizer');
      return prediction.totalBytes - prediction.contextBytes - trained / 2;
    }
    case 'qlora':
      // The states of a paged optimizer need not be on the card.
      return prediction.totalBytes;
    case 'qwen':
    case 'llama-factory':
      return prediction.totalBytes;
  }
}

const errorOf = (row: Row): number => predictedBytes(row) / (row.gigabytes * 1e9) - 1;

function statistics(chosen: readonly Row[]): { readonly median: number; readonly worst: number } {
  const sizes = chosen.map((row) => Math.abs(errorOf(row))).sort((a, b) => a - b);
  return {
    median: sizes[Math.floor(sizes.length / 2)] ?? Number.NaN,
    worst: sizes.at(-1) ?? Number.NaN,
  };
}

const of = (source: Row['source'], test: (row: Row) => boolean = () => true): readonly Row[] =>
  rows.filter((row) => row.source === source && test(row));

const isQLora = (row: Row): boolean => row.quantization === 'nf4';

describe('published figures', () => {
  it('are many, and each names its source', () => {
    expect(rows.length).toBeGreaterThanOrEqual(50);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    for (const { source } of rows) expect(sources[source]?.url).toMatch(/^https:/);
  });

  it('of all that were measured are met within 6 % in the median and 15 % at worst', () => {
    const { median, worst } = statistics(rows.filter(({ basis }) => basis === 'measured'));
    expect(median).toBeLessThan(0.06);
    expect(worst).toBeLessThan(0.15);
  });

  it.each([
    ['PEFT on Llama-3.2-3B', of('peft'), 0.04, 0.06],
    ['Qwen LoRA', of('qwen', (row) => !isQLora(row)), 0.05, 0.15],
    ['Qwen Q-LoRA', of('qwen', isQLora), 0.08, 0.15],
    ['torchtune on Llama-2-7B, whose lengths are not said', of('torchtune'), 0.11, 0.12],
    ["LLaMA-Factory's rule of thumb", of('llama-factory'), 0.16, 0.28],
  ] as const)('%s', (_, chosen, median, worst) => {
    const found = statistics(chosen);
    expect(found.median).toBeLessThan(median);
    expect(found.worst).toBeLessThan(worst);
  });

  it('grow with the length as the predictions do', () => {
    for (const model of ['Qwen-1.8B', 'Qwen-7B', 'Qwen-14B']) {
      const chosen = of('qwen', (row) => row.model === model && !isQLora(row));
      const first = chosen[0];
      const last = chosen.at(-1);
      if (first === undefined || last === undefined) throw new Error(`no rows of ${model}`);
      const published = (last.gigabytes - first.gigabytes) * 1e9;
      const predicted = predictedBytes(last) - predictedBytes(first);
      expect(Math.abs(predicted / published - 1)).toBeLessThan(0.3);
    }
  });

  it('a 65B model fits one card of 48 GB in 4 bits', () => {
    for (const row of rows.filter(({ basis }) => basis === 'fits')) {
      expect(predictedBytes(row)).toBeLessThan(row.gigabytes * 2 ** 30);
    }
  });
});
