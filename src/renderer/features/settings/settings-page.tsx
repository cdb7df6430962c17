import { useQuery } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { Page } from '../../app/page';
import { Button } from '../../ui/button';
import { CopyText } from '../../ui/copy-text';
import { ErrorCard } from '../../ui/error-card';
import { Facts } from '../../ui/facts';
import { Panel } from '../../ui/panel';
import { Waiting } from '../../ui/waiting';
import { useQueue } from '../lab/use-queue';
import { BenchmarksPanel } from './benchmarks-panel';
import { DevicesPanel } from './devices-panel';
import { DoctorList } from './doctor-list';
import { EndpointsPanel } from './endpoints-panel';
import { EnvironmentsPanel } from './environments-panel';
import { LibraryPanel } from './library-panel';
import { ModelsPanel } from './models-panel';

/** What the lab found on this machine, what is wrong and how to put it right. */
export function SettingsPage(): ReactNode {
  const { query } = useLab();
  const about = useQuery(query.machine.about.queryOptions());
  const doctor = useQuery(query.machine.doctor.queryOptions());
  const queue = useQueue();
  const scheduler = queue.data?.scheduler ?? null;
  return (
    <Page
      title="Settings"
      subtitle="What the lab found here, and how to put right what is missing."
    >
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="flex flex-col gap-4">
          <Panel
            title="Doctor"
            bodyClassName="py-1"
            actions={
              <Button
                size="small"
                look="ghost"
                disabled={doctor.isFetching}
                onClick={() => void doctor.refetch()}
              >
                <RefreshCw aria-hidden className="size-3.5" />
                {doctor.isFetching ? 'Checking' : 'Check again'}
              </Button>
            }
          >
            {doctor.isError ? (
              <ErrorCard error={doctor.error} />
            ) : doctor.data === undefined ? (
              <Waiting words="Checking devices, drivers, Python, toolchains and disk" />
            ) : (
              <DoctorList checks={doctor.data} />
            )}
          </Panel>
          <EnvironmentsPanel />
          <BenchmarksPanel />
          <LibraryPanel />
        </div>
        <div className="flex flex-col gap-4">
          <DevicesPanel />
          <ModelsPanel />
          <EndpointsPanel />
          <Panel title="This lab">
            {about.data === undefined ? (
              <Waiting words="Asking the lab" />
            ) : (
              <Facts
                facts={[
                  { name: 'version', value: about.data.version },
                  { name: 'home', value: <CopyText text={about.data.home} /> },
                  {
                    name: 'shown in',
                    value: about.data.shell === 'desktop' ? 'its own window' : 'a browser',
                  },
                  {
                    name: 'scheduler',
                    value:
                      scheduler === null
                        ? 'none: it starts by itself when a job waits'
                        : `${scheduler.mine ? 'this one' : 'another process'} (pid ${scheduler.pid} on ${scheduler.host})`,
                  },
                ]}
              />
            )}
          </Panel>
        </div>
      </div>
    </Page>
  );
}
