/** Predictions against peaks that the real worker reported on a CPU; the fixture says how. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runSpecSchema } from '@shared/run-spec';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readArchitecture } from './architecture';
import { calibrate } from './calibration';
import { type Prediction, predictFit } from './predict';

const fixture = join(import.meta.dirname, '../../../tests/fixtures/fit/measured.json');
const { models, rows } = z
  .object({
    models: z.record(z.string(), z.record(z.string(), z.unknown())),
    rows: z.array(
      runSpecSchema
        .pick({ adapter: true, batch: true, precision: true, quantization: true, schedule: true })
        .extend({
          name: z.string(),
          model: z.string(),
          tokens: z.object({ mean: z.number(), max: z.number() }),
          peakBytes: z.number(),
        }),
    ),
  })
  .parse(JSON.parse(readFileSync(fixture, 'utf8')));
type Row = (typeof rows)[number];

function predict(row: Row): Prediction {
  const architecture = readArchitecture(models[row.model]);
  if ('unknown' in architecture) throw new Error(architecture.unknown);
  return predictFit({
    ...row,
    architecture,
    optimizer: row.schedule.optimizer,
    attention: 'sdpa',
    device: { kind: 'cpu' },
    lengths: { examples: row.batch.effective, mean: row.tokens.mean, longest: row.tokens.max },
  });
}

const errorOf = (row: Row): number => predict(row).totalBytes / row.peakBytes - 1;

describe('peaks of the worker on a CPU', () => {
  it.each(rows.map((row, index) => [row.name, index] as const))(
    '%s is met within 20 %%',
    (_, index) => {
      const row = rows[index];
      if (row === undefined) throw new Error('no such row');
      expect(Math.abs(errorOf(row))).toBeLessThan(0.2);
    },
  );

  it('are met within 10 % in the median', () => {
    const sizes = rows.map((row) => Math.abs(errorOf(row))).sort((a, b) => a - b);
    expect(rows.length).toBeGreaterThanOrEqual(8);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(0.1);
  });

  it('calibrate to a factor near one', () => {
    const found = calibrate(
      rows.map((row) => ({ id: row.name, measuredBytes: row.peakBytes, prediction: predict(row) })),
      false,
    );
    expect(found?.measurements).toBe(rows.length);
    expect(found?.factor).toBeGreaterThan(0.8);
    expect(found?.factor).toBeLessThan(1.25);
  });
});
