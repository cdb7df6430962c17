import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { ErrorCard } from '../../ui/error-card';
import { integer, plural } from '../../ui/format';
import { Waiting } from '../../ui/waiting';

/** One or several benchmarks; those that are queued already cannot be taken back here. */
export function BenchmarkChoice({
  chosen,
  queued,
  onChange,
}: {
  readonly chosen: readonly string[];
  readonly queued: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}): ReactNode {
  const { query } = useLab();
  const benchmarks = useQuery(query.benchmarks.list.queryOptions());
  if (benchmarks.isError) return <ErrorCard error={benchmarks.error} />;
  if (benchmarks.data === undefined) return <Waiting words="Reading the benchmarks" />;
  const toggle = (name: string): void =>
    onChange(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]);
  const tasks = benchmarks.data
    .filter(({ name }) => chosen.includes(name))
    .reduce((sum, benchmark) => sum + benchmark.tasks, 0);
  return (
    <fieldset className="min-w-0">
      <legend className="w-full pb-1 text-xs font-medium">
        Benchmarks
        {tasks > 0 && (
          <span className="pl-2 font-normal text-ink-faint">{plural(tasks, 'task')}</span>
        )}
      </legend>
      <ul className="max-h-44 divide-y divide-line overflow-y-auto rounded-md border border-line-strong bg-panel">
        {benchmarks.data.map(({ name, title, tasks: count, toolchain }) => {
          const done = queued.includes(name);
          return (
            <li key={name}>
              <label className="flex min-h-9 min-w-0 cursor-default items-center gap-2.5 px-2.5 py-1 hover:bg-hover has-disabled:opacity-60">
                <input
                  type="checkbox"
                  aria-label={name}
                  checked={done || chosen.includes(name)}
                  disabled={done}
                  onChange={() => toggle(name)}
                  className="size-4 shrink-0 accent-(--accent-fill)"
                />
                <span className="min-w-0 flex-1">
                  <span className="block truncate text-sm font-medium">{name}</span>
                  <span className="block truncate text-xs text-ink-faint">{title}</span>
                </span>
                <span className="shrink-0 text-right text-xs text-ink-faint">
                  {done ? 'queued' : `${integer(count)} · ${toolchain}`}
                </span>
              </label>
            </li>
          );
        })}
      </ul>
    </fieldset>
  );
}
