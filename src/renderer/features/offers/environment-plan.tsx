import type { EnvironmentPlan } from '@shared/environment';
import type { ReactNode } from 'react';
import { Facts } from '../../ui/facts';
import { plain, plural, storage } from '../../ui/format';
import { Quantity } from '../../ui/quantity';

/** Where the packages come from, how large they are, and which they are. */
export function EnvironmentPlanView({
  plan,
  full,
}: {
  readonly plan: EnvironmentPlan;
  readonly full: boolean;
}): ReactNode {
  return (
    <div className="space-y-4">
      {full && (
        <p role="alert" className="rounded-md bg-failed-soft p-3 text-failed">
          The disk is too small: {plain(storage(plan.diskBytes))} are needed,{' '}
          {plain(storage(plan.diskFreeBytes))} are free.
        </p>
      )}
      <Facts
        facts={[
          { name: 'download', value: <Quantity of={storage(plan.downloadBytes)} /> },
          {
            name: 'on disk',
            value: (
              <>
                <Quantity of={storage(plan.diskBytes)} />
                <span className="text-ink-soft">, {plain(storage(plan.diskFreeBytes))} free</span>
              </>
            ),
          },
          { name: 'from', value: plan.source },
          { name: 'python', value: <code className="font-mono text-xs">{plan.python}</code> },
          { name: 'installed by', value: plan.installer },
          {
            name: 'sizes',
            value: plan.basis === 'index' ? 'asked for just now' : 'from the record of the lock',
          },
        ]}
      />
      <details className="rounded-md border border-line">
        <summary className="rounded-md px-3 py-1.5 text-xs font-medium hover:bg-hover">
          {plural(plan.packages.length, 'package')}
        </summary>
        <table className="w-full text-xs">
          <thead className="sr-only">
            <tr>
              <th>package</th>
              <th>version</th>
              <th>size</th>
            </tr>
          </thead>
          <tbody>
            {plan.packages.map((entry) => (
              <tr key={entry.name} className="border-t border-line">
                <td className="px-3 py-1">{entry.name}</td>
                <td className="px-3 py-1 font-mono">{entry.version}</td>
                <td className="px-3 py-1 text-right whitespace-nowrap">
                  <Quantity of={storage(entry.bytes)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  );
}
