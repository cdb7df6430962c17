import { describe, expect, it, vi } from 'vitest';
import { FixtureLab } from '../../../../tests/fixtures/window/lab';
import { presetCards } from '../../../../tests/fixtures/window/library';
import { summaryOf } from '../../../../tests/fixtures/window/runs';
import { type CommandActions, commandGroups } from './commands';

const lab = new FixtureLab('busy');
const source = {
  presets: presetCards,
  runs: lab.runs.map(summaryOf),
  evaluations: lab.evaluations.map((entry) => entry.item),
  jobs: lab.jobs,
  paused: false,
  models: lab.models,
  environments: lab.environments,
};

function actions(): CommandActions {
  return {
    go: vi.fn(),
    train: vi.fn(),
    trainWithChanges: vi.fn(),
    duplicate: vi.fn(),
    stop: vi.fn(),
    resumeRun: vi.fn(),
    cancel: vi.fn(),
    retry: vi.fn(),
    pause: vi.fn(),
    resumeQueue: vi.fn(),
    rehearse: vi.fn(),
    getModel: vi.fn(),
    install: vi.fn(),
    detect: vi.fn(),
    evaluate: vi.fn(),
  };
}

describe('commands', () => {
  it('cover presets that are ready, the queue, pages, runs and evaluations', () => {
    const groups = commandGroups(source, actions());
    expect(groups.map((group) => group.value)).toEqual([
      'Train',
      'Evaluate',
      'Queue',
      'Presets',
      'Machine',
      'Go to',
      'Runs',
      'Evaluations',
    ]);
    const labels = groups.flatMap((group) => group.items.map((item) => item.label));
    expect(labels).toContain('Train Starter');
    expect(labels).not.toContain('Train 7B v7');
    expect(labels).toContain('Stop train 3B v7');
    expect(labels).toContain('Resume 7B v6');
  });

  it('have values of their own, so that the list can tell them apart', () => {
    const values = commandGroups(source, actions()).flatMap((group) =>
      group.items.map((item) => item.value),
    );
    expect(new Set(values).size).toBe(values.length);
  });

  it('do what they say', () => {
    const act = actions();
    const all = commandGroups(source, act).flatMap((group) => group.items);
    all.find((item) => item.label === 'Train Starter')?.run();
    expect(act.train).toHaveBeenCalledWith('starter');
    const run = (label: string): void => all.find((item) => item.label === label)?.run();
    run('New preset');
    run('Edit 3B v7');
    expect(act.go).toHaveBeenNthCalledWith(1, '/presets/new');
    expect(act.go).toHaveBeenNthCalledWith(2, '/presets/3b-v7');
    run('Rehearse 7B v7');
    expect(act.rehearse).toHaveBeenCalledWith('7b-v7');
    run('Get Qwen/Qwen2.5-Coder-7B-Instruct…');
    expect(act.getModel).toHaveBeenCalledWith('Qwen/Qwen2.5-Coder-7B-Instruct');
    run('Repair environment torch-rocm…');
    expect(act.install).toHaveBeenCalledTimes(1);
    run('Look for devices again');
    expect(act.detect).toHaveBeenCalledTimes(1);
    run('Leaderboard of starter');
    expect(act.go).toHaveBeenLastCalledWith('/leaderboard/starter');
    // Only those that are finished, and were made under the conditions that most of them share.
    run('Compare 3 evaluations on starter');
    expect(act.go).toHaveBeenLastCalledWith('/compare/evaluations/eval-other,eval-base,eval-tuned');
    run('Evaluate…');
    run('Evaluate Starter 4…');
    expect(act.evaluate).toHaveBeenNthCalledWith(1, null);
    expect(act.evaluate).toHaveBeenNthCalledWith(2, 'run-starter-4');
    expect(all.some((item) => item.label === 'Evaluate 7B v6…')).toBe(false);
  });
});
