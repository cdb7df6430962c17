import type { RunDetail } from '@shared/run';
import { type ReactNode, useState } from 'react';
import { isActive } from '../../ui/job-state';
import { Tabs } from '../../ui/tabs';
import { CheckpointsTab } from './checkpoints-tab';
import { EnvironmentTab } from './environment-tab';
import { LogTab } from './log-tab';
import { SamplesTab } from './samples-tab';
import { SpecificationTab } from './specification-tab';
import { WarningsTab } from './warnings-tab';

/** What the run was made of and what it left behind. */
export function RunTabs({ run }: { readonly run: RunDetail }): ReactNode {
  const [tab, setTab] = useState('specification');
  return (
    <section
      aria-label="Details"
      className="card flex h-[32rem] min-w-0 flex-1 flex-col overflow-hidden lg:h-auto lg:min-h-80 lg:basis-0"
    >
      <Tabs
        label="Details of the run"
        value={tab}
        onChange={setTab}
        tabs={[
          {
            id: 'specification',
            title: 'Specification',
            content: <SpecificationTab spec={run.spec} />,
          },
          {
            id: 'log',
            title: 'Log',
            content: <LogTab run={run} live={isActive(run.summary.status)} />,
          },
          {
            id: 'samples',
            title: 'Samples',
            count: run.samples.length,
            content: <SamplesTab samples={run.samples} />,
          },
          {
            id: 'warnings',
            title: 'Warnings',
            count: run.warnings.length,
            content: <WarningsTab warnings={run.warnings} />,
          },
          {
            id: 'checkpoints',
            title: 'Checkpoints',
            count: run.checkpoints.length,
            content: <CheckpointsTab run={run} />,
          },
          {
            id: 'environment',
            title: 'Environment',
            content: <EnvironmentTab run={run} />,
          },
        ]}
      />
    </section>
  );
}
