import { assertNever } from '@shared/assert-never';
import { type SubjectDraft, subjectOf, weightsTitle } from './subject-draft';
import { type RunWeights, useRunWeights } from './use-run-weights';

export interface ChosenSubject {
  /** As the lab names it; null while something is missing. */
  readonly subject: string | null;
  /** For headings; null while nothing is chosen. */
  readonly title: string | null;
  readonly weights: RunWeights;
}

export function useSubject(draft: SubjectDraft): ChosenSubject {
  const weights = useRunWeights(draft.kind === 'run' ? draft.run : null);
  const subject = subjectOf(draft, weights.usual);
  return { subject, title: titleOf(draft, weights), weights };
}

function titleOf(draft: SubjectDraft, { name, usual }: RunWeights): string | null {
  const fileName = (path: string): string | null =>
    path.trim() === '' ? null : (path.trim().split(/[\\/]/).at(-1) ?? null);
  switch (draft.kind) {
    case 'run': {
      const weights = draft.weights ?? usual;
      if (draft.run === null || name === null) return null;
      return weights === null || weights.kind === 'adapter'
        ? name
        : `${name}, ${weightsTitle(weights)}`;
    }
    case 'base':
      return draft.base === null ? null : `base ${draft.base}`;
    case 'endpoint':
      return draft.endpoint;
    case 'gguf':
      return fileName(draft.gguf);
    case 'replay':
      return fileName(draft.replay) === null ? null : `replay ${fileName(draft.replay)}`;
    case 'reference':
      return 'reference';
    default:
      return assertNever(draft.kind);
  }
}
