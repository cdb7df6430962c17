import type { Job } from '@shared/job';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Button } from '../../ui/button';
import { endsAt, percent, roughDuration } from '../../ui/format';
import { ProgressBar } from '../../ui/progress';
import { Quantity, Reading } from '../../ui/quantity';
import { jobWords } from '../jobs/job-progress';
import { useJobCommands } from '../jobs/use-jobs';
import { jobPath } from './job-path';

/** A running download, installation or rehearsal. */
export function NowJob({ job }: { readonly job: Job }): ReactNode {
  const { cancel } = useJobCommands();
  return (
    <div className="flex flex-col gap-4">
      <div className="grid grid-cols-[repeat(3,auto)_1fr] items-end gap-x-8">
        <Reading label="done" large>
          <Quantity of={percent(job.progress, 0)} />
        </Reading>
        <Reading label="left" large>
          {roughDuration(job.secondsLeft)}
        </Reading>
        <Reading label="until" large>
          {endsAt(job.secondsLeft)}
        </Reading>
        <Button
          className="justify-self-end"
          disabled={cancel.busy || job.state === 'stopping'}
          aria-label={`Cancel ${job.title} now`}
          onClick={() => cancel.run(job)}
        >
          <X aria-hidden className="size-3.5" /> Cancel
        </Button>
      </div>
      <ProgressBar value={job.progress} label={`Progress of ${job.title}, running now`} />
      <p className="text-xs text-ink-soft">
        {jobWords(job)}
        <Link href={jobPath(job)} className="ml-3 text-accent underline">
          Details
        </Link>
      </p>
    </div>
  );
}
