import { assertNever } from '@shared/assert-never';
import type { ReactNode } from 'react';
import { TextField } from '../../ui/field';
import { Segmented } from '../../ui/segmented';
import { BaseModelChoice, EndpointChoice } from './model-choices';
import { RunChoice } from './run-choice';
import { type SubjectDraft, type SubjectKind, subjectKinds } from './subject-draft';
import type { ChosenSubject } from './use-subject';

const titles: Readonly<Record<SubjectKind, string>> = {
  run: 'Run',
  base: 'Base model',
  gguf: 'GGUF file',
  endpoint: 'Endpoint',
  reference: 'Reference',
  replay: 'Replay',
};

/** One subject: what kind it is, and which one of its kind. */
export function SubjectPicker({
  draft,
  chosen,
  onChange,
  kinds = subjectKinds,
}: {
  readonly draft: SubjectDraft;
  readonly chosen: ChosenSubject;
  readonly onChange: (draft: SubjectDraft) => void;
  readonly kinds?: readonly SubjectKind[];
}): ReactNode {
  return (
    <fieldset className="min-w-0">
      <legend className="pb-1 text-xs font-medium">Subject</legend>
      <Segmented
        label="Kind of subject"
        value={draft.kind}
        options={kinds.map((kind) => ({ value: kind, title: titles[kind] }))}
        onChange={(kind) => onChange({ ...draft, kind })}
      />
      <div className="pt-3">
        <One draft={draft} chosen={chosen} onChange={onChange} />
      </div>
    </fieldset>
  );
}

function One({
  draft,
  chosen,
  onChange,
}: {
  readonly draft: SubjectDraft;
  readonly chosen: ChosenSubject;
  readonly onChange: (draft: SubjectDraft) => void;
}): ReactNode {
  switch (draft.kind) {
    case 'run':
      return <RunChoice draft={draft} weights={chosen.weights} onChange={onChange} />;
    case 'base':
      return (
        <BaseModelChoice value={draft.base} onChange={(base) => onChange({ ...draft, base })} />
      );
    case 'endpoint':
      return (
        <EndpointChoice
          value={draft.endpoint}
          onChange={(endpoint) => onChange({ ...draft, endpoint })}
        />
      );
    case 'gguf':
      return (
        <TextField
          label="File"
          value={draft.gguf}
          onChange={(gguf) => onChange({ ...draft, gguf })}
          placeholder="/models/model-q8_0.gguf"
          problem={pathProblem(draft.gguf, '.gguf')}
          explanation="A model as llama.cpp reads it; of one in parts, the first part."
        />
      );
    case 'replay':
      return (
        <TextField
          label="File"
          value={draft.replay}
          onChange={(replay) => onChange({ ...draft, replay })}
          placeholder="/data/generations.jsonl"
          problem={pathProblem(draft.replay, '.jsonl')}
          explanation="Answers that are there already, judged again: taskId and text in each line, such as an evaluation's generations.jsonl."
        />
      );
    case 'reference':
      return (
        <p className="text-xs text-ink-faint">
          The tasks' own solutions, judged like any answer. Needs no model; a benchmark is sound
          when all of them pass.
        </p>
      );
    default:
      return assertNever(draft.kind);
  }
}

/** A path means the machine on which the lab runs, whatever folder somebody is in. */
function pathProblem(path: string, ending: string): string | undefined {
  const text = path.trim();
  if (text === '') return undefined;
  if (!/^(\/|~|[A-Za-z]:[\\/])/.test(text)) return 'A whole path, from the root on.';
  return text.toLowerCase().endsWith(ending) ? undefined : `A file that ends in ${ending}.`;
}
