import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { answers, draftOf, emptySubject, subjectKinds } from '../subjects/subject-draft';
import { SubjectPicker } from '../subjects/subject-picker';
import { useSubject } from '../subjects/use-subject';

interface SubjectOption {
  readonly value: string;
  readonly title: string;
}

const shownRuns = 12;
/** So many are asked side by side at most. */
const most = 8;
const asked = subjectKinds.filter(answers);

/** What is usually asked: the newest finished runs, models that are here, endpoints; and what is chosen. */
function useOptions(chosen: readonly string[]): readonly SubjectOption[] {
  const { query } = useLab();
  const runs = useQuery(query.runs.list.queryOptions()).data ?? [];
  const models = useQuery(query.models.list.queryOptions()).data ?? [];
  const endpoints = useQuery(query.endpoints.list.queryOptions()).data ?? [];
  const nameOf = (id: string): string => runs.find((run) => run.id === id)?.name ?? id;
  const usual = [
    ...runs
      .filter(({ status }) => status === 'done')
      .slice(0, shownRuns)
      .map(({ id, name }) => ({ value: id, title: name })),
    ...models
      .filter(({ state }) => state === 'ready')
      .map(({ source }) => ({ value: `base:${source}`, title: `base ${source}` })),
    ...endpoints.map(({ endpoint: { name } }) => ({
      value: `endpoint:${name}`,
      title: `endpoint ${name}`,
    })),
  ];
  const others = chosen.filter((value) => !usual.some((option) => option.value === value));
  return [...usual, ...others.map((value) => ({ value, title: shortName(value, nameOf) }))];
}

/** "3B v7, step 369", "merged 3B v7", "model-q8_0.gguf". */
function shortName(subject: string, nameOf: (runId: string) => string): string {
  const { kind, run, weights, gguf } = draftOf(subject);
  if (kind === 'gguf') return gguf.split(/[\\/]/).at(-1) ?? gguf;
  if (kind !== 'run' || run === null || weights === null) return subject.replace(':', ' ');
  const name = nameOf(run);
  if (weights.kind === 'adapter') return name;
  const step = weights.step === null ? '' : `, step ${weights.step}`;
  return `${weights.kind === 'merged' ? 'merged ' : ''}${name}${step}`;
}

/** Several of what can be asked; what is not in the list is added by the picker. */
export function SubjectChoice({
  chosen,
  onChange,
}: {
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}): ReactNode {
  const options = useOptions(chosen);
  const [adding, setAdding] = useState(false);
  const full = chosen.length >= most;
  const toggle = (value: string): void =>
    onChange(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]);
  return (
    <div className="space-y-3">
      <fieldset className="min-w-0">
        <legend className="pb-1 text-xs font-medium">
          Who is asked
          {full && (
            <span className="pl-2 font-normal text-ink-faint">{most} at most at a time</span>
          )}
        </legend>
        <div className="flex max-h-40 flex-wrap items-center gap-x-4 gap-y-1 overflow-y-auto">
          {options.map(({ value, title }) => (
            <label key={value} className="flex min-h-6 min-w-0 items-center gap-2 text-sm">
              <input
                type="checkbox"
                checked={chosen.includes(value)}
                disabled={full && !chosen.includes(value)}
                onChange={() => toggle(value)}
                className="size-4 accent-(--accent-fill)"
              />
              <span className="truncate">{title}</span>
            </label>
          ))}
          {!adding && !full && (
            <Button size="small" look="ghost" onClick={() => setAdding(true)}>
              <Plus aria-hidden className="size-3.5" /> Another…
            </Button>
          )}
        </div>
      </fieldset>
      {adding && !full && (
        <AnotherSubject
          onAdd={(subject) => {
            setAdding(false);
            if (!chosen.includes(subject)) onChange([...chosen, subject]);
          }}
          onClose={() => setAdding(false)}
        />
      )}
    </div>
  );
}

/** An older run, a checkpoint, a merged model, a GGUF file. */
function AnotherSubject({
  onAdd,
  onClose,
}: {
  readonly onAdd: (subject: string) => void;
  readonly onClose: () => void;
}): ReactNode {
  const [draft, setDraft] = useState(emptySubject);
  const chosen = useSubject(draft);
  const { subject } = chosen;
  return (
    <div className="max-w-2xl space-y-3 rounded-md border border-line bg-canvas p-3">
      <SubjectPicker draft={draft} chosen={chosen} onChange={setDraft} kinds={asked} />
      <div className="flex gap-2">
        <Button
          size="small"
          disabled={subject === null}
          onClick={() => subject !== null && onAdd(subject)}
        >
          Add
        </Button>
        <Button size="small" look="ghost" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </div>
  );
}
