import type { Smoke, SmokeAnswer, SmokeFindings } from '@shared/smoke';
import { Check, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { integer } from '../../ui/format';
import { Panel } from '../../ui/panel';
import { Reading } from '../../ui/quantity';

/** All answers side by side; `texts` has what has come of those that are not over. */
export function SmokeAnswers({
  smoke,
  texts,
}: {
  readonly smoke: Pick<Smoke, 'answers'>;
  readonly texts: ReadonlyMap<number, string>;
}): ReactNode {
  return (
    <div className="grid gap-4 lg:grid-cols-[repeat(auto-fit,minmax(24rem,1fr))]">
      {smoke.answers.map((answer, place) => (
        <Panel
          // biome-ignore lint/suspicious/noArrayIndexKey: candidates are their position
          key={place}
          title={answer.label}
          note={stateWords[answer.status]}
          bodyClassName="flex flex-col gap-4 p-4"
        >
          <pre className="max-h-[28rem] min-h-24 overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-5 whitespace-pre-wrap">
            {answer.findings === null ? (texts.get(place) ?? answer.text) : answer.text}
          </pre>
          {answer.error !== null && <p className="text-sm text-failed">{answer.error}</p>}
          {answer.findings !== null && <Findings of={answer.findings} />}
          <Expectations of={answer} />
        </Panel>
      ))}
    </div>
  );
}

const stateWords: Readonly<Record<SmokeAnswer['status'], string>> = {
  waiting: 'waits',
  answering: 'answers',
  done: '',
  failed: 'gave no answer',
};

function Findings({ of }: { readonly of: SmokeFindings }): ReactNode {
  const { leakedTurns, toolCall } = of;
  const [leaked] = leakedTurns;
  return (
    <div className="grid grid-cols-2 gap-4 sm:grid-cols-3">
      <Reading label="finish reason">{of.finishReason}</Reading>
      <Reading label="completion tokens">{integer(of.completionTokens)}</Reading>
      <Reading label="first token">{seconds(of.firstTokenSeconds)}</Reading>
      <Reading label="tokens/s">{of.tokensPerSecond?.toFixed(1) ?? '–'}</Reading>
      <Reading label="leaked turns" {...(leaked === undefined ? {} : { title: leaked.family })}>
        {leaked === undefined ? (
          'none'
        ) : (
          <span className="text-failed">
            {leaked.mark}
            {leakedTurns.length > 1 && ` and ${leakedTurns.length - 1} more`}
          </span>
        )}
      </Reading>
      <Reading
        label="tool call"
        {...(toolCall.problem === null ? {} : { title: toolCall.problem })}
      >
        {toolCall.shape === 'none' ? 'none' : `${toolCall.shape}, ${toolCall.name ?? ''}`}
      </Reading>
    </div>
  );
}

const seconds = (value: number | null): string =>
  value === null ? '–' : `${value.toFixed(value < 10 ? 2 : 1)} s`;

function Expectations({ of }: { readonly of: SmokeAnswer }): ReactNode {
  if (of.expectations.length === 0) return null;
  return (
    <ul aria-label={`What is expected of ${of.label}`} className="flex flex-col gap-1 text-sm">
      {of.expectations.map(({ expectation, found, met }) => (
        <li key={expectation} className="flex min-w-0 items-start gap-2">
          {met ? (
            <Check aria-label="met" className="mt-0.5 size-4 shrink-0 text-passed" />
          ) : (
            <X aria-label="not met" className="mt-0.5 size-4 shrink-0 text-failed" />
          )}
          <span className="min-w-0 break-words">
            {expectation}
            {!met && <span className="text-ink-faint">; found {found}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
