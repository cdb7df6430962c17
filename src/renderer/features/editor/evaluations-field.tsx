import { type Preset, queuedEvaluationSchema } from '@shared/preset';
import { useQuery } from '@tanstack/react-query';
import { Plus, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useLab } from '../../app/lab-context';
import { Button, IconButton } from '../../ui/button';
import { Choice } from '../../ui/choice';
import { inputClasses } from '../../ui/field';
import { plural } from '../../ui/format';

type Queued = Preset['evaluations'][number];

/** The evaluations that follow a training by themselves, in order. */
export function EvaluationsField({
  value,
  onChange,
}: {
  readonly value: readonly Queued[];
  readonly onChange: (next: readonly Queued[]) => void;
}): ReactNode {
  const { query } = useLab();
  const benchmarks = useQuery(query.benchmarks.list.queryOptions());
  const options = (benchmarks.data ?? []).map(({ name, title, tasks }) => ({
    value: name,
    title: name,
    note: `${title}, ${plural(tasks, 'task')}`,
  }));
  const change = (at: number, more: Partial<Queued>): void =>
    onChange(value.map((entry, index) => (index === at ? { ...entry, ...more } : entry)));
  const free = options.find((option) => !value.some((entry) => entry.benchmark === option.value));
  return (
    <div className="space-y-2">
      {value.length === 0 ? (
        <p className="text-ink-faint">None: the training ends with its last step.</p>
      ) : (
        <ul aria-label="Evaluations to queue" className="space-y-2">
          {value.map((entry, at) => (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: the same benchmark may come twice
              key={at}
              className="flex flex-wrap items-end gap-3"
            >
              <div className="min-w-40 flex-1">
                <div className="label pb-0.5">benchmark</div>
                <Choice
                  label={`Benchmark ${at + 1}`}
                  className="w-full"
                  value={entry.benchmark}
                  options={
                    options.some((option) => option.value === entry.benchmark)
                      ? options
                      : [
                          { value: entry.benchmark, title: entry.benchmark, note: 'not here' },
                          ...options,
                        ]
                  }
                  onChange={(benchmark) => change(at, { benchmark })}
                />
              </div>
              <Small
                label="repeats"
                name={`Repeats of ${entry.benchmark}`}
                value={entry.repeats}
                read={(repeats) => queuedEvaluationSchema.safeParse({ ...entry, repeats }).success}
                onChange={(repeats) => change(at, { repeats })}
              />
              <Small
                label="temperature"
                name={`Temperature of ${entry.benchmark}`}
                value={entry.temperature}
                read={(temperature) =>
                  queuedEvaluationSchema.safeParse({ ...entry, temperature }).success
                }
                onChange={(temperature) => change(at, { temperature })}
              />
              <IconButton
                name={`Remove ${entry.benchmark}`}
                onClick={() => onChange(value.filter((_, index) => index !== at))}
              >
                <Trash2 aria-hidden className="size-3.5" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <Button
        size="small"
        disabled={options.length === 0}
        onClick={() => {
          const next = free ?? options[0];
          if (next === undefined) return;
          onChange([...value, { benchmark: next.value, repeats: 1, temperature: 0 }]);
        }}
      >
        <Plus aria-hidden className="size-3.5" /> Add an evaluation
      </Button>
    </div>
  );
}

function Small({
  label,
  name,
  value,
  read,
  onChange,
}: {
  readonly label: string;
  readonly name: string;
  readonly value: number;
  readonly read: (value: number) => boolean;
  readonly onChange: (value: number) => void;
}): ReactNode {
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? String(value);
  const wrong = text.trim() === '' || !read(Number(text));
  return (
    <label className="block w-24">
      <span className="label block pb-0.5">{label}</span>
      <input
        aria-label={name}
        aria-invalid={wrong}
        inputMode="decimal"
        value={text}
        onChange={(event) => {
          const next = event.target.value;
          setTyped(next);
          if (next.trim() !== '' && read(Number(next))) onChange(Number(next));
        }}
        onBlur={() => setTyped(null)}
        className={`${inputClasses} font-mono ${wrong ? 'border-failed' : ''}`}
      />
    </label>
  );
}
