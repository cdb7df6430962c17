import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { Choice } from '../../ui/choice';
import { ModalDialog } from '../../ui/dialog';
import { TextField } from '../../ui/field';
import { plural } from '../../ui/format';
import { useCommand } from '../../ui/use-command';

/** Puts an evaluation of a finished run, an endpoint or another subject into the queue. */
export function EvaluateDialog({
  subject,
  name,
  onClose,
}: {
  readonly subject: string;
  readonly name: string;
  readonly onClose: () => void;
}): ReactNode {
  const { client, query } = useLab();
  const [, navigate] = useLocation();
  const benchmarks = useQuery(query.benchmarks.list.queryOptions());
  const [chosen, setChosen] = useState<string | null>(null);
  const [repeats, setRepeats] = useState('1');
  const [temperature, setTemperature] = useState('0');
  const benchmark = chosen ?? benchmarks.data?.[0]?.name ?? null;
  const repeatsProblem =
    Number.isInteger(Number(repeats)) && Number(repeats) >= 1
      ? undefined
      : 'A whole number from 1.';
  const temperatureProblem =
    temperature.trim() !== '' && Number(temperature) >= 0 ? undefined : 'A number from 0.';
  const enqueue = useCommand(
    () =>
      client.evaluations.enqueue({
        subject,
        benchmark: benchmark ?? '',
        repeats: Number(repeats),
        temperature: Number(temperature),
      }),
    {
      said: () => 'The evaluation waits in the queue.',
      after: ({ id }) => {
        onClose();
        navigate(`/evaluations/${id}`);
      },
    },
  );
  return (
    <ModalDialog
      open
      onClose={onClose}
      title={`Evaluate ${name}`}
      description="Two evaluations can be compared when everything here is equal."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            disabled={
              benchmark === null ||
              repeatsProblem !== undefined ||
              temperatureProblem !== undefined ||
              enqueue.busy
            }
            onClick={() => enqueue.run(undefined)}
          >
            Evaluate
          </Button>
        </>
      }
    >
      <div className="grid gap-4 sm:grid-cols-3">
        <div>
          <div className="pb-1 text-xs font-medium">Benchmark</div>
          <Choice
            label="Benchmark"
            className="w-full"
            value={benchmark}
            options={(benchmarks.data ?? []).map(({ name, title, tasks }) => ({
              value: name,
              title: name,
              note: `${title}, ${plural(tasks, 'task')}`,
            }))}
            onChange={setChosen}
          />
        </div>
        <TextField
          label="Repeats"
          numeric
          value={repeats}
          onChange={setRepeats}
          problem={repeatsProblem}
          explanation="Samples per task."
        />
        <TextField
          label="Temperature"
          numeric
          value={temperature}
          onChange={setTemperature}
          problem={temperatureProblem}
          explanation="0 is greedy: the same text every time."
        />
      </div>
    </ModalDialog>
  );
}
