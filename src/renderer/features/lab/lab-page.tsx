import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { FirstStart, firstEnvironment } from '../first-start/first-start';
import { MachineCard } from './machine-card';
import { NowCard } from './now-card';
import { PresetCards } from './preset-cards';
import { QueuePanel } from './queue-panel';
import { RecentRuns } from './recent-runs';

/** Home: the machine, what it does now, what it can do next, and what it did. */
export function LabPage(): ReactNode {
  const { query } = useLab();
  const runs = useQuery(query.runs.list.queryOptions());
  const presets = useQuery(query.presets.list.queryOptions());
  const firstTime = runs.data?.length === 0;
  const environment = firstTime ? firstEnvironment(presets.data ?? []) : null;
  if (environment !== null) {
    return (
      <div className="flex min-h-full flex-col px-4 xl:px-6">
        <h1 className="sr-only">Lab</h1>
        <FirstStart environment={environment} />
      </div>
    );
  }
  return (
    <div className="mx-auto flex min-h-full w-full max-w-[120rem] flex-col gap-4 px-4 py-4 xl:px-6 xl:py-5">
      <h1 className="sr-only">Lab</h1>
      <div className="grid grid-cols-12 gap-4">
        <div className="col-span-12 md:col-span-5 2xl:col-span-4">
          <MachineCard />
        </div>
        <div className="col-span-12 md:col-span-7 2xl:col-span-8">
          <NowCard />
        </div>
      </div>
      <PresetCards firstTime={firstTime} />
      <div className="grid grid-cols-12 items-start gap-4">
        <div className="col-span-12 lg:col-span-5 2xl:col-span-4">
          <QueuePanel />
        </div>
        <div className="col-span-12 lg:col-span-7 2xl:col-span-8">
          <RecentRuns />
        </div>
      </div>
    </div>
  );
}
