import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Adapter, adapterSchema } from '@shared/recipe';
import { describe, expect, it } from 'vitest';
import { type Architecture, readArchitecture } from './architecture';
import { countParameters, quantizedBytes } from './parameters';
import { type FitInput, predictFit } from './predict';
import { badgeOf, soldGigabytes, verdictOf } from './verdict';

const shapes = join(import.meta.dirname, '../../../resources/shapes');
const gibibyte = 2 ** 30;

function shape(size: '1.5B' | '3B' | '7B'): Architecture {
  const path = join(shapes, `Qwen--Qwen2.5-Coder-${size}-Instruct`, 'config.json');
  const architecture = readArchitecture(JSON.parse(readFileSync(path, 'utf8')));
  if ('unknown' in architecture) throw new Error(architecture.unknown);
  return architecture;
}

interface Options extends Partial<Omit<FitInput, 'batch' | 'adapter' | 'architecture'>> {
  readonly adapter?: Partial<Adapter>;
  readonly batch?: Partial<FitInput['batch']>;
}

function total(size: '1.5B' | '3B' | '7B', options: Options = {}): number {
  return predicted(size, options).totalBytes;
}

function predicted(size: '1.5B' | '3B' | '7B', { adapter, batch, ...others }: Options = {}) {
  return predictFit({
    architecture: shape(size),
    quantization: { kind: 'none', doubleQuantization: true },
    precision: 'bfloat16',
    optimizer: 'adamw',
    attention: 'sdpa',
    device: { kind: 'cuda' },
    lengths: null,
    ...others,
    adapter: adapterSchema.parse(adapter ?? {}),
    batch: { micro: 1, maxLength: 512, gradientCheckpointing: false, ...batch },
  });
}

const nf4 = { kind: 'nf4', doubleQuantization: true } as const;

function rises(values: readonly number[]): void {
  for (const [index, value] of values.entries()) {
    if (index > 0) expect(value).toBeGreaterThan(values[index - 1] ?? Number.POSITIVE_INFINITY);
  }
}

describe('the shapes that ship', () => {
  it('have exactly the published numbers of parameters', () => {
    expect(countParameters(shape('1.5B')).total).toBe(1_543_714_304);
    expect(countParameters(shape('3B')).total).toBe(3_085_938_688);
    expect(countParameters(shape('7B')).total).toBe(7_615_616_512);
  });

  it('fit a 16 GB card as published: 1.5B and 3B in bfloat16, 7B in NF4', () => {
    const usable = 15.5 * gibibyte;
    expect(verdictOf(total('1.5B'), usable, 'rocm')).toBe('fits');
    expect(verdictOf(total('3B'), usable, 'rocm')).toBe('fits');
    expect(verdictOf(total('7B', { quantization: nf4 }), usable, 'rocm')).toBe('fits');
    expect(verdictOf(total('7B'), usable, 'rocm')).toBe('does not fit');
  });
});

