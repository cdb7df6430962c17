import { presetSchema } from '@shared/preset';
import { describe, expect, it } from 'vitest';
import { changedFields, initialValues, overridesOf, problemOf, trainFields } from './train-fields';

const preset = presetSchema.parse({
  schemaVersion: 1,
  name: 'starter',
  title: 'Starter',
  model: 'starter',
  corpus: 'starter',
});

describe('the training form', () => {
  it('sends only what differs, as numbers', () => {
    const before = initialValues(preset);
    const now = {
      ...before,
      'schedule.learningRate': '1e-4',
      'adapter.rank': '32',
      corpus: ' my.jsonl ',
    };
    expect(overridesOf(before, now)).toEqual({
      corpus: 'my.jsonl',
      'schedule.learningRate': 1e-4,
      'adapter.rank': 32,
    });
  });

  it('knows that 2e-4 and 0.0002 are the same', () => {
    const before = initialValues(preset);
    expect(changedFields(before, { ...before, 'schedule.learningRate': '2e-4' })).toEqual([]);
  });

  it('says what is wrong with a value before it is sent', () => {
    const field = (path: string) => {
      const found = trainFields.find((entry) => entry.path === path);
      if (found === undefined) throw new Error(path);
      return found;
    };
    expect([
      problemOf(field('adapter.rank'), '8.5'),
      problemOf(field('adapter.rank'), '8'),
      problemOf(field('schedule.learningRate'), 'fast'),
      problemOf(field('seed'), '0'),
      problemOf(field('model'), ' '),
    ]).toEqual(['A whole number from 1.', null, 'A number above 0.', null, 'Name one.']);
  });
});
