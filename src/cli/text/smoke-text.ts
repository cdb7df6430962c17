/** What a smoke test showed, subjects side by side. */
import type { Smoke, SmokeAnswer, SmokeFindings } from '@shared/smoke';
import { green, red } from './style';
import { table } from './table';

const facts: readonly (readonly [string, (found: SmokeFindings) => string])[] = [
  ['finish reason', ({ finishReason }) => finishReason],
  ['completion tokens', ({ completionTokens }) => String(completionTokens)],
  ['prompt tokens', ({ promptTokens }) => String(promptTokens)],
  ['first token', ({ firstTokenSeconds }) => seconds(firstTokenSeconds)],
  ['tokens/s', ({ tokensPerSecond }) => tokensPerSecond?.toFixed(1) ?? '–'],
  ['leaked turns', ({ leakedTurns }) => leakedText(leakedTurns)],
  ['tool call', ({ toolCall }) => callText(toolCall)],
];

export function smokeText({ answers }: Smoke): string {
  const rows = facts.map(([title, text]) => [
    title,
    ...answers.map(({ findings }) => (findings === null ? '–' : text(findings))),
  ]);
  const columns = [{ title: '' }, ...answers.map(({ label }) => ({ title: label }))];
  return [
    table(columns, rows, ''),
    ...answers.flatMap(({ label, error }) => (error === null ? [] : [red(`${label}: ${error}`)])),
    ...answers.flatMap(expectedText),
  ].join('\n');
}

function expectedText({ label, expectations }: SmokeAnswer): string[] {
  return expectations.map(({ expectation, found, met }) =>
    met
      ? green(`✓ ${label}: ${expectation}`)
      : red(`✗ ${label}: expected ${expectation}, found ${found}`),
  );
}

const seconds = (value: number | null): string =>
  value === null ? '–' : `${value.toFixed(value < 10 ? 2 : 1)} s`;

function leakedText(turns: SmokeFindings['leakedTurns']): string {
  const [first] = turns;
  if (first === undefined) return 'none';
  const more = turns.length > 1 ? ` and ${turns.length - 1} more` : '';
  return `${first.mark} (${first.family})${more}`;
}

function callText({ shape, style, name, calls, problem }: SmokeFindings['toolCall']): string {
  if (shape === 'none') return 'none';
  const counted = calls > 1 ? `${calls} calls, ` : '';
  const why = problem === null ? '' : `: ${problem}`;
  return `${shape}, ${counted}${name ?? ''} (${style ?? ''})${why}`;
}