describe('predicted memory', () => {
  it('grows with rank, micro-batch and length', () => {
    rises([4, 16, 64, 256].map((rank) => total('3B', { adapter: { rank } })));
    rises([1, 2, 4, 8].map((micro) => total('3B', { batch: { micro } })));
    rises([64, 128, 512, 2048].map((maxLength) => total('3B', { batch: { maxLength } })));
  });

  it('is least in NF4, more in 16 bits and most in 32', () => {
    for (const size of ['1.5B', '3B', '7B'] as const) {
      rises([
        total(size, { quantization: nf4 }),
        total(size),
        total(size, { precision: 'float32' }),
      ]);
    }
  });

  it('shrinks with gradient checkpointing and 8-bit optimizer states, grows with DoRA and dropout', () => {
    const usual = total('3B');
    expect(total('3B', { batch: { gradientCheckpointing: true } })).toBeLessThan(usual);
    expect(total('3B', { optimizer: 'adamw_8bit' })).toBeLessThan(usual);
    expect(total('3B', { adapter: { weightDecomposed: true } })).toBeGreaterThan(usual);
    expect(total('3B', { adapter: { dropout: 0.1 } })).toBeGreaterThan(usual);
  });

  it('is the sum of its parts, each explained', () => {
    const { parts, totalBytes, countedBytes, estimatedBytes } = predicted('3B');
    expect(parts.map(({ part }) => part)).toEqual([
      'weights',
      'adapter',
      'optimizer',
      'activations',
      'logits',
      'overhead',
    ]);
    const sum = parts.reduce((bytes, part) => bytes + part.bytes, 0);
    expect(sum).toBeCloseTo(totalBytes, 0);
    expect(countedBytes + estimatedBytes).toBeCloseTo(totalBytes, 0);
    for (const { explanation } of parts) expect(explanation.length).toBeGreaterThan(10);
  });

  it('counts only tokens that carry loss when their share is known', () => {
    const lengths = { examples: 100, mean: 150, longest: 200 };
    const logits = (share?: number) =>
      predicted('3B', {
        batch: { micro: 1 },
        lengths: share === undefined ? lengths : { ...lengths, targetShare: share },
      }).parts.find(({ part }) => part === 'logits')?.bytes;
    expect(logits(0.5)).toBe((logits() ?? 0) / 2);
  });

  it('does not count logits that are never alive together', () => {
    const logits = (micro: number) =>
      predicted('3B', { batch: { micro } }).parts.find(({ part }) => part === 'logits');
    expect(logits(16)?.bytes).toBe(logits(1)?.bytes);
    expect(logits(16)?.bytes).toBeLessThanOrEqual(3 * 128 * 1024 * 1024);
    expect(logits(16)?.explanation).toContain('of 8,192 in parts');
  });

  it('takes the corpus where its examples are shorter than allowed', () => {
    const short = { examples: 100, mean: 80, longest: 120 };
    expect(total('3B', { lengths: short })).toBe(total('3B', { batch: { maxLength: 120 } }));
  });

  it('leaves padding out on a CPU alone', () => {
    const lengths = { examples: 100, mean: 100, longest: 500 };
    const whole = { micro: 16, effective: 16 };
    const tokens = (kind: 'cpu' | 'cuda', batch: Partial<FitInput['batch']>) =>
      predicted('1.5B', { device: { kind }, lengths, batch }).shape.tokens;
    expect(tokens('cuda', whole)).toBe(16 * 500);
    expect(tokens('cpu', whole)).toBeLessThan(16 * 250);
    expect(tokens('cpu', { ...whole, groupByLength: false })).toBe(16 * 500);
  });

  it('is scaled by a calibration in activations and overhead alone', () => {
    const usual = predicted('3B');
    const scaled = predicted('3B', { calibration: 1.5 });
    expect(scaled.countedBytes).toBeCloseTo(usual.countedBytes, 0);
    expect(scaled.estimatedBytes / usual.estimatedBytes).toBeCloseTo(1.5, 6);
  });

  it('never exceeds the length that the model was made for', () => {
    expect(total('3B', { batch: { maxLength: 131_072 } })).toBe(
      total('3B', { batch: { maxLength: 32_768 } }),
    );
  });

  it('stores NF4 in the bits that QLoRA states: 4.127 a parameter, 4.5 without double quantization', () => {
    expect(8 * quantizedBytes('nf4', { doubleQuantization: true })).toBeCloseTo(4.127, 3);
    expect(8 * quantizedBytes('nf4', { doubleQuantization: false })).toBe(4.5);
    expect(8 * quantizedBytes('mlx4', { doubleQuantization: true })).toBe(4.5);
  });
});

describe('architectures', () => {
  it('that are not known say so', () => {
    expect(readArchitecture({ model_type: 'mamba2' })).toMatchObject({
      unknown: expect.stringMatching(/"mamba2" models are not known.*qwen2/),
    });
    expect(readArchitecture({ model_type: 'llama' })).toMatchObject({
      unknown: expect.stringMatching(/hidden_size/),
    });
    expect(readArchitecture(null)).toMatchObject({ unknown: expect.stringMatching(/model_type/) });
  });
});

describe('the badge', () => {
  it('speaks of gigabytes as cards are sold', () => {
    expect(badgeOf('fits', 6.1 * gibibyte, 17_163_091_968)).toBe('fits: 6.1 of 16 GB');
    expect(soldGigabytes(24_564 * 2 ** 20)).toBe('24');
    expect(soldGigabytes(10.67 * gibibyte)).toBe('10.7');
  });

  it('says tight where the prediction may err by more than is left', () => {
    expect(verdictOf(90, 100, 'cuda')).toBe('fits');
    expect(verdictOf(97, 100, 'cuda')).toBe('tight');
    expect(verdictOf(101, 100, 'cuda')).toBe('does not fit');
  });
});
