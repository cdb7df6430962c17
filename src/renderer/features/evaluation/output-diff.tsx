import { diffLines } from 'diff';
import type { ReactNode } from 'react';
import { classNames } from '../../ui/class-names';

export interface DiffLine {
  readonly kind: 'same' | 'expected' | 'actual';
  readonly text: string;
}

/** Output lines compared as the judge does, with the space at line ends left out. */
export function outputDiff(expected: string, actual: string): readonly DiffLine[] {
  const tidy = (text: string): string =>
    `${text
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd()}\n`;
  return diffLines(tidy(expected), tidy(actual)).flatMap((part) => {
    const kind = part.added ? 'actual' : part.removed ? 'expected' : 'same';
    return part.value
      .replace(/\n$/, '')
      .split('\n')
      .map((text) => ({ kind, text }) as const);
  });
}

const looks = {
  same: { sign: ' ', tone: '' },
  expected: { sign: '−', tone: 'bg-passed-soft text-passed' },
  actual: { sign: '+', tone: 'bg-failed-soft text-failed' },
} as const;

/** Expected against actual output; one block when they are equal. */
export function OutputDiff({
  expected,
  actual,
}: {
  readonly expected: string;
  readonly actual: string;
}): ReactNode {
  const lines = outputDiff(expected, actual);
  const equal = lines.every((line) => line.kind === 'same');
  return (
    <div>
      <h4 className="label flex gap-3 pb-1">
        output
        {!equal && (
          <>
            <span className="text-passed">− expected</span>
            <span className="text-failed">+ actual</span>
          </>
        )}
      </h4>
      <pre className="max-h-60 overflow-auto rounded-md border border-line bg-sunken py-1.5 font-mono text-xs leading-5">
        {lines.map((line, index) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: lines are their position
            key={index}
            className={classNames('px-3', looks[line.kind].tone)}
          >
            {!equal && <span className="mr-2 select-none">{looks[line.kind].sign}</span>}
            {line.text === '' ? ' ' : line.text}
          </div>
        ))}
      </pre>
    </div>
  );
}
