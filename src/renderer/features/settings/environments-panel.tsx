import type { EnvironmentCard } from '@shared/environment';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { ErrorCard } from '../../ui/error-card';
import { plain, storage } from '../../ui/format';
import { isOpen } from '../../ui/job-state';
import { Panel } from '../../ui/panel';
import { Quantity } from '../../ui/quantity';
import { Waiting } from '../../ui/waiting';
import { JobFailed, JobProgress } from '../jobs/job-progress';
import { useInstallJob } from '../jobs/use-jobs';
import { useOffers } from '../offers/offer-store';
import { EnvironmentChecks } from './environment-checks';
import { environmentLooks } from './state-looks';

/** The Python environments: which are needed here, how they stand, and what brings or mends them. */
export function EnvironmentsPanel(): ReactNode {
  const { query } = useLab();
  const environments = useQuery(query.environments.list.queryOptions());
  return (
    <Panel title="Python environments" bodyClassName="py-1">
      {environments.isError ? (
        <ErrorCard error={environments.error} />
      ) : environments.data === undefined ? (
        <Waiting words="Looking at the Python environments" />
      ) : (
        <ul aria-label="Python environments" className="divide-y divide-line">
          {neededFirst(environments.data).map((environment) => (
            <EnvironmentRow key={environment.name} environment={environment} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** What devices here need comes first; what does not exist for this system comes last. */
export function neededFirst(cards: readonly EnvironmentCard[]): readonly EnvironmentCard[] {
  const weight = (card: EnvironmentCard): number =>
    card.neededBy.length > 0 ? 0 : card.state === 'unsupported' ? 2 : 1;
  return [...cards].sort((a, b) => weight(a) - weight(b));
}

function EnvironmentRow({ environment }: { readonly environment: EnvironmentCard }): ReactNode {
  const open = useOffers((state) => state.open);
  const job = useInstallJob(environment.name);
  const [checking, setChecking] = useState(0);
  const going = job !== undefined && isOpen(job.state);
  const { state, name, downloadBytes, diskBytes, problem, fix } = environment;
  const there = state === 'ready' || state === 'outdated' || state === 'broken';
  const { word, tone } = environmentLooks[state];
  const versions = Object.entries(environment.versions)
    .map(([library, version]) => `${library} ${version}`)
    .join(' · ');
  return (
    <li className="space-y-1 px-4 py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-medium">{environment.title}</span>
        <span className="font-mono text-xs text-ink-faint">{name}</span>
        <span className={`rounded-full px-2 text-2xs font-semibold ${tone}`}>{word}</span>
        <span className="ml-auto text-xs text-ink-faint">
          {there ? (
            <Quantity of={storage(diskBytes)} />
          ) : (
            state !== 'unsupported' &&
            downloadBytes !== null && (
              <>
                {plain(storage(downloadBytes))} to download, {plain(storage(diskBytes))} on disk
              </>
            )
          )}
        </span>
      </div>
      {versions !== '' && <p className="text-xs text-ink-faint">{versions}</p>}
      {environment.neededBy.length > 0 && (
        <p className="text-xs text-ink-faint">needed by {environment.neededBy.join(', ')}</p>
      )}
      {problem !== null && (
        <p className="text-xs text-ink-soft">
          {problem} {fix}
        </p>
      )}
      {going ? (
        <JobProgress job={job} />
      ) : (
        <>
          {job?.state === 'failed' && !there && <JobFailed job={job} />}
          {state !== 'unsupported' && (
            <div className="flex flex-wrap gap-2 pt-1">
              {there && (
                <Button
                  size="small"
                  aria-label={`Check ${name}`}
                  onClick={() => setChecking((old) => old + 1)}
                >
                  Check
                </Button>
              )}
              <Button
                size="small"
                aria-label={`${there ? 'Repair' : 'Install'} ${name}`}
                onClick={() => open({ kind: 'install', environment: name, repair: there })}
              >
                {there ? 'Repair…' : state === 'unfinished' ? 'Finish…' : 'Install…'}
              </Button>
            </div>
          )}
        </>
      )}
      {checking > 0 && <EnvironmentChecks key={checking} name={name} />}
    </li>
  );
}
