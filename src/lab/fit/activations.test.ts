import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adapterSchema } from '@shared/recipe';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { keptBytes, logitBytes } from './activations';
import { type Architecture, readArchitecture } from './architecture';
import { ourWorker } from './implementation';
import { countAdapter, countParameters } from './parameters';

const fixtures = join(import.meta.dirname, '../../../tests/fixtures/fit');

const readingsSchema = z.object({
  rows: z.array(
    z.object({
      architecture: z.string(),
      config: z.record(z.string(), z.unknown()),
      precision: z.enum(['float32', 'bfloat16']),
      targetModules: z.array(z.string()),
      rank: z.number(),
      weightDecomposed: z.boolean(),
      dropout: z.number(),
      gradientCheckpointing: z.boolean(),
      unpadded: z.boolean(),
      attention: z.enum(['sdpa', 'eager']),
      lengths: z.array(z.number()),
      parameters: z.number(),
      trainableParameters: z.number(),
      savedBytes: z.number(),
    }),
  ),
});
const { rows } = readingsSchema.parse(
  JSON.parse(readFileSync(join(fixtures, 'saved-tensors.json'), 'utf8')),
);
type Row = (typeof rows)[number];

function architectureOf({ config }: Row): Architecture {
  const architecture = readArchitecture(config);
  if ('unknown' in architecture) throw new Error(architecture.unknown);
  return architecture;
}

const adapterOf = ({ rank, targetModules, weightDecomposed, dropout }: Row) =>
  adapterSchema.parse({ rank, targetModules, weightDecomposed, dropout });

function predicted(row: Row): number {
  const length = Math.max(...row.lengths);
  const input = {
    architecture: architectureOf(row),
    adapter: adapterOf(row),
    precision: row.precision,
    attention: row.attention,
    gradientCheckpointing: row.gradientCheckpointing,
    shape: { tokens: row.lengths.length * length, length, targets: row.lengths.length },
    implementation: { ...ourWorker('cpu'), joinsExamples: row.unpadded },
    sharesInputs: false,
  };
  // Of the three values a logit that its moment of most memory has, one is kept.
  return keptBytes(input) + logitBytes(input) / 3;
}

const nameOf = (row: Row): string =>
  [
    row.architecture,
    row.precision,
    row.attention,
    `rank ${row.rank} on ${row.targetModules.length}`,
    row.lengths.join('+'),
    row.weightDecomposed ? 'DoRA' : '',
    row.dropout > 0 ? 'dropout' : '',
    row.gradientCheckpointing ? 'checkpointing' : '',
    row.unpadded ? 'unpadded' : '',
  ]
    .filter(Boolean)
    .join(', ');

describe('what is kept for the backward pass', () => {
  // Each layer's formula is exact; the first layer keeps a little less, as nothing before it learns.
  it.each(rows.map((row) => [nameOf(row), row] as const))(
    'is as PyTorch keeps it: %s',
    (_, row) => {
      const error = predicted(row) / row.savedBytes - 1;
      const both = row.weightDecomposed && row.dropout > 0;
      expect(Math.abs(error)).toBeLessThan(both ? 0.25 : 0.06);
    },
  );

  it('is closer than 2 % for most', () => {
    const errors = rows
      .map((row) => Math.abs(predicted(row) / row.savedBytes - 1))
      .sort((a, b) => a - b);
    expect(errors[Math.floor(errors.length / 2)]).toBeLessThan(0.02);
  });
});

describe('parameters', () => {
  it.each(rows.map((row) => [nameOf(row), row] as const))('are counted exactly: %s', (_, row) => {
    const architecture = architectureOf(row);
    expect(countParameters(architecture).total).toBe(row.parameters);
    expect(countAdapter(architecture, adapterOf(row))).toBe(row.trainableParameters);
  });
});
