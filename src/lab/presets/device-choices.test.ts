import type { Device } from '@shared/machine';
import { type Preset, presetSchema } from '@shared/preset';
import { describe, expect, it } from 'vitest';
import { attentionForMemory, deviceChoices, requirePossible } from './device-choices';

type Target = Parameters<typeof deviceChoices>[1];

const device = (kind: Device['kind'], others: Partial<Target> = {}): Target => ({
  kind,
  name: `A ${kind} device`,
  architecture: null,
  precisions: ['float32', 'bfloat16', 'float16'],
  quantizations: kind === 'mlx' ? ['none', 'mlx4'] : ['none', 'nf4'],
  ...others,
});
const radeon = device('rocm', { name: 'Radeon RX 7900 GRE', architecture: 'gfx1100' });

const preset = (others: object = {}): Preset =>
  presetSchema.parse({
    schemaVersion: 1,
    name: 'p',
    title: 'P',
    model: 'm',
    corpus: 'c',
    ...others,
  });

const problems = (given: Preset, on: Target) =>
  deviceChoices(given, on, null).problems.map(({ field, fix }) => `${field}: ${fix}`);

describe('what a device decides', () => {
  it('precision left to it is bfloat16 on a card that has it, else float16; float32 on a CPU', () => {
    const on = (target: Target) => deviceChoices(preset(), target, null).precision;
    expect(on(radeon)).toBe('bfloat16');
    expect(on(device('cuda', { precisions: ['float32', 'float16'] }))).toBe('float16');
    expect(on(device('cpu'))).toBe('float32');
    expect(on(device('mlx'))).toBe('bfloat16');
  });

  it("NF4 becomes MLX's 4 bits on MLX, and computes in the training's precision", () => {
    const nf4 = preset({ quantization: { kind: 'nf4' } });
    expect(deviceChoices(nf4, device('mlx'), null).quantization.kind).toBe('mlx4');
    expect(deviceChoices(nf4, radeon, null).quantization).toMatchObject({
      kind: 'nf4',
      computeType: 'bfloat16',
    });
    expect(problems(nf4, device('mlx'))).toEqual([]);
    expect(problems(nf4, device('cuda', { quantizations: ['none'] }))).toEqual([
      expect.stringMatching(/^quantization\.kind: Set quantization.kind=none/),
    ]);
  });

  it('attention has a reason', () => {
    const on = (target: Target) => deviceChoices(preset(), target, null);
    expect(on(radeon)).toMatchObject({
      attention: 'sdpa',
      attentionReason: expect.stringMatching(/reset RDNA3/),
    });
    expect(on(device('cpu')).attentionReason).toMatch(/without padding/);
    const small = device('rocm', { architecture: 'gfx1102' });
    expect(on(small).attentionReason).toMatch(/plain steps/);
    expect(attentionForMemory('sdpa', small)).toBe('eager');
    expect(attentionForMemory('sdpa', radeon)).toBe('sdpa');
    const capped = { needsEager: true, family: 'gemma2' };
    expect(deviceChoices(preset(), radeon, capped)).toMatchObject({
      attention: 'eager',
      attentionReason: expect.stringMatching(/gemma2 caps/),
    });
  });

  it('paged optimizers are off on RDNA3, all 8-bit ones on MLX', () => {
    const paged = preset({ schedule: { optimizer: 'paged_adamw_8bit' } });
    const small = preset({ schedule: { optimizer: 'adamw_8bit' } });
    expect(problems(paged, radeon)).toEqual([expect.stringMatching(/adamw_8bit, or adamw/)]);
    expect(problems(paged, device('rocm', { architecture: 'gfx90a' }))).toEqual([]);
    expect(problems(small, radeon)).toEqual([]);
    expect(problems(small, device('mlx'))).toHaveLength(1);
    expect(problems(small, device('cpu'))).toEqual([]);
    expect(() => requirePossible(deviceChoices(paged, radeon, null))).toThrow(/Paged.*RDNA3.*hang/);
  });

  it('PiSSA is refused on MLX alone', () => {
    const pissa = preset({ adapter: { initialization: 'pissa' } });
    expect(problems(pissa, device('mlx'))).toEqual([expect.stringMatching(/default or gaussian/)]);
    expect(problems(pissa, radeon)).toEqual([]);
  });

  it('a precision that a card lacks is refused; a CPU computes in any', () => {
    const half = preset({ precision: 'float16' });
    expect(problems(half, device('cuda', { precisions: ['float32'] }))).toHaveLength(1);
    expect(problems(half, device('cpu', { precisions: ['float32'] }))).toEqual([]);
  });
});
