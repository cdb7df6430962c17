import { describe, expect, it } from 'vitest';
import {
  chanceWords,
  correctionWords,
  detectableWords,
  points,
  probabilityWords,
  type TableComparison,
  verdictHeadline,
} from './verdict-words';

const comparison: TableComparison = {
  ...{ a: 'a', b: 'b', aLabel: 'base', bLabel: 'tuned', tasks: 120, passedA: 80, passedB: 92 },
  ...{ onlyA: ['t1'], onlyB: ['t2', 't3'], pValue: 0.03, test: 'exact McNemar' },
  ...{ difference: 0.1, low: 0.01, high: 0.19, smallestDetectable: 8.2, verdict: 'better' },
  sentence: 'tuned passes 92 of 120, base 80 of 120: better, p = 0.030.',
  ...{ tasksToSettle: null, outlook: null, forced: false, keyDifferences: [] },
  ...{ adjustedPValue: 0.09, adjustedVerdict: 'no detectable difference' },
};

describe('a verdict among several', () => {
  it("is the lab's own sentence when there is only one", () => {
    const alone = { ...comparison, adjustedPValue: 0.03, adjustedVerdict: 'better' as const };
    expect(verdictHeadline(alone, 1)).toBe(comparison.sentence);
    expect(correctionWords(alone, 1)).toBeNull();
    expect(probabilityWords(alone, 1)).toBe('p = 0.030 by the exact McNemar test');
  });

  it('is the corrected one, and says why it is not what the two alone would give', () => {
    expect(verdictHeadline(comparison, 3)).toBe(
      'tuned passes 92 of 120, base 80: no detectable difference.',
    );
    expect(correctionWords(comparison, 3)).toContain('Of the two alone it would count as better');
    expect(correctionWords(comparison, 3)).toContain('p = 0.090 together');
    expect(probabilityWords(comparison, 3)).toContain('p = 0.090, corrected for 3 comparisons');
  });

  it('keeps the fraction of sums of task means', () => {
    expect(verdictHeadline({ ...comparison, passedB: 91.6 }, 2)).toContain('passes 91.6 of 120');
  });
});

describe('numbers in words', () => {
  it('say how often chance alone would show as much', () => {
    expect([0.0004, 0.03, 0.25, 0.62, 1].map(chanceWords)).toEqual([
      'fewer than 1 time in 1,000',
      'about 1 time in 33',
      'about 1 time in 4',
      'about 6 times in 10',
      'nearly every time',
    ]);
  });

  it('say the smallest change that a set can show, rounded up to whole tasks', () => {
    expect(detectableWords(comparison)).toBe('9 tasks or more');
    expect(detectableWords({ smallestDetectable: 1, tasks: 9 })).toBe('1 task or more');
    expect(detectableWords({ smallestDetectable: 10, tasks: 9 })).toBe(
      'too few tasks to show any change',
    );
  });

  it('give differences their sign', () => {
    expect([0.1, -0.025, 0].map(points)).toEqual(['+10.0', '−2.50', '0']);
  });
});
