import type { RateName } from '@shared/evaluation';
import type { EvaluationListItem } from '@shared/rpc/evaluations';
import { Link } from 'wouter';
import { column, type DataColumn } from '../../ui/data-table';
import { integer, moment, percent } from '../../ui/format';
import { StateBadge } from '../../ui/job-state';
import { Quantity } from '../../ui/quantity';
import { IntervalBar } from '../evaluation/interval-bar';

type Item = EvaluationListItem;

const rates: readonly (readonly [name: RateName, title: string])[] = [
  ['syntaxPass', 'syntax'],
  ['runPass', 'run'],
  ['outputPass', 'output'],
  ['testsPass', 'tests'],
  ['constructsPass', 'constructs'],
];

/** Conditions get letters in the order in which they appear; the same letter can be compared. */
function conditionLetters(rows: readonly Item[]): ReadonlyMap<string, string> {
  const keys = [...new Set(rows.map((row) => row.key))];
  return new Map(keys.map((key, index) => [key, String.fromCharCode(65 + (index % 26))]));
}

/** The columns for these rows; a rate that none of them has is left out. */
export function leaderboardColumns(rows: readonly Item[]): readonly DataColumn<Item>[] {
  const letters = conditionLetters(rows);
  const present = rates.filter(([name]) =>
    rows.some((row) => (row.summary?.rates[name].total ?? 0) > 0),
  );
  return [
    column<Item>({
      id: 'subject',
      title: 'subject',
      value: (item) => item.subject,
      cell: (item) => (
        <Link href={`/evaluations/${item.id}`} className="font-medium hover:underline">
          {item.subject}
        </Link>
      ),
    }),
    column<Item>({
      id: 'state',
      title: 'state',
      value: (item) => item.status,
      cell: (item) => <StateBadge state={item.status} />,
    }),
    column<Item>({
      id: 'passAt1',
      title: 'pass@1',
      value: (item) => item.summary?.passAt1.value ?? null,
      cell: (item) => (
        <span className="font-semibold">
          <Quantity of={percent(item.summary?.passAt1.value ?? null)} />
        </span>
      ),
    }),
    column<Item>({
      id: 'interval',
      title: '95 % interval',
      value: (item) => item.summary?.passAt1.low ?? null,
      cell: (item) =>
        item.summary === null ? (
          '–'
        ) : (
          <div className="h-4 w-40">
            <IntervalBar marks={[{ ...item.summary.passAt1, colour: 1, name: item.subject }]} />
          </div>
        ),
    }),
    ...present.map(([name, title]) =>
      column<Item>({
        id: name,
        title,
        value: (item) => item.summary?.rates[name].rate ?? null,
        cell: (item) => <Quantity of={percent(item.summary?.rates[name].rate ?? null)} />,
      }),
    ),
    column<Item>({
      id: 'samples',
      title: 'samples',
      value: (item) => item.samples,
      cell: (item) => integer(item.samples),
    }),
    column<Item>({
      id: 'conditions',
      title: 'conditions',
      value: (item) => letters.get(item.key) ?? '',
      cell: (item) => (
        <span title={`Comparable with every evaluation that has the same letter (${item.key}).`}>
          {letters.get(item.key)}
        </span>
      ),
    }),
    column<Item>({
      id: 'created',
      title: 'created',
      value: (item) => item.createdAt,
      cell: (item) => <span className="text-ink-faint">{moment(item.createdAt)}</span>,
    }),
  ];
}
