import type { EnvironmentName } from '@shared/environment-name';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { ModalDialog } from '../../ui/dialog';
import { ErrorCard } from '../../ui/error-card';
import { plain, storage } from '../../ui/format';
import { isOpen } from '../../ui/job-state';
import { Waiting } from '../../ui/waiting';
import { JobProgress } from '../jobs/job-progress';
import { useInstallJob } from '../jobs/use-jobs';
import { EnvironmentPlanView } from './environment-plan';
import { useInstall } from './use-install';

/** What an environment's installation brings, and the button that queues it. */
export function InstallDialog({
  name,
  repair,
  onClose,
}: {
  readonly name: EnvironmentName;
  readonly repair: boolean;
  readonly onClose: () => void;
}): ReactNode {
  const { query } = useLab();
  const job = useInstallJob(name);
  const going = job !== undefined && isOpen(job.state);
  const plan = useQuery(
    query.environments.plan.queryOptions({ input: { name }, enabled: !going, retry: false }),
  );
  const install = useInstall(onClose);
  const size = plan.data?.downloadBytes ?? null;
  const full =
    plan.data?.diskBytes !== undefined &&
    plan.data.diskBytes !== null &&
    plan.data.diskBytes > plan.data.diskFreeBytes;
  return (
    <ModalDialog
      open
      onClose={onClose}
      title={`${repair ? 'Repair' : 'Install'} ${name}`}
      description={
        repair
          ? 'The environment is made anew; the old one stays until the new one works.'
          : 'A Python environment of its own for the lab; nothing else on this machine changes.'
      }
      footer={
        <>
          <Button onClick={onClose}>{going ? 'Close' : 'Cancel'}</Button>
          {!going && (
            <Button
              look="primary"
              disabled={plan.data === undefined || full || install.busy}
              onClick={() => install.run({ name, repair })}
            >
              {repair ? 'Repair' : 'Install'}
              {size !== null && ` (${plain(storage(size))})`}
            </Button>
          )}
        </>
      }
    >
      {going ? (
        <JobProgress job={job} />
      ) : plan.isError ? (
        <ErrorCard
          error={plan.error}
          actions={
            <Button size="small" onClick={() => void plan.refetch()}>
              Ask again
            </Button>
          }
        />
      ) : plan.data === undefined ? (
        <Waiting words="Asking the package index what would come" />
      ) : (
        <EnvironmentPlanView plan={plan.data} full={full} />
      )}
    </ModalDialog>
  );
}
