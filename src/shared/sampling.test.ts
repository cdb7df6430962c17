import { describe, expect, it } from 'vitest';
import { samplingOf, samplingSchema } from './sampling';

describe('a sampling', () => {
  it('has nothing new in it while the repetition penalty looks at the whole context', () => {
    // Keys of evaluations are made of this: a new field would make old ones incomparable.
    const plain =
      '{"temperature":0,"topK":0,"topP":1,"repetitionPenalty":1,"maxNewTokens":512,"seed":0,"repeats":1,"batchSize":40}';
    expect(JSON.stringify(samplingOf({}))).toBe(plain);
    expect(JSON.stringify(samplingOf({ repetitionWindow: 64 }))).toBe(plain);
    expect(samplingOf({ repetitionPenalty: 1.2, repetitionWindow: 0 })).toEqual(
      samplingOf({ repetitionPenalty: 1.2 }),
    );
    expect(samplingOf({ repetitionPenalty: 1.2 })).not.toHaveProperty('repetitionWindow');
  });

  it('keeps a window that means something', () => {
    const chosen = { temperature: 0.3, topK: 50, topP: 0.95, repetitionPenalty: 1.2 };
    const sampling = samplingOf({ ...chosen, repetitionWindow: 64, maxNewTokens: 400, repeats: 5 });
    expect(sampling).toMatchObject({ ...chosen, repetitionWindow: 64, repeats: 5 });
    expect(samplingSchema.parse(sampling)).toEqual(sampling);
  });

  it('takes its usual value for what is undefined', () => {
    expect(samplingOf({ temperature: undefined, topP: undefined })).toEqual(samplingOf({}));
  });
});
