import type { EvaluationSummary, RateName } from '@shared/evaluation';
import type { ReactNode } from 'react';
import { integer, percent } from '../../ui/format';
import { Panel } from '../../ui/panel';
import { Quantity } from '../../ui/quantity';
import { IntervalBar, type IntervalMark } from './interval-bar';

interface Line {
  readonly title: string;
  readonly of: (summary: EvaluationSummary) => {
    readonly value: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly counts: string;
  };
}

function rateLine(title: string, name: RateName): Line {
  return {
    title,
    of: ({ rates }) => {
      const rate = rates[name];
      return {
        value: rate.rate,
        low: rate.low,
        high: rate.high,
        counts: `${integer(rate.passed)} of ${integer(rate.total)}`,
      };
    },
  };
}

const lines: readonly Line[] = [
  {
    title: 'every stage (pass@1)',
    of: ({ passAt1, tasks }) => {
      const samples = tasks.reduce((sum, task) => sum + task.repeats, 0);
      const passed = tasks.reduce((sum, task) => sum + task.passed, 0);
      return { ...passAt1, counts: `${integer(passed)} of ${integer(samples)}` };
    },
  },
  rateLine('syntax', 'syntaxPass'),
  rateLine('run', 'runPass'),
  rateLine('output', 'outputPass'),
  rateLine('tests', 'testsPass'),
  rateLine('constructs', 'constructsPass'),
];

/** Every rate with its interval and its denominator, beside the rival's on the same scale. */
export function HeadlineRates({
  summary,
  rival,
}: {
  readonly summary: EvaluationSummary;
  readonly rival: EvaluationSummary | null;
}): ReactNode {
  const shown = lines.filter(({ of }) => of(summary).value !== null);
  return (
    <Panel
      title="Rates"
      note="with 95 % intervals"
      bodyClassName="overflow-x-auto px-4 py-2"
      actions={<Legend summary={summary} rival={rival} />}
    >
      <table className="w-full">
        <thead>
          <tr className="h-5">
            <th scope="col">
              <span className="sr-only">rate</span>
            </th>
            <th scope="col">
              <span className="sr-only">95 % interval</span>
              <Scale />
            </th>
            <th scope="col">
              <span className="sr-only">{summary.subject}</span>
            </th>
            {rival !== null && (
              <th scope="col">
                <span className="sr-only">{rival.subject}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ title, of }, index) => {
            const own = of(summary);
            const other = rival === null ? null : of(rival);
            const marks: IntervalMark[] = [{ ...own, colour: 1, name: summary.subject }];
            if (other !== null && rival !== null) {
              marks.push({ ...other, colour: 2, name: rival.subject });
            }
            return (
              <tr key={title} className={index === 0 ? 'h-14' : 'h-10 border-t border-line'}>
                <th scope="row" className="pr-4 text-left font-medium whitespace-nowrap">
                  {title}
                </th>
                <td className="w-full min-w-40">
                  <div className="h-7">
                    <IntervalBar marks={marks} />
                  </div>
                </td>
                <Cell large={index === 0} value={own.value} counts={own.counts} colour={1} />
                {other !== null && (
                  <Cell large={index === 0} value={other.value} counts={other.counts} colour={2} />
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Panel>
  );
}

/** Names the lines of the scale that all intervals share. */
function Scale(): ReactNode {
  return (
    <div aria-hidden className="relative h-4">
      {[0, 25, 50, 75, 100].map((tick) => (
        <span
          key={tick}
          className="absolute -translate-x-1/2 text-2xs font-normal text-ink-faint"
          style={{ left: `${tick}%` }}
        >
          {tick}
        </span>
      ))}
    </div>
  );
}

function Cell({
  value,
  counts,
  colour,
  large,
}: {
  readonly value: number | null;
  readonly counts: string;
  readonly colour: number;
  readonly large: boolean;
}): ReactNode {
  return (
    <td className="pl-6 text-right whitespace-nowrap">
      <div
        className={large ? 'text-xl leading-6 font-semibold tracking-tight' : 'font-semibold'}
        style={{ color: `var(--series-${colour})` }}
      >
        <Quantity of={percent(value)} />
      </div>
      <div className="text-2xs leading-3 text-ink-faint">{counts}</div>
    </td>
  );
}

function Legend({
  summary,
  rival,
}: {
  readonly summary: EvaluationSummary;
  readonly rival: EvaluationSummary | null;
}): ReactNode {
  const entry = (name: string, colour: number): ReactNode => (
    <span key={name} className="flex min-w-0 items-center gap-1.5">
      <span
        aria-hidden
        className="size-2.5 shrink-0 rounded-full"
        style={{ background: `var(--series-${colour})` }}
      />
      <span className="truncate">{name}</span>
    </span>
  );
  return (
    <div className="flex min-w-0 gap-4 pr-2 text-xs">
      {entry(summary.subject, 1)}
      {rival !== null && entry(rival.subject, 2)}
    </div>
  );
}
