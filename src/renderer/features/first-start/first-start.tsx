import type { EnvironmentName } from '@shared/environment-name';
import type { Machine } from '@shared/machine';
import type { PresetCard } from '@shared/preset';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleMinus, Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { ErrorCard } from '../../ui/error-card';
import { bytes, plain, storage } from '../../ui/format';
import { isOpen } from '../../ui/job-state';
import { Waiting } from '../../ui/waiting';
import { JobFailed, JobProgress } from '../jobs/job-progress';
import { useInstallJob } from '../jobs/use-jobs';
import { deviceNote } from '../lab/machine-card';
import { EnvironmentPlanView } from '../offers/environment-plan';
import { useInstall } from '../offers/use-install';

/** The environment without which not even the starter trains; null when it is there. */
export function firstEnvironment(cards: readonly PresetCard[]): EnvironmentName | null {
  const starter = cards.find((card) => card.preset.toy) ?? cards[0];
  for (const need of starter?.needs ?? []) {
    if (need.offer?.kind === 'install') return need.offer.environment;
  }
  return null;
}

/** A new machine: what was found, what will be installed and how large, one button. */
export function FirstStart({ environment }: { readonly environment: EnvironmentName }): ReactNode {
  const { query } = useLab();
  const machine = useQuery(query.machine.describe.queryOptions());
  return (
    <div className="mx-auto flex w-full max-w-[60rem] flex-1 flex-col justify-center gap-6 py-6">
      <header>
        <h2 className="text-2xl font-semibold tracking-tight">Set up this machine</h2>
        <p className="pt-1 text-base text-ink-soft">
          Once, then everything works offline. Nothing outside the lab's own folder changes.
        </p>
      </header>
      <div className="grid items-start gap-4 md:grid-cols-2">
        <section aria-labelledby="found" className="card p-5">
          <h3 id="found" className="pb-3 text-base font-semibold">
            What was found
          </h3>
          {machine.isError ? (
            <ErrorCard error={machine.error} />
          ) : machine.data === undefined ? (
            <Waiting words="Looking at the machine" />
          ) : (
            <Found machine={machine.data} />
          )}
        </section>
        <section aria-labelledby="installed" className="card p-5">
          <h3 id="installed" className="pb-3 text-base font-semibold">
            What will be installed
          </h3>
          <ToInstall environment={environment} />
        </section>
      </div>
    </div>
  );
}

function Found({ machine }: { readonly machine: Machine }): ReactNode {
  return (
    <>
      <ul aria-label="Devices found" className="space-y-3">
        {machine.devices.map((device) => (
          <li key={device.id} className="flex gap-2.5">
            {device.usable ? (
              <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-passed" />
            ) : (
              <CircleMinus aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-faint" />
            )}
            <div className="min-w-0">
              <p className="font-medium">
                {device.name}
                <span className="font-normal text-ink-faint">
                  {' '}
                  {plain(bytes(device.memoryBytes))}
                </span>
              </p>
              <p className="text-xs text-ink-faint">{deviceNote(device)}</p>
              <p className="text-xs text-ink-soft">
                {device.usable
                  ? device.chosen
                    ? 'Will be used for training.'
                    : 'Can train too.'
                  : (device.problem ?? device.reason)}
              </p>
            </div>
          </li>
        ))}
      </ul>
      <p className="mt-4 border-t border-line pt-3 text-xs text-ink-faint">
        {machine.operatingSystem}, {machine.cores} cores, {plain(bytes(machine.memoryBytes))} of
        memory, {plain(storage(machine.diskFreeBytes))} of disk free
      </p>
    </>
  );
}

function ToInstall({ environment: name }: { readonly environment: EnvironmentName }): ReactNode {
  const { query } = useLab();
  const job = useInstallJob(name);
  const going = job !== undefined && isOpen(job.state);
  const plan = useQuery(query.environments.plan.queryOptions({ input: { name }, retry: false }));
  const install = useInstall();
  if (plan.isError) {
    return (
      <ErrorCard
        error={plan.error}
        actions={
          <Button size="small" onClick={() => void plan.refetch()}>
            Ask again
          </Button>
        }
      />
    );
  }
  if (plan.data === undefined) return <Waiting words="Asking the package index what would come" />;
  const { downloadBytes, diskBytes, diskFreeBytes } = plan.data;
  const full = diskBytes !== null && diskBytes > diskFreeBytes;
  return (
    <div className="space-y-4">
      <EnvironmentPlanView plan={plan.data} full={full} />
      {going ? (
        <JobProgress job={job} />
      ) : (
        <>
          {job?.state === 'failed' && <JobFailed job={job} />}
          <Button
            look="primary"
            className="h-10! w-full text-base!"
            disabled={full || install.busy}
            onClick={() => install.run({ name, repair: false })}
          >
            <Download aria-hidden className="size-4" /> Install
            {downloadBytes !== null && ` ${plain(storage(downloadBytes))}`}
          </Button>
        </>
      )}
    </div>
  );
}
