import type { EnvironmentName } from '@shared/environment-name';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { ErrorCard } from '../../ui/error-card';
import { ProgressBar } from '../../ui/progress';
import { DoctorList } from './doctor-list';

/** Runs the environment for real and lists what it could do. */
export function EnvironmentChecks({ name }: { readonly name: EnvironmentName }): ReactNode {
  const { query } = useLab();
  const checks = useQuery(
    query.environments.check.queryOptions({
      input: { name },
      retry: false,
      gcTime: 0,
      staleTime: 0,
    }),
  );
  if (checks.isError) return <ErrorCard error={checks.error} />;
  if (checks.data === undefined) {
    return (
      <div role="status" className="space-y-1 pt-1 text-xs text-ink-faint">
        <p>Importing, multiplying, and comparing NF4 with the CPU; this takes some ten seconds.</p>
        <ProgressBar value={null} label={`Checking ${name}`} thin />
      </div>
    );
  }
  return (
    <div className="-mx-4">
      <DoctorList checks={checks.data} />
    </div>
  );
}
