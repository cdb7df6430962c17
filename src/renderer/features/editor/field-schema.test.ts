import { presetSchema } from '@shared/preset';
import { describe, expect, it } from 'vitest';
import { editorFields } from './editor-fields';
import { fieldSchema, rangeWords, readField } from './field-schema';
import { fieldText, valueAt, withValue } from './preset-values';

const preset = presetSchema.parse({
  schemaVersion: 1,
  name: 'mine',
  title: 'Mine',
  model: 'starter',
  corpus: 'starter',
});

describe('what the schema says of a field', () => {
  it('explains every field of the editor in one line', () => {
    const silent = editorFields.filter(({ path }) => fieldSchema(path).explanation === '');
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('knows kinds, choices and what may be empty', () => {
    expect([
      fieldSchema('adapter.rank').kind,
      fieldSchema('schedule.learningRate').kind,
      fieldSchema('adapter.rankStabilized').kind,
      fieldSchema('batch.micro').nullable,
      fieldSchema('adapter.rank').nullable,
    ]).toEqual(['whole', 'number', 'switch', true, false]);
    expect(fieldSchema('adapter.initialization').choices).toContain('pissa');
  });

  it('tells the range in words', () => {
    expect([
      rangeWords(fieldSchema('adapter.rank')),
      rangeWords(fieldSchema('schedule.learningRate')),
      rangeWords(fieldSchema('batch.micro')),
    ]).toEqual([
      'A whole number from 1 to 1024.',
      'A number above 0, at most 1.',
      'A whole number from 1, or nothing.',
    ]);
  });

  it('keeps a name at the beginning as it is written', () => {
    expect(fieldSchema('adapter.rankStabilized').explanation).toMatch(/^rsLoRA/);
  });
});

describe('a typed text', () => {
  it('becomes the value that the preset holds', () => {
    expect(readField('schedule.learningRate', ' 1e-4 ')).toEqual({ ok: true, value: 1e-4 });
    expect(readField('batch.micro', '')).toEqual({ ok: true, value: null });
    expect(readField('model', ' owner/name ')).toEqual({ ok: true, value: 'owner/name' });
  });

  it('is refused with what the field takes', () => {
    for (const text of ['9.5', '0', '', 'many', '5000']) {
      expect(readField('adapter.rank', text)).toEqual({
        ok: false,
        problem: 'A whole number from 1 to 1024.',
      });
    }
    expect(readField('model', '  ').ok).toBe(false);
  });

  it('changes only its own field', () => {
    const changed = withValue(preset, 'adapter.rank', 32);
    expect([valueAt(changed, 'adapter.rank'), valueAt(preset, 'adapter.rank')]).toEqual([32, 16]);
    expect({ ...changed, adapter: preset.adapter }).toEqual(preset);
  });

  it('shows small numbers the way rates are written', () => {
    expect([fieldText(2e-4), fieldText(0), fieldText(null), fieldText(512)]).toEqual([
      '2e-4',
      '0',
      '',
      '512',
    ]);
  });
});
