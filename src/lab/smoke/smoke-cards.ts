/** The cards of smoke tests that did not end well. */
import type { FailureCard } from '@shared/job';
import type { SmokeAnswer, SmokeSpec } from '@shared/smoke';
import type { LabContext } from '../context';
import { failureCard } from '../process/failure-card';
import { lastWords } from '../process/last-words';
import type { WorkerEnd } from '../process/supervise';

const ending = { exitCode: null, signal: null, log: [] };

export const titleOf = ({ check, origin, candidates }: SmokeSpec): string => {
  const about = check ?? (origin === null ? null : `${origin.benchmark} ${origin.task}`);
  const whom = candidates.map(({ label }) => label).join(', ');
  return `Smoke test${about === null ? '' : ` ${about}`} · ${whom}`;
};

/** An answer is missing: the worker ended before it, or an endpoint gave none. */
export async function failedCard(
  { home }: Pick<LabContext, 'home'>,
  spec: SmokeSpec,
  answers: readonly SmokeAnswer[],
  end: WorkerEnd | null,
): Promise<FailureCard> {
  const title = `${titleOf(spec)} got no answer`;
  const refused = answers.filter(({ status }) => status === 'failed');
  const [first] = refused;
  if (first !== undefined || end === null || end.kind === 'detached') {
    return {
      ...ending,
      title,
      why: `${first?.label ?? ''}: ${first?.error ?? 'it was not asked.'}`,
      fix: 'Start the server, or correct address, model or key of the endpoint; then retry: only what is missing is asked.',
      details: refused.map(({ label, error }) => `${label}: ${error ?? ''}`),
      canResume: true,
    };
  }
  const folder = home.jobFolder(spec.id);
  const { error } = await lastWords(folder);
  const { report, killed } = end;
  return failureCard({ folder, title, error, report, killed, canResume: true });
}

export function expectationsCard(spec: SmokeSpec, answers: readonly SmokeAnswer[]): FailureCard {
  const unmet = answers.flatMap(({ label, expectations }) =>
    expectations
      .filter(({ met }) => !met)
      .map(({ expectation, found }) => `${label}: expected ${expectation}; found ${found}`),
  );
  return {
    ...ending,
    title: `${titleOf(spec)} is not as expected`,
    why: unmet[0] ?? '',
    fix: 'Look at the answer. Retry to ask again; retry the evaluation that waits for it to evaluate nevertheless.',
    details: [...unmet, ...answers.flatMap(seenIn)],
    canResume: false,
  };
}

const shownText = 500;

/** What there was to see, in two lines. */
function seenIn({ label, text, findings }: SmokeAnswer): string[] {
  const said = `${label} said: ${text.slice(0, shownText)}${text.length > shownText ? '…' : ''}`;
  if (findings === null) return [said];
  const { finishReason, completionTokens, tokensPerSecond, leakedTurns, toolCall } = findings;
  const speed = tokensPerSecond === null ? '' : `, ${tokensPerSecond.toFixed(1)} tokens/s`;
  const turns = leakedTurns.map(({ mark }) => mark).join(' ') || 'none';
  const seen = `finish reason ${finishReason}, ${completionTokens} tokens${speed}, leaked turns: ${turns}, tool call: ${toolCall.shape}`;
  return [`${label}: ${seen}`, said];
}
