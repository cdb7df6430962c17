/** `lab runs list/show`. */
import type { RunDetail } from '@shared/run';
import { stringify } from 'yaml';
import { withLab } from '../open-lab';
import { adjustmentTexts, runLine, runTable, stateText } from '../text/run-text';
import { red, yellow } from '../text/style';
import { facts } from '../text/table';
import { percent, when } from '../text/units';
import type { Answer, CommonOptions } from '../verb';
import { findRun } from './find';

export function listRuns(options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const runs = await client.runs.list();
    return { value: runs, text: runTable(runs) };
  });
}

export function showRun(typed: string, options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const { id } = await findRun(client, typed);
    const detail = await client.runs.get({ id });
    return { value: { ...detail.summary, ...detail }, text: detailText(detail) };
  });
}

function detailText(detail: RunDetail): string {
  const { summary, spec, failure, warnings, checkpoints } = detail;
  const evaluations = summary.evaluations.map(
    ({ id, subject, benchmark, status, passAt1 }) =>
      [
        `on ${benchmark}`,
        `${subject}: ${stateText(status)}, pass@1 ${percent(passAt1)}  (${id})`,
      ] as const,
  );
  const lines = [
    runLine(summary),
    facts([
      ['status', stateText(summary.status)],
      ['created', when(summary.createdAt)],
      ['folder', detail.folder],
      ['checkpoints', checkpoints.map(({ step }) => String(step)).join(', ') || 'none'],
      ...evaluations,
    ]),
    ...(failure === null
      ? []
      : [red(failure.title), failure.why, failure.fix, ...failure.log.map((line) => `  ${line}`)]),
    ...adjustmentTexts(spec).map(yellow),
    ...warnings.flatMap(({ message, details }) => [
      yellow(message),
      ...details.map((line) => `  ${line}`),
    ]),
    stringify(spec).trimEnd(),
  ];
  return lines.join('\n');
}
