/** A leaderboard as a table that every spreadsheet reads: RFC 4180. */
import type { RateName } from '@shared/evaluation';
import { type LeaderboardGroup, rankWords } from './leaderboard-groups';

const rates: readonly RateName[] = [
  'syntaxPass',
  'runPass',
  'outputPass',
  'testsPass',
  'constructsPass',
];

type Field = string | number | null | undefined;

/** Quoted where it must be; a spreadsheet shall not take a name for a formula. */
function field(value: Field): string {
  const text = String(value ?? '');
  const harmless = typeof value === 'string' && /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

export function leaderboardCsv(benchmark: string, groups: readonly LeaderboardGroup[]): string {
  const header: Field[] = [
    ...['benchmark', 'conditions', 'key', 'rank', 'subject', 'state', 'evaluation'],
    ...['passAt1', 'passAt1Low', 'passAt1High'],
    ...rates.flatMap((name) => [name, `${name}Passed`, `${name}Total`]),
    ...['pAgainstBest', 'samples', 'created'],
  ];
  const lines = groups.flatMap(({ title, key, rows }) =>
    rows.map(({ item, rank, againstBest }): Field[] => {
      const { summary } = item;
      return [
        ...[benchmark, title, key, rank === null ? null : rankWords(rank)],
        ...[item.subject, item.status, item.id],
        ...[summary?.passAt1.value, summary?.passAt1.low, summary?.passAt1.high],
        ...rates.flatMap((name) => {
          const rate = summary?.rates[name];
          return [rate?.rate, rate?.passed, rate?.total];
        }),
        ...[againstBest?.pValue, item.samples, item.createdAt],
      ];
    }),
  );
  return `${[header, ...lines].map((line) => line.map(field).join(',')).join('\r\n')}\r\n`;
}
