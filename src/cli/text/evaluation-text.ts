/** Evaluations and comparisons in words and tables. */
import type { Comparison, EvaluationSummary, Rate } from '@shared/evaluation';
import { bold, green, red } from './style';
import { table } from './table';
import { percent } from './units';

const stages = [
  ['syntax', 'syntaxPass'],
  ['run', 'runPass'],
  ['output', 'outputPass'],
  ['tests', 'testsPass'],
  ['constructs', 'constructsPass'],
] as const;

type Interval = Readonly<{ value: number | null; low: number | null; high: number | null }>;

function interval({ value, low, high }: Interval): string {
  if (value === null) return '–';
  if (low === null || high === null) return percent(value);
  return `${percent(value)} [${percent(low)} – ${percent(high)}]`;
}

function rateText(rate: Rate): string {
  if (rate.rate === null) return '–';
  return `${interval({ value: rate.rate, low: rate.low, high: rate.high })}  ${rate.passed}/${rate.total}`;
}

function ratesTable(evaluations: readonly EvaluationSummary[]): string {
  const rows: string[][] = [
    ['pass@1', ...evaluations.map(({ passAt1 }) => interval(passAt1))],
    ...stages
      .filter(([, name]) => evaluations.some(({ rates }) => rates[name].total > 0))
      .map(([title, name]) => [title, ...evaluations.map(({ rates }) => rateText(rates[name]))]),
  ];
  const columns = [
    { title: '95 % intervals' },
    ...evaluations.map(({ subject }) => ({ title: subject })),
  ];
  return table(columns, rows, '');
}

export function evaluationText(evaluation: EvaluationSummary): string {
  const { id, subject, benchmark, samples, failures, sandbox, toolchain } = evaluation;
  const kinds = Object.entries(failures)
    .filter(([, count]) => (count ?? 0) > 0)
    .map(([kind, count]) => `${kind} ${count}`);
  return [
    `${bold(subject)} on ${bold(benchmark)}: ${samples} samples  (${id})`,
    ratesTable([evaluation]),
    ...roundsText(evaluation),
    kinds.length === 0 ? 'No failures.' : `Failures: ${kinds.join(', ')}.`,
    `Judged by ${toolchain}, sandbox: ${sandbox}.`,
  ].join('\n');
}

/** What each round of an agent loop brought. */
function roundsText({ rounds = [] }: EvaluationSummary): string[] {
  return rounds.map(
    ({ round, asked, passed }) =>
      `Round ${round}: ${asked} answered, then ${rateText(passed)} pass`,
  );
}

/** Both subjects side by side when their summaries are at hand, then the verdict. */
export function comparisonText(
  comparison: Comparison,
  known: ReadonlyMap<string, EvaluationSummary>,
): string {
  const sides = [known.get(comparison.a), known.get(comparison.b)].filter(
    (side) => side !== undefined,
  );
  const heading =
    sides.length === 2 ? `${bold(sides[0]?.benchmark ?? '')}: ${comparison.tasks} tasks` : '';
  const { difference, low, high, pValue, test, verdict, sentence } = comparison;
  const colour = verdict === 'better' ? green : verdict === 'worse' ? red : bold;
  return [
    ...(sides.length === 2 ? [heading, ratesTable(sides)] : []),
    `difference ${interval({ value: difference, low, high })}, p = ${formatP(pValue)} (${test})`,
    ...(comparison.forced
      ? [`Forced, although the conditions differ: ${comparison.keyDifferences.join('; ')}`]
      : []),
    colour(sentence),
  ].join('\n');
}

function formatP(value: number): string {
  return value < 0.001 ? value.toExponential(1) : value.toFixed(3);
}
