import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { presetCards } from '../../../../tests/fixtures/window/library';
import { type FixtureWindow, renderWindow } from '../../../../tests/fixtures/window/render';
import { jobNews } from '../../app/announcer';
import { useOffers } from '../offers/offer-store';
import { PresetCards, readyFirst } from './preset-cards';
import { QueuePanel } from './queue-panel';
import { placeBefore } from './queued-jobs';
import { RecentRuns } from './recent-runs';

let opened: FixtureWindow | undefined;
afterEach(() => {
  opened?.close();
  opened = undefined;
  cleanup();
});

describe('preset cards', () => {
  it('train with one click and open the run when nothing else is going on', async () => {
    opened = renderWindow(<PresetCards firstTime />, { scenario: 'empty' });
    const card = await screen.findByRole('article', { name: 'Starter' });
    expect(card.textContent).toContain('it exists to try the lab');
    within(card).getByRole('button', { name: 'Train Starter' }).click();
    await waitFor(() => expect(opened?.fixture.runs).toHaveLength(1));
    await waitFor(() => expect(opened?.history.at(-1)).toBe('/runs/new-1'));
  });

  it('stay where they are when the queue is busy', async () => {
    opened = renderWindow(<PresetCards firstTime={false} />);
    const before = opened.fixture.runs.length;
    (await screen.findByRole('button', { name: 'Train Starter' })).click();
    await waitFor(() => expect(opened?.fixture.runs).toHaveLength(before + 1));
    expect(opened.history.at(-1)).toBe('/');
  });

  it('say what is missing instead of offering to train', async () => {
    opened = renderWindow(<PresetCards firstTime={false} />);
    const card = await screen.findByRole('article', { name: '7B v7' });
    expect(within(card).getByRole('list', { name: 'What is missing' }).textContent).toContain(
      'not on this machine',
    );
    expect(within(card).queryByRole('button', { name: 'Train 7B v7' })).toBeNull();
    within(card).getByRole('button', { name: 'Get model for 7B v7' }).click();
    expect(useOffers.getState().offer).toEqual({
      kind: 'model',
      source: 'Qwen/Qwen2.5-Coder-7B-Instruct',
    });
    useOffers.getState().close();
  });
});

describe('the order of presets', () => {
  it('puts what can be trained at once first and changes nothing else', () => {
    const names = readyFirst([...presetCards].reverse()).map((card) => card.preset.name);
    expect(names).toEqual(['3b-v7', '1.5b-v7', 'starter', '7b-v7']);
  });
});

describe('the queue', () => {
  it('cancels a waiting job', async () => {
    opened = renderWindow(<QueuePanel />);
    const name = 'Cancel evaluate 3B v7 · standard';
    (await screen.findByRole('button', { name })).click();
    await waitFor(() =>
      expect(opened?.fixture.jobs.some((job) => job.id === 'job-eval-q2')).toBe(false),
    );
  });

  it('is paused and goes on', async () => {
    opened = renderWindow(<QueuePanel />);
    await screen.findByRole('link', { name: 'train 3B v7' });
    screen.getByRole('button', { name: 'Pause queue' }).click();
    await waitFor(() => expect(opened?.fixture.paused).toBe(true));
  });

  it('puts a moved job before the one that now follows it', () => {
    const ids = ['a', 'b', 'c', 'd'];
    expect([
      placeBefore(ids, 'a', 'c'),
      placeBefore(ids, 'd', 'a'),
      placeBefore(ids, 'b', 'd'),
    ]).toEqual(['d', 'a', null]);
  });
});

describe('recent runs', () => {
  it('say on a new machine what will be here', async () => {
    opened = renderWindow(<RecentRuns />, { scenario: 'empty' });
    expect(await screen.findByText('No run yet.')).toBeTruthy();
  });
});

describe('news of jobs', () => {
  it('tell only of jobs whose state changed', async () => {
    opened = renderWindow(<RecentRuns />);
    const [first, second] = opened.fixture.jobs;
    if (first === undefined || second === undefined) throw new Error('no jobs');
    const before = new Map([
      [first.id, first.state],
      [second.id, second.state],
    ]);
    expect(jobNews(before, [{ ...first, state: 'done' }, second])).toEqual(['train 3B v7: done']);
  });
});
