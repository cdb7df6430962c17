/** Evaluations of a benchmark by the conditions under which they were made. */
import type { Leaderboard, Rank } from '@shared/evaluation';
import type { EvaluationListItem } from '@shared/rpc/evaluations';
import { conditionSummary, differingWords } from './condition-words';

type Entry = Leaderboard['groups'][number]['entries'][number];

export interface LeaderboardRow {
  readonly item: EvaluationListItem;
  /** `null` while it is not finished, and of the tasks' own solutions. */
  readonly rank: Rank | null;
  readonly againstBest: Entry['againstBest'];
}

export interface LeaderboardGroup {
  readonly key: string;
  readonly title: string;
  readonly note: string;
  readonly rows: readonly LeaderboardRow[];
}

/**
 * Groups in the lab's order, the unfinished among those with equal conditions. Conditions of which
 * nothing is finished are not described yet and come last, in one group a key.
 */
export function leaderboardGroups(
  board: Leaderboard | null,
  items: readonly EvaluationListItem[],
): readonly LeaderboardGroup[] {
  const described = board?.groups ?? [];
  const [first] = described;
  const groups = described.map((group): LeaderboardGroup => {
    const entries = new Map(group.entries.map((entry) => [entry.id, entry]));
    const different = first === undefined ? [] : differingWords(group.conditions, first.conditions);
    const isFirst = group === first;
    const title = isFirst
      ? conditionSummary(group.conditions)
      : (different.length > 0 ? different : group.differsIn).join(' · ');
    return {
      key: group.key,
      title: title === '' ? conditionSummary(group.conditions) : title,
      note: isFirst ? '' : 'otherwise like the first',
      rows: items
        .filter((item) => item.key === group.key)
        .map((item) => {
          const entry = entries.get(item.id);
          return { item, rank: entry?.rank ?? null, againstBest: entry?.againstBest ?? null };
        }),
    };
  });
  const known = new Set(described.map((group) => group.key));
  const unknown = [...new Set(items.map((item) => item.key))].filter((key) => !known.has(key));
  const rest = unknown.map(
    (key): LeaderboardGroup => ({
      key,
      title: board === null ? 'Evaluations' : 'Nothing finished yet',
      note: known.size > 0 ? 'under other conditions' : '',
      rows: items
        .filter((item) => item.key === key)
        .map((item) => ({ item, rank: null, againstBest: null })),
    }),
  );
  return [...groups, ...rest].filter((group) => group.rows.length > 0);
}

/** Rows whose subject contains every word of the search. */
export function searchRows(
  rows: readonly LeaderboardRow[],
  search: string,
): readonly LeaderboardRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ item }) => {
    const text = `${item.subject} ${item.status}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** `2`, or `1–3` when no test tells it apart from those ranks. */
export function rankWords(rank: Rank): string {
  return rank.from === rank.to ? String(rank.from) : `${rank.from}–${rank.to}`;
}

/** Whether it may be as good as the best of its group. */
export function againstBestWords(row: LeaderboardRow): string {
  if (row.item.subjectKind === 'reference') return 'the tasks’ own solutions';
  if (row.rank === null) return '';
  if (row.againstBest === null) return 'highest rate';
  return row.againstBest.verdict === 'no detectable difference' ? 'may be as good' : 'worse';
}
