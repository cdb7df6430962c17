import type { Rank, RateName } from '@shared/evaluation';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { column, type DataColumn } from '../../ui/data-table';
import { integer, moment, percent, probability } from '../../ui/format';
import { StateBadge } from '../../ui/job-state';
import { Quantity } from '../../ui/quantity';
import { IntervalBar } from '../evaluation/interval-bar';
import { againstBestWords, type LeaderboardRow, rankWords } from './leaderboard-groups';

type Row = LeaderboardRow;

const rates: readonly (readonly [name: RateName, title: string])[] = [
  ['syntaxPass', 'syntax'],
  ['runPass', 'run'],
  ['outputPass', 'output'],
  ['testsPass', 'tests'],
  ['constructsPass', 'constructs'],
];

/** The columns for these rows; a rate that none of them has is left out. */
export function leaderboardColumns(rows: readonly Row[]): readonly DataColumn<Row>[] {
  const finished = rows.filter((row) => row.rank !== null).length;
  const present = rates.filter(([name]) =>
    rows.some(({ item }) => (item.summary?.rates[name].total ?? 0) > 0),
  );
  return [
    column<Row>({
      id: 'subject',
      title: 'subject',
      value: ({ item }) => item.subject,
      cell: ({ item }) => (
        <Link
          href={`/evaluations/${item.id}`}
          title={item.subject}
          className="block w-44 truncate font-medium hover:underline 2xl:w-80"
        >
          {item.subject}
        </Link>
      ),
    }),
    column<Row>({
      id: 'rank',
      title: 'rank',
      value: ({ rank }) => (rank === null ? null : rank.from + rank.to / 1000),
      cell: ({ rank }) =>
        rank === null ? (
          <span className="text-ink-faint">–</span>
        ) : (
          <span className="font-semibold" title={rankTitle(rank)}>
            {rankWords(rank)}
          </span>
        ),
    }),
    column<Row>({
      id: 'againstBest',
      title: 'against the best',
      value: (row) => row.againstBest?.pValue ?? (row.rank === null ? null : 2),
      cell: (row) => <AgainstBest row={row} alone={finished < 2} />,
    }),
    column<Row>({
      id: 'state',
      title: 'state',
      value: ({ item }) => item.status,
      cell: ({ item }) => <StateBadge state={item.status} />,
    }),
    column<Row>({
      id: 'passAt1',
      title: 'pass@1',
      value: ({ item }) => item.summary?.passAt1.value ?? null,
      cell: ({ item }) => (
        <span className="font-semibold">
          <Quantity of={percent(item.summary?.passAt1.value ?? null)} />
        </span>
      ),
    }),
    column<Row>({
      id: 'interval',
      title: '95 % interval',
      value: ({ item }) => item.summary?.passAt1.low ?? null,
      cell: ({ item }) =>
        item.summary === null ? (
          '–'
        ) : (
          <div className="h-4 w-28 2xl:w-40">
            <IntervalBar marks={[{ ...item.summary.passAt1, colour: 1, name: item.subject }]} />
          </div>
        ),
    }),
    ...present.map(([name, title]) =>
      column<Row>({
        id: name,
        title,
        value: ({ item }) => item.summary?.rates[name].rate ?? null,
        cell: ({ item }) => <Quantity of={percent(item.summary?.rates[name].rate ?? null)} />,
      }),
    ),
    column<Row>({
      id: 'samples',
      title: 'samples',
      value: ({ item }) => item.samples,
      cell: ({ item }) => integer(item.samples),
    }),
    column<Row>({
      id: 'created',
      title: 'created',
      value: ({ item }) => item.createdAt,
      cell: ({ item }) => <span className="text-ink-faint">{moment(item.createdAt)}</span>,
    }),
  ];
}

function rankTitle({ from, to }: Rank): string {
  return from === to
    ? `Told apart from every other one.`
    : `No test tells it apart from the other ranks from ${from} to ${to}.`;
}

/** Whether it may be as good as the one with the highest rate, and how sure that is. */
function AgainstBest({
  row,
  alone,
}: {
  readonly row: LeaderboardRow;
  /** Nothing else is finished that it could be compared with. */
  readonly alone: boolean;
}): ReactNode {
  const words = alone && row.rank !== null ? 'the only one' : againstBestWords(row);
  const { againstBest } = row;
  if (againstBest === null) return <span className="text-ink-faint">{words}</span>;
  const worse = againstBest.verdict === 'worse';
  return (
    <span title="Corrected for all pairs of this group (Holm).">
      <span className={worse ? 'text-ink-soft' : 'font-medium text-passed'}>{words}</span>
      <span className="unit">p {probability(againstBest.pValue)}</span>
    </span>
  );
}

/** Columns that are read as words. */
export const textColumns = ['rank', 'againstBest', 'state', 'interval'];

/** Every column that can be hidden, with its title. */
export const optionalColumns: readonly (readonly [id: string, title: string])[] = [
  ['rank', 'rank'],
  ['againstBest', 'against the best'],
  ['state', 'state'],
  ['passAt1', 'pass@1'],
  ['interval', '95 % interval'],
  ...rates,
  ['samples', 'samples'],
  ['created', 'created'],
];
