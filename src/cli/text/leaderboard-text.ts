/** A benchmark's leaderboard as tables, one for each set of conditions. */
import type { Leaderboard, Rank } from '@shared/evaluation';
import type { EvaluationListItem } from '@shared/rpc/evaluations';
import { pText } from './comparison-text';
import { intervalText } from './evaluation-text';
import { bold, dim } from './style';
import { table } from './table';
import { when } from './units';

type Group = Leaderboard['groups'][number];

export function leaderboardText(
  { benchmark, groups }: Leaderboard,
  items: readonly EvaluationListItem[],
): string {
  const known = new Map(items.map((item) => [item.id, item]));
  return [
    `${bold(benchmark)}, ranked where a test tells two apart (p ≤ 0.05, corrected for all pairs)`,
    ...groups.flatMap((group, index) => ['', ...groupText(group, index, known)]),
  ].join('\n');
}

function groupText(
  { entries, differsIn }: Group,
  index: number,
  known: ReadonlyMap<string, EvaluationListItem>,
): string[] {
  return [
    ...(index === 0 ? [] : [dim(`Other conditions: ${differsIn.join('; ')}`)]),
    table(
      [
        { title: 'rank', align: 'right' },
        { title: 'subject' },
        { title: 'pass@1' },
        { title: 'against the first' },
        { title: 'evaluation' },
        { title: 'finished' },
      ],
      entries.map(({ id, rank, againstBest }) => {
        const item = known.get(id);
        return [
          rankText(rank),
          item?.subject ?? '',
          item?.summary ? intervalText(item.summary.passAt1) : '–',
          againstBest === null ? '' : `${againstBest.verdict}, p = ${pText(againstBest.pValue)}`,
          id,
          when(item?.finishedAt ?? null),
        ];
      }),
      '',
    ),
  ];
}

function rankText(rank: Rank | null): string {
  if (rank === null) return '–';
  return rank.from === rank.to ? String(rank.from) : `${rank.from}–${rank.to}`;
}
