import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';

interface SubjectOption {
  readonly value: string;
  readonly title: string;
}

const shownRuns = 12;

/** Everything that can be asked: the newest finished runs, models that are here, endpoints. */
function useSubjects(chosen: readonly string[]): readonly SubjectOption[] {
  const { query } = useLab();
  const runs = useQuery(query.runs.list.queryOptions()).data ?? [];
  const models = useQuery(query.models.list.queryOptions()).data ?? [];
  const endpoints = useQuery(query.endpoints.list.queryOptions()).data ?? [];
  const finished = runs.filter(({ status, id }) => status === 'done' || chosen.includes(id));
  return [
    ...finished.slice(0, shownRuns).map(({ id, name }) => ({ value: id, title: name })),
    ...models
      .filter(({ state }) => state === 'ready')
      .map(({ source }) => ({ value: `base:${source}`, title: `base ${source}` })),
    ...endpoints.map(({ endpoint: { name } }) => ({
      value: `endpoint:${name}`,
      title: `endpoint ${name}`,
    })),
  ];
}

/** Several of what can be asked. */
export function SubjectChoice({
  chosen,
  onChange,
}: {
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}): ReactNode {
  const options = useSubjects(chosen);
  const toggle = (value: string): void =>
    onChange(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]);
  return (
    <fieldset className="min-w-0">
      <legend className="pb-1 text-xs font-medium">Who is asked</legend>
      <div className="flex max-h-40 flex-wrap gap-x-4 gap-y-1 overflow-y-auto">
        {options.map(({ value, title }) => (
          <label key={value} className="flex min-h-6 min-w-0 items-center gap-2 text-sm">
            <input
              type="checkbox"
              checked={chosen.includes(value)}
              onChange={() => toggle(value)}
              className="size-4 accent-(--accent-fill)"
            />
            <span className="truncate">{title}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
