import { expect, it } from 'vitest';
import { differencesOf } from './runs-compare';

it('names the fields that differ, by path, with lists as one value', () => {
  const a = { seed: 1, adapter: { rank: 16, targetModules: ['q_proj'] }, same: [1, 2] };
  const b = {
    seed: 1,
    adapter: { rank: 8, targetModules: ['q_proj', 'v_proj'] },
    same: [1, 2],
    extra: null,
  };
  expect(differencesOf(a, b)).toEqual([
    { path: 'adapter.rank', a: 16, b: 8 },
    { path: 'adapter.targetModules', a: ['q_proj'], b: ['q_proj', 'v_proj'] },
    { path: 'extra', a: undefined, b: null },
  ]);
});
