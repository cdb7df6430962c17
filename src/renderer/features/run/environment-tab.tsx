import type { RunDetail } from '@shared/run';
import type { ReactNode } from 'react';
import { CopyText } from '../../ui/copy-text';
import { Facts } from '../../ui/facts';
import { Empty } from '../../ui/waiting';

function hash(value: string | null): ReactNode {
  if (value === null) return 'none';
  return (
    <code className="font-mono text-xs" title={value}>
      {value.slice(0, 16)}
    </code>
  );
}

/** What the numbers were made with. */
export function EnvironmentTab({ run }: { readonly run: RunDetail }): ReactNode {
  const { environment, folder } = run;
  return (
    <div className="space-y-4 p-4">
      <section aria-label="Folder">
        <h3 className="pb-1 text-xs font-semibold">Folder</h3>
        <CopyText text={folder} />
      </section>
      {environment === null ? (
        <Empty title="Not recorded yet.">The worker writes it down when it starts.</Empty>
      ) : (
        <>
          <section aria-label="Machine">
            <h3 className="pb-1 text-xs font-semibold">Machine</h3>
            <Facts
              facts={[
                { name: 'device', value: environment.device },
                { name: 'driver', value: environment.driver ?? 'none' },
                { name: 'platform', value: environment.platform },
                { name: 'threads', value: environment.threads },
                { name: 'seed', value: environment.seed },
              ]}
            />
          </section>
          <section aria-label="Software">
            <h3 className="pb-1 text-xs font-semibold">Software</h3>
            <Facts
              facts={[
                { name: 'python', value: environment.python },
                ...Object.entries(environment.libraries).map(([name, value]) => ({ name, value })),
              ]}
            />
          </section>
          <section aria-label="Hashes">
            <h3 className="pb-1 text-xs font-semibold">Hashes</h3>
            <Facts
              facts={[
                { name: 'model', value: hash(environment.modelHash) },
                { name: 'corpus', value: hash(environment.corpusHash) },
              ]}
            />
          </section>
        </>
      )}
    </div>
  );
}
