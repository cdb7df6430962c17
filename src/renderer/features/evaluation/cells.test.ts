import { describe, expect, it } from 'vitest';
import { byCategory, cellState, cellWords, failureCounts } from './cells';
import { intervalWords } from './interval-bar';
import { outputDiff } from './output-diff';

const cell = (taskId: string, passed: number, judged: number, failure: string | null) => ({
  taskId,
  category: taskId.slice(0, 1),
  passed,
  judged,
  failure,
});

describe('verdicts in the heatmap', () => {
  it('tells passed, failed, partly passed and not judged apart', () => {
    const cells = [
      cell('a1', 1, 1, null),
      cell('a2', 0, 1, 'wrong_output'),
      cell('b1', 2, 5, 'syntax'),
      cell('b2', 0, 0, null),
    ];
    expect(cells.map(cellState)).toEqual(['passed', 'failed', 'partly', 'waiting']);
    expect(cells.map(cellWords)).toEqual([
      'passed',
      'failed: wrong output',
      'passed 2 of 5',
      'not judged yet',
    ]);
    expect([...byCategory(cells).keys()]).toEqual(['a', 'b']);
  });

  it('counts failures, most frequent first', () => {
    const cells = ['syntax', 'runtime', 'syntax'].map((kind, at) => cell(`a${at}`, 0, 1, kind));
    expect([...failureCounts(cells)]).toEqual([
      ['syntax', 2],
      ['runtime', 1],
    ]);
  });
});

describe('expected against actual output', () => {
  it('is equal when only the space at line ends differs', () => {
    expect(outputDiff('1\n2\n', '1 \n2').every(({ kind }) => kind === 'same')).toBe(true);
  });

  it('shows each differing line from both sides', () => {
    expect(outputDiff('1\n2\n3\n', '1\n5\n3\n')).toEqual([
      { kind: 'same', text: '1' },
      { kind: 'expected', text: '2' },
      { kind: 'actual', text: '5' },
      { kind: 'same', text: '3' },
    ]);
  });
});

describe('intervals', () => {
  it('are said in words', () => {
    expect(intervalWords({ name: 'tuned', value: 0.825, low: 0.747, high: 0.883, colour: 1 })).toBe(
      'tuned: 82.5\u202f%, 95 % interval 74.7 to 88.3\u202f%',
    );
  });
});
