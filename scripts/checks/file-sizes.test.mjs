import { expect, test } from 'vitest';
import { judgeSizes, median } from './file-sizes.mjs';

test('the median of an even number of files lies between the middle two', () => {
  expect([median([]), median([3]), median([9, 1]), median([5, 1, 100])]).toEqual([0, 3, 5, 5]);
});

test('only a flat recipe may have more than 400 lines', () => {
  const { problems } = judgeSizes([
    { file: 'src/a.ts', lines: 400 },
    { file: 'src/b.ts', lines: 401 },
    { file: 'python/lorabench/train_torch.py', lines: 500 },
    { file: 'python/lorabench/judge.py', lines: 420 },
    ...Array.from({ length: 5 }, (_, index) => ({ file: `src/${index}.ts`, lines: 20 })),
  ]);
  expect(problems).toEqual([
    'src/b.ts has 401 lines; the limit is 400',
    'python/lorabench/judge.py has 420 lines; the limit is 400',
  ]);
});

test('a median of 90 lines is too much', () => {
  expect(judgeSizes([{ file: 'src/a.ts', lines: 90 }]).problems).toHaveLength(1);
  expect(judgeSizes([{ file: 'src/a.ts', lines: 89 }]).problems).toEqual([]);
});
