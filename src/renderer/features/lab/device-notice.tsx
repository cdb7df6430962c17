import type { EnvironmentCard } from '@shared/environment';
import type { Device } from '@shared/machine';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { CopyText } from '../../ui/copy-text';
import { plain, storage } from '../../ui/format';
import { isOpen } from '../../ui/job-state';
import { JobFailed, JobProgress } from '../jobs/job-progress';
import { useInstallJob } from '../jobs/use-jobs';
import { useOffers } from '../offers/offer-store';
import { useChooseDevice, useTargetDevice } from './target-device';

/** Why a device cannot train and the fix, or the environment that it lacks, or that it is not the lab's choice. */
export function DeviceNotice({ device }: { readonly device: Device }): ReactNode {
  const { query } = useLab();
  const { other, devices } = useTargetDevice();
  const choose = useChooseDevice();
  const environments = useQuery(query.environments.list.queryOptions());
  const environment = environments.data?.find((entry) => entry.name === device.environment);
  const chosen = devices.find((entry) => entry.chosen);
  return (
    <div className="space-y-2 empty:hidden">
      {!device.usable && (
        <div className="rounded-md bg-failed-soft p-2 text-xs">
          <p>{device.problem ?? device.reason}</p>
          {device.fix !== null && (
            <div className="pt-1">
              <CopyText text={device.fix} />
            </div>
          )}
        </div>
      )}
      {device.usable && environment !== undefined && environment.state !== 'ready' && (
        <EnvironmentNotice environment={environment} />
      )}
      {other !== null && (
        <p className="flex flex-wrap items-center gap-x-2 text-xs text-ink-soft">
          {other.usable
            ? 'New trainings and rehearsals are for this device.'
            : 'It cannot train; trainings that name it are refused.'}
          {chosen !== undefined && (
            <Button size="small" look="ghost" onClick={() => choose(null)}>
              Back to {chosen.name}
            </Button>
          )}
        </p>
      )}
    </div>
  );
}

const lacks: Readonly<Record<EnvironmentCard['state'], string>> = {
  ready: '',
  missing: 'is not installed',
  unfinished: 'was not installed to the end',
  outdated: 'is out of date',
  broken: 'does not work',
  unsupported: 'does not exist for this system',
};

function EnvironmentNotice({ environment }: { readonly environment: EnvironmentCard }): ReactNode {
  const open = useOffers((state) => state.open);
  const job = useInstallJob(environment.name);
  if (job !== undefined && isOpen(job.state)) return <JobProgress job={job} />;
  if (job?.state === 'failed') return <JobFailed job={job} />;
  const repair = environment.state === 'broken' || environment.state === 'outdated';
  return (
    <div className="flex flex-wrap items-center gap-2 rounded-md bg-warning-soft p-2 text-xs">
      <span className="min-w-0 flex-1 text-warning">
        Its Python environment {environment.name} {lacks[environment.state]}.
      </span>
      {environment.state !== 'unsupported' && (
        <Button
          size="small"
          onClick={() => open({ kind: 'install', environment: environment.name, repair })}
        >
          {repair ? 'Repair' : 'Install'}
          {environment.downloadBytes !== null && ` (${plain(storage(environment.downloadBytes))})`}
        </Button>
      )}
    </div>
  );
}
