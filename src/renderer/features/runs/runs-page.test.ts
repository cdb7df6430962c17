import { describe, expect, it } from 'vitest';
import { FixtureLab } from '../../../../tests/fixtures/window/lab';
import { detailOf, summaryOf } from '../../../../tests/fixtures/window/runs';
import { compare } from '../../ui/data-table';
import { rowWindow } from '../../ui/row-window';
import { differingFields } from './compare-page';
import { filterRuns } from './runs-page';

const lab = new FixtureLab('busy');
const runs = lab.runs.map(summaryOf);

describe('the table of runs', () => {
  it('finds runs by words in any order', () => {
    const found = filterRuns(runs, 'qwen 3b', 'all');
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((run) => /3b/i.test(run.model) && /qwen/i.test(run.model))).toBe(true);
    expect(filterRuns(runs, '', 'failed').map((run) => run.name)).toEqual(['7B v6']);
    expect(filterRuns(runs, '', 'all')).toBe(runs);
  });

  it('sorts names as people count', () => {
    expect(['try 10', 'try 9'].sort(compare)).toEqual(['try 9', 'try 10']);
    expect([3, 20, 1].sort(compare)).toEqual([1, 3, 20]);
  });

  it('draws only the rows in sight of ten thousand', () => {
    const { first, last, before, after } = rowWindow(180_000, 900, 36, 10_000);
    expect(last - first).toBeLessThan(60);
    expect(before + after + (last - first) * 36).toBe(360_000);
    expect([first * 36 <= 180_000, last * 36 >= 180_900]).toEqual([true, true]);
  });

  it('shows only the fields in which runs differ', () => {
    const chosen = lab.runs.filter((run) => ['3B v7', '3B v6'].includes(run.name)).slice(0, 2);
    const fields = differingFields(chosen.map(detailOf));
    expect(fields.map((row) => row.name)).toEqual(['adapter.rank', 'schedule.learningRate']);
    expect(fields[0]?.values).toEqual(['32', '16']);
  });
});
