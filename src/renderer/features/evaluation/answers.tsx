import type { Task } from '@shared/benchmark';
import type { TaskResult } from '@shared/rpc/evaluations';
import { type ReactNode, useId, useState } from 'react';
import { classNames } from '../../ui/class-names';
import { Code } from '../../ui/code';
import { integer } from '../../ui/format';
import { Segmented } from '../../ui/segmented';
import { Empty } from '../../ui/waiting';
import { failureWords } from './cells';
import { OutputDiff } from './output-diff';
import { Stages } from './stages';

type Sample = TaskResult['samples'][number];

/** One subject's answers to a task; with repeats, one at a time. */
export function Answers({
  subject,
  mark,
  task,
  language,
  samples,
}: {
  readonly subject: string;
  /** What tells the subject apart from the others. */
  readonly mark: ReactNode;
  readonly task: Task;
  /** The toolchain's name. */
  readonly language: string;
  readonly samples: readonly Sample[];
}): ReactNode {
  const id = useId();
  const [at, setAt] = useState(0);
  const sample = samples[Math.min(at, samples.length - 1)];
  const judgement = sample?.judgement ?? null;
  const ran = judgement?.stages.some((stage) => stage.stage === 'run') ?? false;
  return (
    <section aria-labelledby={id} className="card min-w-0">
      <header className="flex min-h-10 items-center gap-2 border-b border-line px-4">
        {mark}
        <h3 id={id} className="min-w-0 truncate font-semibold">
          {subject}
        </h3>
        {samples.length > 1 && (
          <Segmented
            label={`Sample of ${subject}`}
            value={String(at)}
            options={samples.map((_, index) => ({
              value: String(index),
              title: String(index + 1),
            }))}
            onChange={(next) => setAt(Number(next))}
          />
        )}
        <span
          className={classNames(
            'ml-auto shrink-0 text-xs font-semibold',
            judgement === null
              ? 'text-ink-faint'
              : judgement.passed
                ? 'text-passed'
                : 'text-failed',
          )}
        >
          {judgement === null
            ? ''
            : judgement.passed
              ? 'passed'
              : failureWords(judgement.failure ?? 'failed')}
        </span>
      </header>
      {sample === undefined ? (
        <Empty title="No answer yet." />
      ) : (
        <div className="space-y-3 p-4">
          {judgement === null ? (
            <p className="text-ink-faint">Not judged yet.</p>
          ) : (
            <Stages judgement={judgement} />
          )}
          <Code
            text={
              judgement === null || judgement.code === '' ? sample.generation.text : judgement.code
            }
            language={language}
            className="max-h-96"
          />
          {judgement !== null && judgement.message !== '' && (
            <div>
              <h4 className="label pb-1">toolchain</h4>
              <pre className="max-h-40 overflow-auto rounded-md bg-failed-soft p-2.5 font-mono text-xs whitespace-pre-wrap">
                {judgement.message}
              </pre>
            </div>
          )}
          {judgement !== null && ran && task.expectedOutput != null && (
            <OutputDiff expected={task.expectedOutput} actual={judgement.stdout} />
          )}
          <p className="text-xs text-ink-faint">
            {integer(sample.generation.promptTokens)} tokens in,{' '}
            {integer(sample.generation.completionTokens)} out
            {sample.generation.finishReason === 'length' && ', cut off at the limit'}
            {sample.generation.error != null && `, ${sample.generation.error}`}
          </p>
        </div>
      )}
    </section>
  );
}
