import type { Smoke } from '@shared/smoke';
import { useQuery } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { useLab } from '../../app/lab-context';
import { Page } from '../../app/page';
import { useStream } from '../../app/streams';
import { Button } from '../../ui/button';
import { ErrorCard } from '../../ui/error-card';
import { FailurePanel } from '../../ui/failure-panel';
import { moment } from '../../ui/format';
import { isOpen, StateBadge } from '../../ui/job-state';
import { Panel } from '../../ui/panel';
import { useCommand } from '../../ui/use-command';
import { Waiting } from '../../ui/waiting';
import { AskForm } from './ask-form';
import { SmokeAnswers } from './smoke-answers';
import { withLine } from './streamed-texts';

/** Asks one prompt of a few subjects; `subject` is ticked already. */
export function NewSmoke({ subject }: { readonly subject?: string }): ReactNode {
  return (
    <Page
      title="Smoke test"
      subtitle="One prompt for a few subjects, before a whole benchmark is spent on them."
    >
      <AskForm subjects={subject === undefined ? [] : [subject]} />
      <Earlier />
    </Page>
  );
}

function Earlier(): ReactNode {
  const { query } = useLab();
  const smokes = useQuery(query.smoke.list.queryOptions()).data ?? [];
  if (smokes.length === 0) return null;
  return (
    <Panel title="Earlier ones" bodyClassName="">
      <ul className="divide-y divide-line">
        {smokes.map((smoke) => (
          <li key={smoke.id} className="flex min-w-0 items-center gap-3 px-4 py-2">
            <Link href={`/smoke/${smoke.id}`} className="min-w-0 truncate hover:underline">
              {nameOf(smoke)}
            </Link>
            <span className="min-w-0 truncate text-xs text-ink-faint">
              {smoke.answers.map(({ label }) => label).join(', ')}
            </span>
            <span className="ml-auto shrink-0 text-xs text-ink-faint">
              {moment(smoke.createdAt)}
            </span>
            <StateBadge state={smoke.status} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const nameOf = ({ check, origin, prompt }: Smoke): string =>
  check ?? (origin === null ? prompt : `${origin.benchmark} ${origin.task}`);

/** The answers of one smoke test, as they come. */
export function SmokePage({ id }: { readonly id: string }): ReactNode {
  const { client, query } = useLab();
  const [texts, setTexts] = useState<ReadonlyMap<number, string>>(new Map());
  const found = useQuery(query.smoke.get.queryOptions({ input: { id }, retry: false }));
  const retry = useCommand((jobId: string) => client.queue.retry({ id: jobId }), {
    said: () => 'It waits in the queue.',
    after: () => setTexts(new Map()),
  });
  if (found.isError) return <ErrorCard error={found.error} />;
  if (found.data === undefined) return <Waiting words="Reading the smoke test" />;
  const smoke = found.data;
  const { jobId } = smoke;
  return (
    <Page
      title={nameOf(smoke)}
      subtitle={conditions(smoke)}
      actions={
        <>
          <Link href="/smoke" className="text-sm text-accent underline">
            Ask something else
          </Link>
          <StateBadge state={smoke.status} />
        </>
      }
    >
      {isOpen(smoke.status) && (
        <Streaming id={id} onLine={(line) => setTexts((before) => withLine(before, line))} />
      )}
      {smoke.failure !== null && (
        <FailurePanel
          failure={smoke.failure}
          actions={
            jobId !== null && (
              <Button look="primary" disabled={retry.busy} onClick={() => retry.run(jobId)}>
                <RotateCcw aria-hidden className="size-3.5" /> Ask again
              </Button>
            )
          }
        />
      )}
      <Panel title="Asked">
        <p className="whitespace-pre-wrap">{smoke.prompt}</p>
      </Panel>
      <SmokeAnswers smoke={smoke} texts={texts} />
    </Page>
  );
}

function conditions({ sampling, systemPrompt }: Smoke): string {
  const { temperature, topK, topP, repetitionPenalty, repetitionWindow, maxNewTokens } = sampling;
  return [
    temperature === 0 ? 'greedy' : `temperature ${temperature}`,
    topK > 0 ? `top-k ${topK}` : null,
    topP < 1 ? `top-p ${topP}` : null,
    repetitionPenalty === 1
      ? null
      : `repetition penalty ${repetitionPenalty} over ${repetitionWindow === undefined ? 'everything' : `the last ${repetitionWindow} tokens`}`,
    `at most ${maxNewTokens} tokens`,
    systemPrompt === null ? null : `system prompt: ${systemPrompt}`,
  ]
    .filter((part) => part !== null)
    .join(', ');
}

/** Listens while the job is open; each opening of the stream begins at the beginning. */
function Streaming({
  id,
  onLine,
}: {
  readonly id: string;
  readonly onLine: (line: Parameters<typeof withLine>[1]) => void;
}): null {
  const { client } = useLab();
  useStream(`smoke ${id}`, (signal) => client.smoke.follow({ id }, { signal }), onLine);
  return null;
}
