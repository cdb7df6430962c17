import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { ModalDialog } from '../../ui/dialog';
import { ErrorCard } from '../../ui/error-card';
import { TextField } from '../../ui/field';
import { integer } from '../../ui/format';
import { useNotices } from '../../ui/notices';
import { type ExportOrigin, useExportDialog } from './export-store';

/** Folds an adapter into its base model's weights, as a model of its own. */
export function ExportDialog(): ReactNode {
  const origin = useExportDialog((state) => state.origin);
  const close = useExportDialog((state) => state.close);
  const [location] = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page ends the dialog
  useEffect(() => close(), [location, close]);
  return origin === null ? null : <Exporting origin={origin} onClose={close} />;
}

function Exporting({
  origin,
  onClose,
}: {
  readonly origin: ExportOrigin;
  readonly onClose: () => void;
}): ReactNode {
  const { client, query, queryClient } = useLab();
  const { runId, runName, step } = origin;
  const [out, setOut] = useState('');
  const folder = out.trim();
  const problem = pathProblem(folder);
  const start = useMutation({
    mutationFn: () =>
      client.exports.start({
        runId,
        step,
        to: 'merged',
        ...(folder === '' ? {} : { out: folder }),
      }),
    onSuccess: () => {
      useNotices.getState().say('The export waits in the queue.');
      onClose();
    },
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: query.exports.key() });
      void queryClient.invalidateQueries({ queryKey: query.queue.key() });
    },
  });
  const what = step === null ? 'the finished adapter' : `the checkpoint at step ${integer(step)}`;
  return (
    <ModalDialog
      open
      onClose={onClose}
      title={`Export ${runName} as a merged model`}
      description={`Folds ${what} into the base model's weights: a model of its own, which other programs load without an adapter.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            disabled={problem !== undefined || start.isPending}
            onClick={() => start.mutate()}
          >
            {start.isPending ? 'Queuing' : 'Export'}
          </Button>
        </>
      }
    >
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (problem === undefined && !start.isPending) start.mutate();
        }}
      >
        <TextField
          label="Folder"
          value={out}
          onChange={setOut}
          placeholder="in the run's folder"
          problem={problem}
          explanation="A new folder; nothing that is there is written over. As large as the base model."
        />
        {start.isError && <ErrorCard error={start.error} />}
        <button type="submit" className="hidden" aria-hidden tabIndex={-1} />
      </form>
    </ModalDialog>
  );
}

const pathProblem = (path: string): string | undefined =>
  path === '' || /^(\/|~|[A-Za-z]:[\\/])/.test(path)
    ? undefined
    : 'A whole path, from the root on.';
