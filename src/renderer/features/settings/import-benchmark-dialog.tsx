import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { ModalDialog } from '../../ui/dialog';
import { ErrorCard } from '../../ui/error-card';
import { TextField } from '../../ui/field';
import { plural } from '../../ui/format';
import { useNotices } from '../../ui/notices';

/** Brings a published set of tasks into the lab home; the line that is wrong is named here. */
export function ImportBenchmarkDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { client, query, queryClient } = useLab();
  const [source, setSource] = useState('');
  const [name, setName] = useState('');
  const [toolchain, setToolchain] = useState('');
  const bring = useMutation({
    mutationFn: () =>
      client.benchmarks.import({
        source: source.trim(),
        ...(name.trim() === '' ? {} : { name: name.trim() }),
        ...(toolchain.trim() === '' ? {} : { toolchain: toolchain.trim() }),
      }),
    onSuccess: (imported) => {
      void queryClient.invalidateQueries({ queryKey: query.benchmarks.key() });
      useNotices.getState().say(`Imported ${plural(imported.tasks, 'task')} as ${imported.name}.`);
      onClose();
    },
  });
  const empty = source.trim() === '';
  return (
    <ModalDialog
      open
      onClose={onClose}
      title="Import a benchmark"
      description="JSONL in the layout of HumanEval, MBPP, MultiPL-E or {id, prompt, reference, metadata.tests}, or a folder with one folder a task."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={empty || bring.isPending} onClick={() => bring.mutate()}>
            {bring.isPending ? 'Reading it' : 'Import'}
          </Button>
        </>
      }
    >
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (!empty) bring.mutate();
        }}
      >
        <TextField
          label="File or folder"
          value={source}
          onChange={setSource}
          placeholder="/path/to/tasks.jsonl"
          explanation="On the machine where the lab runs."
        />
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label="Name"
            value={name}
            onChange={setName}
            explanation="What it is called; empty: as the file."
          />
          <TextField
            label="Toolchain"
            value={toolchain}
            onChange={setToolchain}
            suggestions={['javascript', 'python', 'go', 'typescript']}
            explanation="What judges it; empty: as its layout says."
          />
        </div>
        {bring.isError && <ErrorCard error={bring.error} />}
      </form>
    </ModalDialog>
  );
}
