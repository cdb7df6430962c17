/** Several evaluations side by side and the leaderboard, from answers that were really judged. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '@shared/errors';
import { comparisonTableSchema, leaderboardSchema } from '@shared/evaluation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolder, temporaryFolder } from './support/bench-lab';
import { EvaluationLab, writeBenchmark } from './support/evaluation-lab';

const tasks = 16;

describe('evaluations of one benchmark', () => {
  let folder: string;
  let lab: EvaluationLab;
  let all: string;
  let most: string;
  let few: string;
  let repeated: string;
  let reference: string;

  /** Stored answers of which the first `right` are right. */
  function answers(right: number): string {
    const path = join(folder, `right-${right}.jsonl`);
    const lines = Array.from({ length: tasks }, (_, index) =>
      JSON.stringify({
        ...{ taskId: `t${index}`, sample: 0, finishReason: 'stop' },
        text: `console.log(1 ? ${index < right ? index : '"nothing"'} : 0)`,
        ...{ promptTokens: 1, completionTokens: 3, seconds: 0.5 },
      }),
    );
    writeFileSync(path, lines.join('\n'));
    return path;
  }

  beforeAll(async () => {
    folder = temporaryFolder();
    lab = new EvaluationLab(folder);
    writeBenchmark(lab.context, tasks);
    few = await lab.enqueue(`replay:${answers(4)}`);
    most = await lab.enqueue(`replay:${answers(15)}`);
    all = await lab.enqueue(`replay:${answers(tasks)}`);
    reference = await lab.enqueue('reference');
    repeated = await lab.enqueue('reference', { repeats: 2 });
    for (const id of [few, most, all, repeated, reference])
      expect(await lab.ended(id)).toBe('done');
  });
  afterAll(async () => {
    await lab.close();
    removeFolder(folder);
  });

  it('stand side by side, each measured against the first', async () => {
    const compared = await lab.service.compareAll({ ids: [all, most, few, most], force: false });
    expect(comparisonTableSchema.parse(compared)).toEqual(compared);
    expect(compared.subjects.map(({ id }) => id)).toEqual([all, most, few]);
    expect(compared.comparisons.map(({ a, b }) => [a, b])).toEqual([
      [all, most],
      [all, few],
    ]);
    const [near, far] = compared.comparisons;
    expect(near).toMatchObject({ pValue: 1, adjustedPValue: 1, onlyA: ['t15'], onlyB: [] });
    expect(near?.tasksToSettle).toBeGreaterThan(tasks);
    expect(near?.outlook).toContain('tasks like these would show it');
    expect(far).toMatchObject({ verdict: 'worse', adjustedVerdict: 'worse', outlook: null });
    // 12 discordant tasks on one side: 2 / 2¹², and the smaller of two p values doubled.
    expect(far?.pValue).toBeCloseTo(2 ** -11, 12);
    expect(far?.adjustedPValue).toBeCloseTo(2 ** -10, 12);
  });

  it('show task by task what tells them apart', async () => {
    const { tasks: rows } = await lab.service.compareAll({ ids: [all, most, few], force: false });
    expect(rows).toHaveLength(tasks);
    expect(rows.filter(({ discordant }) => discordant)).toHaveLength(12);
    expect(rows[15]).toEqual({
      id: 't15',
      category: 'second',
      cells: [
        { passed: 1, judged: 1, failure: null },
        { passed: 0, judged: 1, failure: 'wrong_output' },
        { passed: 0, judged: 1, failure: 'wrong_output' },
      ],
      discordant: true,
    });
  });

  it('are refused side by side when their conditions differ, unless forced', async () => {
    const refused = lab.service.compareAll({ ids: [all, few, repeated], force: false });
    await expect(refused).rejects.toMatchObject({ code: 'refused' });
    await refused.catch((error: unknown) => {
      expect(error instanceof LabError && error.details.join()).toContain('sampling.repeats');
    });
    const { comparisons } = await lab.service.compareAll({ ids: [all, repeated], force: true });
    expect(comparisons[0]?.forced).toBe(true);
    const alone = lab.service.compareAll({ ids: [all, all], force: false });
    await expect(alone).rejects.toMatchObject({ code: 'bad_input' });
  });

  it('are ranked as far as a test tells them apart, equal conditions together', async () => {
    const board = await lab.service.leaderboard({ benchmark: 'mine' });
    expect(leaderboardSchema.parse(board)).toEqual(board);
    const [usual, other] = board.groups;
    expect(usual?.entries.map(({ id, rank }) => [id, rank])).toEqual([
      [all, { from: 1, to: 2 }],
      [most, { from: 1, to: 2 }],
      [few, { from: 3, to: 3 }],
      // The tasks' own solutions are no rival.
      [reference, null],
    ]);
    expect(usual?.entries.map(({ againstBest }) => againstBest?.verdict ?? null)).toEqual([
      null,
      'no detectable difference',
      'worse',
      null,
    ]);
    expect(usual?.differsIn).toEqual([]);
    expect(other?.entries.map(({ id }) => id)).toEqual([repeated]);
    expect(other?.differsIn).toEqual(['sampling.repeats: 1 against 2']);
    await expect(lab.service.leaderboard({ benchmark: 'none' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
