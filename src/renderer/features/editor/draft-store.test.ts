import { presetSchema } from '@shared/preset';
import { describe, expect, it } from 'vitest';
import { freeName, nameFrom, readDrafts, samePreset } from './draft-store';

const preset = presetSchema.parse({
  schemaVersion: 1,
  name: 'mine',
  title: 'Mine',
  model: 'starter',
  corpus: 'starter',
});

describe('kept drafts', () => {
  it('are read from storage, without those that are no presets any more', () => {
    const stored = {
      drafts: {
        mine: { preset, invalid: { 'adapter.rank': '9.5' } },
        old: { preset: { ...preset, schemaVersion: 0 }, invalid: {} },
        garbage: 7,
      },
    };
    expect(readDrafts(stored)).toEqual({ mine: { preset, invalid: { 'adapter.rank': '9.5' } } });
    expect(readDrafts('nothing')).toEqual({});
  });

  it('are equal whatever the order of their keys', () => {
    const turned = presetSchema.parse(Object.fromEntries(Object.entries(preset).reverse()));
    expect(samePreset(preset, turned)).toBe(true);
    expect(samePreset(preset, { ...preset, seed: 2 })).toBe(false);
  });

  it('get names that are free and safe', () => {
    expect([
      freeName('mine', ['other']),
      freeName('mine', ['mine', 'mine-2']),
      nameFrom('3B v7, longer!'),
      nameFrom('…'),
    ]).toEqual(['mine', 'mine-3', '3b-v7-longer', 'preset']);
  });
});
