import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { FixtureLab } from '../../../../tests/fixtures/window/lab';
import { type FixtureWindow, renderWindow } from '../../../../tests/fixtures/window/render';
import { JobPage } from '../jobs/job-page';
import { downloadJobs, openOrNewest } from '../jobs/use-jobs';
import { jobPath } from './job-path';
import { mainJob, NowCard } from './now-card';
import { QueuePanel } from './queue-panel';
import { queueWords } from './queue-row';

const { jobs } = new FixtureLab('gpu');
const running = jobs.find((job) => job.state === 'running');
if (running === undefined) throw new Error('no running job');

let opened: FixtureWindow | undefined;
afterEach(() => {
  opened?.close();
  opened = undefined;
  cleanup();
});

describe('downloads, installations and rehearsals', () => {
  it('say amount and time left in the queue and can be cancelled there', async () => {
    expect(queueWords(running)).toBe('6.2 of 15.2 GB, 84 MB/s, 1.8 min left');
    opened = renderWindow(<QueuePanel />, { scenario: 'gpu' });
    const name = 'Cancel download Qwen/Qwen2.5-Coder-7B-Instruct';
    fireEvent.click(await screen.findByRole('button', { name }));
    await waitFor(() =>
      expect(opened?.fixture.jobs.some(({ id }) => id === running.id)).toBe(false),
    );
  });

  it('are shown as what happens now, with the end time', async () => {
    opened = renderWindow(<NowCard />, { scenario: 'gpu' });
    const card = await screen.findByRole('region', { name: 'Now' });
    await waitFor(() => expect(card.textContent).toContain('6.2 of 15.2 GB'));
    expect(card.textContent).toMatch(/until\d\d:\d\d/);
  });

  it('leave a page with the whole failure and a way to try again', async () => {
    opened = renderWindow(<JobPage id="job-rehearsal-0" />, { scenario: 'gpu' });
    const card = await screen.findByRole('region', { name: 'The rehearsal ran out of memory' });
    expect(card.textContent).toContain('HIP out of memory');
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() =>
      expect(opened?.fixture.jobs.find(({ id }) => id === 'job-rehearsal-0')?.state).toBe(
        'running',
      ),
    );
  });

  it('have a page of their own; trainings and evaluations have theirs', () => {
    const target = { id: 'job-1', targetId: 'x' };
    expect([
      jobPath({ ...target, kind: 'train' }),
      jobPath({ ...target, kind: 'evaluate' }),
      jobPath({ ...target, kind: 'download' }),
      jobPath({ ...target, kind: 'install' }),
      jobPath({ ...target, kind: 'rehearse' }),
    ]).toEqual(['/runs/x', '/evaluations/x', '/jobs/job-1', '/jobs/job-1', '/jobs/job-1']);
  });

  it('come after a training when several things run', () => {
    const train = { ...running, id: 'train', kind: 'train' as const };
    expect(mainJob([running, train])?.id).toBe('train');
  });

  it('are found by the model that they bring, the one that goes on first', () => {
    const source = 'Qwen/Qwen2.5-Coder-3B-Instruct';
    const found = downloadJobs(jobs, `${source}@main`, null);
    expect(found.map(({ id }) => id)).toEqual(['job-broken']);
    expect(downloadJobs(jobs, 'Qwen/Qwen2.5-Coder-3B', null)).toEqual([]);
    const again = { ...running, title: `download ${source}`, createdAt: '2020-01-01T00:00:00Z' };
    expect(openOrNewest([...found, again])?.id).toBe(running.id);
  });
});
