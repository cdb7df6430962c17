import type { ReactNode } from 'react';
import { TextField } from '../../ui/field';
import {
  repeatsProblem,
  type SamplingDraft,
  samplingFields,
  samplingProblem,
} from './sampling-draft';

/** How answers are drawn; an empty field leaves it as the lab would have it. */
export function SamplingFields({
  repeats,
  sampling,
  onRepeats,
  onSampling,
}: {
  readonly repeats: string;
  readonly sampling: SamplingDraft;
  readonly onRepeats: (repeats: string) => void;
  readonly onSampling: (sampling: SamplingDraft) => void;
}): ReactNode {
  const greedy = ['', '0'].includes(sampling.temperature?.trim() ?? '');
  const many = !['', '1'].includes(repeats.trim());
  return (
    <fieldset className="min-w-0">
      <legend className="pb-2 text-xs font-medium">
        Sampling
        <span className="pl-2 font-normal text-ink-faint">
          empty fields stand for what they show; evaluations compare when all of this is equal
        </span>
      </legend>
      <div className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-4">
        <TextField
          label="Repeats"
          numeric
          value={repeats}
          placeholder="1"
          onChange={onRepeats}
          problem={repeatsProblem(repeats) ?? undefined}
          explanation={
            greedy && many
              ? 'Samples per task. Greedy ones are all the same: 1 is enough.'
              : 'Samples per task.'
          }
        />
        {samplingFields.map(({ name, title, empty, explanation }) => {
          const typed = sampling[name] ?? '';
          return (
            <TextField
              key={name}
              label={title}
              numeric
              value={typed}
              placeholder={empty}
              onChange={(next) => onSampling({ ...sampling, [name]: next })}
              problem={samplingProblem(name, typed) ?? undefined}
              explanation={explanation}
            />
          );
        })}
      </div>
    </fieldset>
  );
}
