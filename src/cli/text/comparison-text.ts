/** Comparisons in words and tables. */
import type { Comparison, ComparisonTable, EvaluationSummary } from '@shared/evaluation';
import { intervalText, ratesTable } from './evaluation-text';
import { bold, green, red } from './style';
import { table } from './table';

const colours = { better: green, worse: red, 'no detectable difference': bold } as const;

/** Both subjects side by side when their summaries are at hand, then the verdict. */
export function comparisonText(
  comparison: Comparison,
  known: ReadonlyMap<string, EvaluationSummary>,
): string {
  const sides = [known.get(comparison.a), known.get(comparison.b)].filter(
    (side) => side !== undefined,
  );
  const heading = `${bold(sides[0]?.benchmark ?? '')}: ${comparison.tasks} tasks`;
  const { difference, low, high, pValue, test, verdict, sentence, outlook } = comparison;
  return [
    ...(sides.length === 2 ? [heading, ratesTable(sides)] : []),
    `difference ${intervalText({ value: difference, low, high })}, p = ${pText(pValue)} (${test})`,
    ...forcedText(comparison),
    colours[verdict](sentence),
    ...(outlook === null ? [] : [outlook]),
  ].join('\n');
}

/** Every subject as a column, its verdict against the first, and the tasks that tell them apart. */
export function comparisonTableText(compared: ComparisonTable): string {
  const { benchmark, subjects, tasks, comparisons } = compared;
  const discordant = tasks.filter((task) => task.discordant);
  const [first] = comparisons;
  return [
    `${bold(benchmark)}: ${tasks.length} tasks`,
    ratesTable(subjects.map(({ label, ...rates }) => ({ ...rates, subject: label }))),
    ...(first === undefined ? [] : forcedText(first)),
    ...comparisons.map(
      ({ sentence, adjustedPValue, adjustedVerdict, verdict }) =>
        `${colours[adjustedVerdict](sentence)} ${correctedText(adjustedPValue, verdict === adjustedVerdict)}`,
    ),
    '',
    `${discordant.length} of ${tasks.length} tasks tell them apart:`,
    table(
      [
        { title: 'task' },
        { title: 'category' },
        ...subjects.map(({ label }) => ({ title: label })),
      ],
      discordant.map(({ id, category, cells }) => [
        id,
        category,
        ...cells.map(({ passed, judged, failure }) =>
          judged === 0 ? '–' : `${passed}/${judged}${failure === null ? '' : ` ${failure}`}`,
        ),
      ]),
      'All subjects pass and fail the same tasks.',
    ),
  ].join('\n');
}

function correctedText(adjusted: number, same: boolean): string {
  const value = `Corrected for the number of comparisons: p = ${pText(adjusted)}`;
  return same ? `${value}.` : `${value}, no detectable difference.`;
}

function forcedText({ forced, keyDifferences }: Comparison): string[] {
  return forced ? [`Forced, although the conditions differ: ${keyDifferences.join('; ')}`] : [];
}

export function pText(value: number): string {
  return value < 0.001 ? value.toExponential(1) : value.toFixed(3);
}
