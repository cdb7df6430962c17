/** Evaluations in words and tables. */
import type { EvaluationSummary, Rate } from '@shared/evaluation';
import { bold } from './style';
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

export function intervalText({ value, low, high }: Interval): string {
  if (value === null) return '–';
  if (low === null || high === null) return percent(value);
  return `${percent(value)} [${percent(low)} – ${percent(high)}]`;
}

function rateText(rate: Rate): string {
  if (rate.rate === null) return '–';
  return `${intervalText({ value: rate.rate, low: rate.low, high: rate.high })}  ${rate.passed}/${rate.total}`;
}

type Rated = Pick<EvaluationSummary, 'subject' | 'passAt1' | 'rates'>;

/** A column for each subject. */
export function ratesTable(evaluations: readonly Rated[]): string {
  const rows: string[][] = [
    ['pass@1', ...evaluations.map(({ passAt1 }) => intervalText(passAt1))],
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
