import { describe, expect, it } from 'vitest';
import { compareSubjects, type PairedTask } from './compare-subjects';

const labels = { aLabel: 'base', bLabel: 'tuned' };

/** 'ab' both pass, 'a' and 'b' only one, '-' neither. */
function verdicts(...groups: readonly (readonly [kind: string, count: number])[]): PairedTask[] {
  return groups.flatMap(([kind, count]) =>
    Array.from({ length: count }, (_, index) => ({
      id: `${kind}${index}`,
      a: { passed: kind.includes('a') ? 1 : 0, repeats: 1 },
      b: { passed: kind.includes('b') ? 1 : 0, repeats: 1 },
    })),
  );
}

describe('comparing two subjects', () => {
  it('calls 19 of 24 against 18 of 24 no detectable difference', () => {
    for (const tasks of [
      verdicts(['ab', 18], ['a', 1], ['-', 5]),
      verdicts(['ab', 15], ['a', 4], ['b', 3], ['-', 2]),
    ]) {
      const result = compareSubjects(tasks, labels);
      expect(result.passedA).toBe(19);
      expect(result.passedB).toBe(18);
      expect(result.verdict).toBe('no detectable difference');
      expect(result.low).toBeLessThan(0);
      expect(result.high).toBeGreaterThan(0);
    }
  });

  it('says how large a change the set could have shown', () => {
    const result = compareSubjects(verdicts(['ab', 18], ['a', 1], ['-', 5]), labels);
    expect(result.sentence).toBe(
      'tuned passes 18 of 24, base 19 of 24: no detectable difference; ' +
        'this set can only show changes of 8 tasks or more.',
    );
  });

  it('says how many more tasks would settle it, and nothing of the kind once it is settled', () => {
    const open = compareSubjects(verdicts(['ab', 15], ['a', 4], ['b', 3], ['-', 2]), labels);
    expect(open.tasksToSettle).toBeGreaterThan(1000);
    expect(open.outlook).toMatch(
      /^If the true difference is as large as the one seen, about [\d,]+ tasks like these/,
    );
    const even = compareSubjects(verdicts(['ab', 15], ['a', 3], ['b', 3]), labels);
    expect(even.tasksToSettle).toBeNull();
    expect(even.outlook).toMatch(/^Both pass equally much/);
    const settled = compareSubjects(verdicts(['ab', 10], ['b', 14]), labels);
    expect(settled.tasksToSettle).toBeNull();
    expect(settled.outlook).toBeNull();
  });

  it('calls 99 of 120 against 0 of 120 better', () => {
    const result = compareSubjects(verdicts(['b', 99], ['-', 21]), labels);
    expect(result.sentence).toBe('tuned passes 99 of 120, base 0 of 120: better, p < 0.001.');
    expect(result.onlyB).toHaveLength(99);
    expect(result.onlyA).toEqual([]);
    expect(result.test).toBe('exact McNemar');
  });

  it('calls the same numbers the other way round worse', () => {
    const result = compareSubjects(verdicts(['a', 9], ['-', 21]), labels);
    expect(result.verdict).toBe('worse');
    expect(result.difference).toBeCloseTo(-0.3);
  });

  it('compares task means when samples of a task disagree', () => {
    const tasks = Array.from({ length: 20 }, (_, index) => ({
      id: `task-${index}`,
      a: { passed: index % 3, repeats: 5 },
      b: { passed: (index % 3) + 3, repeats: 5 },
    }));
    const result = compareSubjects(tasks, labels);
    expect(result.test).toBe('paired permutation');
    expect(result.verdict).toBe('better');
    expect(result.difference).toBeCloseTo(0.6);
  });

  it('tests repeats that always agree like one sample a task', () => {
    const once = compareSubjects(verdicts(['ab', 18], ['a', 1], ['-', 5]), labels);
    const five = compareSubjects(
      verdicts(['ab', 18], ['a', 1], ['-', 5]).map(({ id, a, b }) => ({
        id,
        a: { passed: a.passed * 5, repeats: 5 },
        b: { passed: b.passed * 5, repeats: 5 },
      })),
      labels,
    );
    expect(five).toEqual(once);
  });

  it('says so when a set is too small to show anything, or nothing is shared', () => {
    expect(compareSubjects(verdicts(['a', 2], ['b', 3]), labels).sentence).toContain(
      'too small to show any change',
    );
    expect(compareSubjects([], labels)).toMatchObject({
      tasks: 0,
      verdict: 'no detectable difference',
      sentence: 'tuned and base have no judged task in common.',
    });
  });
});
