import type { EvaluationSummary, Rate, RateName } from '@shared/evaluation';
import type { ReactNode } from 'react';
import { integer, percent } from '../../ui/format';
import { Panel } from '../../ui/panel';
import { Quantity } from '../../ui/quantity';
import { failureWords } from './cells';

const stages: readonly (readonly [name: RateName, title: string])[] = [
  ['syntaxPass', 'syntax'],
  ['runPass', 'run'],
  ['outputPass', 'output'],
  ['testsPass', 'tests'],
  ['constructsPass', 'constructs'],
];

/** Rates by category and stage: where a model is weak. */
export function CategoryMatrix({ summary }: { readonly summary: EvaluationSummary }): ReactNode {
  const shown = stages.filter(([name]) => summary.rates[name].total > 0);
  return (
    <Panel
      title="Category by stage"
      note={summary.subject}
      bodyClassName="overflow-x-auto px-4 py-2"
    >
      <table className="w-full border-separate border-spacing-[3px]">
        <thead>
          <tr>
            <th className="label pr-2 text-left">category</th>
            {shown.map(([name, title]) => (
              <th key={name} scope="col" className="label px-2 text-right">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Object.entries(summary.categories).map(([category, rates]) => (
            <tr key={category} className="h-8">
              <th scope="row" className="pr-2 text-left font-normal whitespace-nowrap">
                {failureWords(category)}
              </th>
              {shown.map(([name]) => (
                <MatrixCell key={name} rate={rates[name]} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function MatrixCell({ rate }: { readonly rate: Rate }): ReactNode {
  const share = rate.rate;
  if (share === null) return <td className="px-2 text-right text-ink-faint">–</td>;
  return (
    <td
      title={`${integer(rate.passed)} of ${integer(rate.total)}`}
      className="rounded-sm px-2 text-right"
      style={{
        background: `color-mix(in oklab, var(--passed-fill) ${Math.round(share * 42)}%, var(--sunken))`,
      }}
    >
      <Quantity of={percent(share, 0)} />
    </td>
  );
}
