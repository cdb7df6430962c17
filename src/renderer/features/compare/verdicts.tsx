import type { ComparisonTable } from '@shared/evaluation';
import type { ReactNode } from 'react';
import { classNames } from '../../ui/class-names';
import { integer, probability } from '../../ui/format';
import { Panel } from '../../ui/panel';
import { SubjectNumber, seriesInk } from '../evaluation/subject-series';
import { verdictLooks } from '../evaluation/verdict';
import {
  chanceWords,
  correctionWords,
  detectableWords,
  points,
  probabilityWords,
  type TableComparison,
  verdictHeadline,
} from './verdict-words';

/** What can be said of every subject against the first, and what it would take to say more. */
export function Verdicts({ table }: { readonly table: ComparisonTable }): ReactNode {
  const { comparisons, subjects } = table;
  const [first] = subjects;
  const reach = scaleReach(comparisons);
  return (
    <Panel
      title="Verdict"
      note={first === undefined ? '' : `each against ${first.label}`}
      bodyClassName="divide-y divide-line"
    >
      {comparisons.map((comparison) => (
        <Verdict
          key={comparison.b}
          comparison={comparison}
          comparisons={comparisons.length}
          index={subjects.findIndex((subject) => subject.id === comparison.b)}
          reach={reach}
        />
      ))}
    </Panel>
  );
}

function Verdict({
  comparison,
  comparisons,
  index,
  reach,
}: {
  readonly comparison: TableComparison;
  readonly comparisons: number;
  readonly index: number;
  readonly reach: number;
}): ReactNode {
  const { adjustedVerdict, adjustedPValue, aLabel, bLabel, onlyA, onlyB } = comparison;
  const { tone, ink, icon: Icon } = verdictLooks[adjustedVerdict];
  const alone = comparisons === 1;
  const correction = correctionWords(comparison, comparisons);
  return (
    <article
      // One verdict is said aloud when it changes; many at once would only be noise.
      role={alone ? 'status' : undefined}
      aria-label={alone ? 'Verdict' : `Verdict on ${bLabel}`}
      className="px-4 py-3"
    >
      <div className="flex items-start gap-3">
        <span
          aria-hidden
          className={classNames(
            'flex size-7 shrink-0 items-center justify-center rounded-md',
            tone,
          )}
        >
          <Icon strokeWidth={2.5} className={classNames('size-4.5', ink)} />
        </span>
        <div className="min-w-0 flex-1 pt-0.5">
          <p className={classNames('font-medium', alone ? 'text-lg' : 'text-base')}>
            {verdictHeadline(comparison, comparisons)}
          </p>
          {correction !== null && <p className="pt-0.5 text-ink-soft">{correction}</p>}
          {comparison.outlook !== null && (
            <p className="pt-0.5 text-ink-soft">{comparison.outlook}</p>
          )}
        </div>
        {!alone && <SubjectNumber index={index} />}
      </div>
      <div className="grid gap-x-6 gap-y-2 pt-2 pl-10 sm:grid-cols-2 lg:grid-cols-[5fr_4fr_4fr_3fr] 2xl:grid-cols-2">
        <Fact name="difference">
          <Difference comparison={comparison} index={index} reach={reach} />
        </Fact>
        <Fact name="chance alone would show as much">
          {chanceWords(adjustedPValue)}
          <span
            title={probabilityWords(comparison, comparisons)}
            className="block text-2xs text-ink-faint"
          >
            p {probability(adjustedPValue)}
            {alone ? `, ${comparison.test}` : `, corrected for ${comparisons} comparisons`}
          </span>
        </Fact>
        <Fact name="tasks that only one passes">
          <OnlyOne count={onlyB.length} label={bLabel} index={index} />
          <OnlyOne count={onlyA.length} label={aLabel} index={0} />
        </Fact>
        <Fact name="smallest change it could show">{detectableWords(comparison)}</Fact>
      </div>
    </article>
  );
}

/** Labels may be equal, as those of one subject under two conditions; numbers never are. */
function OnlyOne({
  count,
  label,
  index,
}: {
  readonly count: number;
  readonly label: string;
  readonly index: number;
}): ReactNode {
  return (
    <span className="flex items-center gap-1.5">
      <SubjectNumber index={index} />
      {integer(count)}
      <span className="truncate text-ink-soft" title={label}>
        {label}
      </span>
    </span>
  );
}

function Fact({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className="min-w-0 self-start">
      <div className="label">{name}</div>
      <div className="min-w-0 truncate">{children}</div>
    </div>
  );
}

/** Half the width of the scale that all differences share, as a share of one. */
function scaleReach(comparisons: readonly TableComparison[]): number {
  const widest = Math.max(0, ...comparisons.flatMap(({ low, high }) => [-low, high]));
  return Math.min(1, Math.max(0.1, Math.ceil(widest * 10) / 10));
}

/** The difference of the pass rates with its interval, around no difference. */
function Difference({
  comparison,
  index,
  reach,
}: {
  readonly comparison: TableComparison;
  readonly index: number;
  readonly reach: number;
}): ReactNode {
  const { difference, low, high } = comparison;
  const at = (share: number): string => `${Math.min(100, Math.max(0, 50 + (share / reach) * 50))}%`;
  const ink = seriesInk(Math.max(0, index));
  return (
    <>
      {points(difference)}
      <span className="unit">points</span>{' '}
      <span className="text-xs text-ink-faint">
        95 % interval {points(low)} to {points(high)}
      </span>
      <svg aria-hidden className="mt-1 h-4 w-full">
        <line x1="0" x2="100%" y1="8" y2="8" stroke="var(--line)" />
        <line x1="50%" x2="50%" y1="0" y2="16" stroke="var(--line-strong)" strokeWidth="1.5" />
        <line
          {...{ x1: at(low), x2: at(high), y1: 8, y2: 8, stroke: ink }}
          strokeWidth="6"
          strokeLinecap="round"
          opacity="0.4"
        />
        <circle cx={at(difference)} cy="8" r="4" fill={ink} stroke="var(--panel)" />
      </svg>
    </>
  );
}
