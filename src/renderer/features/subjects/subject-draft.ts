/** What is being chosen as a subject, and the text by which the lab and the terminal name it. */
import { assertNever } from '@shared/assert-never';

export const subjectKinds = ['run', 'base', 'gguf', 'endpoint', 'reference', 'replay'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

/** Which weights of a run: the finished adapter, those of a checkpoint, or folded into the base. */
export type Weights =
  | { readonly kind: 'adapter' }
  | { readonly kind: 'checkpoint'; readonly step: number }
  | { readonly kind: 'merged'; readonly step: number | null };

/** Every kind keeps what was chosen for it while another one is looked at. */
export interface SubjectDraft {
  readonly kind: SubjectKind;
  readonly run: string | null;
  /** null: what the run has, its adapter first. */
  readonly weights: Weights | null;
  readonly base: string | null;
  readonly endpoint: string | null;
  readonly gguf: string;
  readonly replay: string;
}

export const emptySubject: SubjectDraft = {
  kind: 'run',
  run: null,
  weights: null,
  base: null,
  endpoint: null,
  gguf: '',
  replay: '',
};

const prefixed = ['base', 'gguf', 'endpoint', 'replay'] as const;

/** A subject's name taken apart, for example of a link; what has no prefix is a run. */
export function draftOf(named: string): SubjectDraft {
  if (named === 'reference') return { ...emptySubject, kind: 'reference' };
  for (const kind of prefixed) {
    if (named.startsWith(`${kind}:`)) {
      return { ...emptySubject, kind, [kind]: named.slice(kind.length + 1) };
    }
  }
  const merged = named.startsWith('merged:');
  const [, run = '', step] = /^(.*?)(?:@(\d+))?$/.exec(merged ? named.slice(7) : named) ?? [];
  const at = step === undefined ? null : Number(step);
  const weights: Weights = merged
    ? { kind: 'merged', step: at }
    : at === null
      ? { kind: 'adapter' }
      : { kind: 'checkpoint', step: at };
  return { ...emptySubject, kind: 'run', run, weights };
}

/** The subject's name; null while something is missing. `usual`: weights when none were chosen. */
export function subjectOf(draft: SubjectDraft, usual: Weights | null): string | null {
  switch (draft.kind) {
    case 'run': {
      const weights = draft.weights ?? usual;
      return draft.run === null || weights === null ? null : runSubject(draft.run, weights);
    }
    case 'base':
      return draft.base === null ? null : `base:${draft.base}`;
    case 'endpoint':
      return draft.endpoint === null ? null : `endpoint:${draft.endpoint}`;
    case 'gguf':
      return draft.gguf.trim() === '' ? null : `gguf:${draft.gguf.trim()}`;
    case 'replay':
      return draft.replay.trim() === '' ? null : `replay:${draft.replay.trim()}`;
    case 'reference':
      return 'reference';
    default:
      return assertNever(draft.kind);
  }
}

export function runSubject(run: string, weights: Weights): string {
  switch (weights.kind) {
    case 'adapter':
      return run;
    case 'checkpoint':
      return `${run}@${weights.step}`;
    case 'merged':
      return weights.step === null ? `merged:${run}` : `merged:${run}@${weights.step}`;
    default:
      return assertNever(weights);
  }
}

/** It answers what it is asked; the others have their answers already. */
export const answers = (kind: SubjectKind): boolean => kind !== 'reference' && kind !== 'replay';

/** For lists and headings. */
export function weightsTitle(weights: Weights): string {
  switch (weights.kind) {
    case 'adapter':
      return 'finished adapter';
    case 'checkpoint':
      return `checkpoint at step ${weights.step}`;
    case 'merged':
      return weights.step === null ? 'merged model' : `merged model of step ${weights.step}`;
    default:
      return assertNever(weights);
  }
}

export const weightsKey = (weights: Weights): string =>
  weights.kind === 'adapter' ? weights.kind : `${weights.kind}@${weights.step ?? ''}`;
