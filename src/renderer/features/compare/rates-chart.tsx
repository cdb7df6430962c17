import type { ComparisonTable, RateName } from '@shared/evaluation';
import { Flag, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { IconButton } from '../../ui/button';
import { integer, percent } from '../../ui/format';
import { Panel } from '../../ui/panel';
import { Quantity } from '../../ui/quantity';
import { intervalWords } from '../evaluation/interval-bar';
import { SubjectNumber, seriesColour } from '../evaluation/subject-series';
import { fewest } from './comparison-path';
import { IntervalStrip } from './interval-strip';

type Subject = ComparisonTable['subjects'][number];

interface Measured {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly counts: string | null;
}

interface Measure {
  readonly title: string;
  readonly of: (subject: Subject) => Measured;
}

function rate(title: string, name: RateName): Measure {
  return {
    title,
    of: ({ rates }) => {
      const { passed, total, rate: value, low, high } = rates[name];
      return { value, low, high, counts: `${integer(passed)} of ${integer(total)}` };
    },
  };
}

const measures: readonly Measure[] = [
  { title: 'every stage (pass@1)', of: ({ passAt1 }) => ({ ...passAt1, counts: null }) },
  rate('syntax', 'syntaxPass'),
  rate('run', 'runPass'),
  rate('output', 'outputPass'),
  rate('tests', 'testsPass'),
  rate('constructs', 'constructsPass'),
];

/** Every rate of every subject with its interval, on one scale a column; the values are text. */
export function RatesChart({
  table,
  onBaseline,
  onRemove,
}: {
  readonly table: ComparisonTable;
  readonly onBaseline: (id: string) => void;
  readonly onRemove: (id: string) => void;
}): ReactNode {
  const { subjects } = table;
  const [first] = subjects;
  const shown = measures.filter(({ of }) => subjects.some((subject) => of(subject).value !== null));
  return (
    <Panel
      title="Pass rates"
      note="with 95 % intervals; the dashed line is the first one's rate"
      bodyClassName="overflow-x-auto px-4 pb-2"
    >
      <table className="w-full">
        <thead>
          <tr className="h-12 align-bottom">
            <th scope="col" className="label pb-1 text-left">
              subject
            </th>
            {shown.map(({ title }) => (
              <th key={title} scope="col" className="pb-1 pl-5 text-left">
                <span className="label">{title}</span>
                <Scale />
              </th>
            ))}
            <th>
              <span className="sr-only">what can be done</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {subjects.map((subject, index) => (
            <tr key={subject.id} className="border-t border-line">
              <th scope="row" className="max-w-56 min-w-32 py-2 text-left font-medium">
                <span className="flex items-center gap-2">
                  <SubjectNumber index={index} />
                  <Link
                    href={`/evaluations/${subject.id}`}
                    title={subject.label}
                    className="truncate hover:underline"
                  >
                    {subject.label}
                  </Link>
                </span>
              </th>
              {shown.map(({ title, of }, place) => (
                <td
                  key={title}
                  className={place === 0 ? 'w-[28%] min-w-44 py-2 pl-5' : 'min-w-28 py-2 pl-5'}
                >
                  <Rate
                    subject={subject}
                    index={index}
                    measured={of(subject)}
                    reference={index === 0 || first === undefined ? null : of(first).value}
                    large={place === 0}
                  />
                </td>
              ))}
              <td className="py-2 pl-3 text-right whitespace-nowrap">
                {index > 0 && (
                  <IconButton
                    size="small"
                    name={`Measure against ${subject.label}`}
                    onClick={() => onBaseline(subject.id)}
                  >
                    <Flag aria-hidden className="size-3.5" />
                  </IconButton>
                )}
                {subjects.length > fewest && (
                  <IconButton
                    size="small"
                    name={`Leave ${subject.label} out`}
                    onClick={() => onRemove(subject.id)}
                  >
                    <X aria-hidden className="size-3.5" />
                  </IconButton>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Rate({
  subject,
  index,
  measured,
  reference,
  large,
}: {
  readonly subject: Subject;
  readonly index: number;
  readonly measured: Measured;
  readonly reference: number | null;
  readonly large: boolean;
}): ReactNode {
  if (measured.value === null) return <span className="text-ink-faint">–</span>;
  const mark = { ...measured, colour: seriesColour(index), name: subject.label };
  return (
    <>
      <div className="flex items-baseline justify-between gap-2 whitespace-nowrap">
        <span className={large ? 'text-lg font-semibold tracking-tight' : 'font-semibold'}>
          <Quantity of={percent(measured.value)} />
        </span>
        <span className="text-2xs text-ink-faint">
          {measured.counts ??
            (measured.low === null || measured.high === null
              ? ''
              : `${percent(measured.low).value} to ${percent(measured.high).value}`)}
        </span>
      </div>
      <IntervalStrip {...measured} {...{ index, reference }} label={intervalWords(mark)} />
    </>
  );
}

/** Names the ends and the middle of a column's scale. */
function Scale(): ReactNode {
  return (
    <span aria-hidden className="flex justify-between text-2xs font-normal text-ink-faint">
      <span>0</span>
      <span>50</span>
      <span>100</span>
    </span>
  );
}
