import { describe, expect, it } from 'vitest';
import { numberOption, overridesOption } from './options';

describe('--set', () => {
  it('reads YAML scalars and lists', () => {
    expect(
      overridesOption([
        'schedule.learningRate=3e-3',
        'schedule.maxSteps=null',
        'batch.groupByLength=false',
        'adapter.rank=8',
        'adapter.targetModules=[q_proj, v_proj]',
        'quantization.kind=nf4',
      ]),
    ).toEqual({
      'schedule.learningRate': 0.003,
      'schedule.maxSteps': null,
      'batch.groupByLength': false,
      'adapter.rank': 8,
      'adapter.targetModules': ['q_proj', 'v_proj'],
      'quantization.kind': 'nf4',
    });
  });

  it('takes everything after the first "=" and leaves odd paths as text', () => {
    expect(overridesOption(['model=/models/a: b=c', 'corpus=C:\\data\\rows.jsonl'])).toEqual({
      model: '/models/a: b=c',
      corpus: 'C:\\data\\rows.jsonl',
    });
  });

  it.each(['rank', '=8', ''])('refuses %j and says what it needs', (pair) => {
    expect(() => overridesOption([pair])).toThrow(/path=value/);
  });
});

describe('a number option', () => {
  it('names itself when it gets something else', () => {
    expect(numberOption('repeats', '3')).toBe(3);
    expect(() => numberOption('repeats', 'many')).toThrow(/--repeats needs a number/);
    expect(() => numberOption('repeats', '')).toThrow(/--repeats needs a number/);
  });
});
