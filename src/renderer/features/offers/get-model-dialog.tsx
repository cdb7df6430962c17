import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { ModalDialog } from '../../ui/dialog';
import { ErrorCard } from '../../ui/error-card';
import { TextField } from '../../ui/field';
import { plain, storage } from '../../ui/format';
import { isOpen } from '../../ui/job-state';
import { useCommand } from '../../ui/use-command';
import { Waiting } from '../../ui/waiting';
import { JobProgress } from '../jobs/job-progress';
import { useDownloadJob } from '../jobs/use-jobs';
import { ModelOfferView } from './model-offer';

/** `owner/name@revision` in its two parts. */
export function splitSource(text: string): { readonly source: string; readonly revision: string } {
  const [source = '', revision = ''] = text.trim().split('@');
  return { source, revision: revision === '' ? 'main' : revision };
}

/** Asks the hub what a model is and brings, then puts its download into the queue. */
export function GetModelDialog({
  source: given,
  onClose,
}: {
  readonly source: string | null;
  readonly onClose: () => void;
}): ReactNode {
  const { client, query } = useLab();
  const [typed, setTyped] = useState(given ?? '');
  const [asked, setAsked] = useState(given ?? '');
  const input = splitSource(asked);
  const job = useDownloadJob(asked);
  const going = asked !== '' && job !== undefined && isOpen(job.state);
  const offer = useQuery(
    query.models.look.queryOptions({ input, enabled: asked !== '' && !going, retry: false }),
  );
  const download = useCommand(() => client.models.download(input), {
    said: () => `The download of ${input.source} is in the queue.`,
    after: onClose,
  });
  const missing =
    offer.data === undefined
      ? 0
      : offer.data.totalBytes - offer.data.presentBytes - offer.data.diskFreeBytes;
  const verb = (offer.data?.presentBytes ?? 0) > 0 ? 'Go on with' : 'Start';
  return (
    <ModalDialog
      open
      onClose={onClose}
      title={given === null ? 'Get a model' : `Get ${given}`}
      description="From the hub, as safetensors. Nothing is downloaded before you say so."
      footer={
        <>
          <Button onClick={onClose}>{going ? 'Close' : 'Cancel'}</Button>
          {!going && (
            <Button
              look="primary"
              disabled={offer.data === undefined || missing > 0 || download.busy}
              onClick={() => download.run(undefined)}
            >
              {verb} the download
              {offer.data !== undefined &&
                ` (${plain(storage(offer.data.totalBytes - offer.data.presentBytes))})`}
            </Button>
          )}
        </>
      }
    >
      {given === null && (
        <form
          className="flex items-start gap-2 pb-4"
          onSubmit={(event) => {
            event.preventDefault();
            setAsked(typed.trim());
          }}
        >
          <div className="min-w-0 flex-1">
            <TextField
              label="Model"
              value={typed}
              onChange={setTyped}
              placeholder="owner/name"
              explanation="As the hub calls it; owner/name@revision for a branch, tag or commit."
            />
          </div>
          <Button type="submit" className="mt-5" disabled={typed.trim() === ''}>
            Look
          </Button>
        </form>
      )}
      {going ? (
        <JobProgress job={job} />
      ) : offer.isError ? (
        <ErrorCard
          error={offer.error}
          actions={
            <Button size="small" onClick={() => void offer.refetch()}>
              Ask again
            </Button>
          }
        />
      ) : offer.data !== undefined ? (
        <ModelOfferView offer={offer.data} lackingBytes={Math.max(0, missing)} />
      ) : (
        asked !== '' && <Waiting words="Asking the hub what the model is" />
      )}
    </ModalDialog>
  );
}
