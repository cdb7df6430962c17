/** Says changes of jobs to assistive technology and keeps the window's title current. */
import type { Job, JobState } from '@shared/job';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useQueue } from '../features/lab/use-queue';
import { isActive, jobStateLooks } from '../ui/job-state';

/** What there is to say about the step from one queue to the next. */
export function jobNews(before: ReadonlyMap<string, JobState>, jobs: readonly Job[]): string[] {
  return jobs
    .filter((job) => before.has(job.id) && before.get(job.id) !== job.state)
    .map((job) => `${job.title}: ${jobStateLooks[job.state].word}`);
}

export function Announcer(): ReactNode {
  const { data } = useQueue();
  const known = useRef<ReadonlyMap<string, JobState> | null>(null);
  const [news, setNews] = useState('');

  useEffect(() => {
    if (data === undefined) return;
    const lines = known.current === null ? [] : jobNews(known.current, data.jobs);
    known.current = new Map(data.jobs.map((job) => [job.id, job.state]));
    if (lines.length > 0) setNews(lines.join('. '));
    const active = data.jobs.find((job) => isActive(job.state));
    const share = active?.progress ?? null;
    document.title =
      active === undefined
        ? 'Lorabench'
        : `${share === null ? '' : `${Math.floor(share * 100)} % · `}${active.title} · Lorabench`;
  }, [data]);

  return (
    <div role="status" aria-live="polite" aria-label="Job changes" className="sr-only">
      {news}
    </div>
  );
}
